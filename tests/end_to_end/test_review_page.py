"""The review desk as a reviewer meets it: by keyboard, without a mouse, without script, by screen reader."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from p20w.database import Warehouse
from p20w.registry.review.queue import PairKey
from tests.browser import chromium
from tests.integration.review.made_up_pairs import make_queue
from tests.integration.review.open_desk import OpenDesk, open_desk

PAIRS = 20
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
WAIT = 15_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def keys(module_warehouse: Warehouse) -> list[PairKey]:
    return make_queue(module_warehouse, PAIRS)


@pytest.fixture
def desk(module_warehouse: Warehouse, keys: list[PairKey]) -> Iterator[OpenDesk]:
    with module_warehouse.connect("owner") as owner:
        owner.execute("truncate registry.decision")
        owner.commit()
    with open_desk(module_warehouse) as opened:
        yield opened


@pytest.fixture
def page(browser: Browser, desk: OpenDesk) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1360, "height": 820})
    context.set_default_timeout(WAIT)
    view = context.new_page()
    view.goto(desk.link)
    yield view
    context.close()


def press(page: Page, key: str) -> None:
    """Hit a key and wait for the page it leads to."""
    with page.expect_navigation():
        page.keyboard.press(key)


def verdicts(warehouse: Warehouse) -> dict[PairKey, tuple[str, bool]]:
    """Standing verdicts and whether they were blind."""
    with warehouse.connect("linkage") as connection:
        rows = connection.execute(
            "select identity_left, identity_right, verdict, is_blind from registry.decision where revoked_at is null"
        ).fetchall()
    return {PairKey(left, right): (verdict, blind) for left, right, verdict, blind in rows}


def test_a_reviewer_empties_a_queue_of_20_pairs_by_keyboard(
    module_warehouse: Warehouse, page: Page, keys: list[PairKey]
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    meant = {"s": "must_link", "d": "cannot_link", "u": "undecided"}
    for number, key in enumerate(keys):
        assert page.url.endswith(f"/pair/{key.left}/{key.right}")
        press(page, "sdu"[number % 3])
    expect(page.get_by_role("heading", level=1)).to_have_text("The queue is empty")
    expect(page.get_by_text("20 pairs judged in this session")).to_be_visible()
    wanted = {key: (meant["sdu"[number % 3]], False) for number, key in enumerate(keys)}
    assert verdicts(module_warehouse) == wanted
    assert said == []


def test_keys_put_off_undo_and_hide_the_weights(module_warehouse: Warehouse, page: Page, keys: list[PairKey]) -> None:
    expect(page.get_by_role("table").nth(1)).to_contain_text("Match weight")
    expect(page.get_by_text("Today: These two records are two persons because")).to_be_visible()
    press(page, "h")
    expect(page.get_by_text("hidden, so that they do not sway you")).to_be_visible()
    assert "Match weight" not in page.content()
    assert "other records of the two" not in page.content()
    assert "These two records" not in page.content()
    press(page, "d")  # its weights were seen before they were hidden
    press(page, "n")
    assert page.url.endswith(f"/pair/{keys[2].left}/{keys[2].right}")
    press(page, "s")
    assert verdicts(module_warehouse) == {keys[0]: ("cannot_link", False), keys[2]: ("must_link", True)}
    press(page, "z")
    assert page.url.endswith(f"/pair/{keys[2].left}/{keys[2].right}")
    expect(page.get_by_role("status")).to_contain_text("Revoked")
    assert set(verdicts(module_warehouse)) == {keys[0]}
    press(page, "h")
    expect(page.get_by_text("Hide weights")).to_be_visible()


def test_keys_can_be_switched_off(module_warehouse: Warehouse, page: Page) -> None:
    page.get_by_role("button", name="Keys off").click()
    expect(page.get_by_role("button", name="Keys on")).to_be_visible()
    page.keyboard.press("s")
    page.wait_for_timeout(200)
    assert verdicts(module_warehouse) == {}
    assert page.locator("[aria-keyshortcuts]").count() == 0


def test_holding_a_key_down_judges_one_pair(module_warehouse: Warehouse, page: Page) -> None:
    with page.expect_navigation():
        for _ in range(6):
            page.keyboard.down("s")
    page.wait_for_timeout(300)
    page.keyboard.up("s")
    assert len(verdicts(module_warehouse)) == 1


def test_everything_works_without_script(module_warehouse: Warehouse, browser: Browser, desk: OpenDesk) -> None:
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto(desk.link)
    view.get_by_role("button", name="Hide weights").click()
    expect(view.get_by_role("button", name="Show weights")).to_be_visible()
    view.get_by_role("button", name="Different people").click()
    expect(view.get_by_role("status")).to_have_text("Saved: different people. Undo revokes it.")
    view.get_by_role("button", name="Undo the last").click()
    expect(view.get_by_role("status")).to_contain_text("Revoked")
    assert verdicts(module_warehouse) == {}
    context.close()


def test_a_reviewer_who_only_tabs_reaches_every_choice(page: Page) -> None:
    reached: list[str] = []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(16):
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))
        page.keyboard.press("Tab")
    for text in ("Pairs", "Hide weights H", "Same person S", "Different people D", "Cannot tell U", "Put off, next N"):
        assert text in reached


def test_a_second_reviewer_does_not_see_what_the_first_said(
    module_warehouse: Warehouse, browser: Browser, page: Page, keys: list[PairKey]
) -> None:
    press(page, "s")
    with open_desk(module_warehouse, "S. Second") as other:
        context = browser.new_context()
        view = context.new_page()
        view.goto(other.link)
        view.get_by_role("button", name="Give second opinions").click()
        expect(view).to_have_url(f"{other.base}/pair/{keys[0].left}/{keys[0].right}")
        assert "R. Example" not in view.content()
        view.get_by_role("button", name="Same person").click()
        view.get_by_role("link", name="Agreement").click()
        row = view.get_by_role("row", name="R. Example and S. Second")
        expect(row).to_contain_text("100 %")
        expect(row).to_contain_text("not defined")
        context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_no_accessibility_rule_is_broken(browser: Browser, desk: OpenDesk, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 820}, color_scheme=scheme)
    view = context.new_page()
    view.goto(desk.link)
    press(view, "s")
    for path in (None, "/agreement"):
        if path:
            view.goto(desk.base + path)
        results = Axe().run(view, options=RULES)
        assert [(item["id"], item["nodes"][0]["html"][:120]) for item in results.response["violations"]] == []
        assert len(results.response["passes"]) > 15
    context.close()


def test_on_a_telephone_how_the_records_compare_is_on_the_screen(browser: Browser, desk: OpenDesk) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 820})
    view = context.new_page()
    view.goto(desk.link)
    last = view.locator(".records tbody tr:nth-child(2) td").last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= 390
    assert view.locator(".scroll").first.evaluate("box => box.scrollWidth <= box.clientWidth")
    context.close()


def test_at_four_times_the_size_nothing_is_lost(browser: Browser, desk: OpenDesk) -> None:
    context = browser.new_context(viewport={"width": 340, "height": 640})  # 1360 at 400 % (WCAG 1.4.10)
    view = context.new_page()
    view.goto(desk.link)
    assert view.evaluate("document.documentElement.scrollWidth") <= 340
    for name in ("Same person", "Different people", "Cannot tell"):
        view.get_by_role("button", name=name).scroll_into_view_if_needed()
        expect(view.get_by_role("button", name=name)).to_be_in_viewport()
    context.close()
