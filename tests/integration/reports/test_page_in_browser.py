"""The page as people meet it: by eye, by keyboard, by screen reader, on a telephone, without a network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from p20w.database import Warehouse
from p20w.reports import write_report

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
DESK, PHONE, TELEPHONE = 1280, 390, 320


def opened(browser: Browser, path: Path, width: int, scheme: str = "light") -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")])
def test_no_accessibility_rule_is_broken(browser: Browser, page: Path, width: int, scheme: str) -> None:
    view = opened(browser, page, width, scheme)
    view.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    results = Axe().run(view, options=RULES)
    assert [(item["id"], item["nodes"][0]["html"][:120]) for item in results.response["violations"]] == []
    assert len(results.response["passes"]) > 20


def test_the_empty_page_breaks_none_either(browser: Browser, make_warehouse: Callable[..., Warehouse]) -> None:
    warehouse = make_warehouse()
    view = opened(browser, write_report(warehouse, warehouse.settings), DESK)
    assert Axe().run(view, options=RULES).response["violations"] == []


def test_the_page_asks_the_network_for_nothing(browser: Browser, page: Path) -> None:
    asked: list[str] = []
    view = browser.new_page()
    view.on("request", lambda request: asked.append(request.url))
    view.goto(page.as_uri(), wait_until="networkidle")
    assert asked == [page.as_uri()]


def test_on_a_telephone_the_page_does_not_scroll_sideways(browser: Browser, page: Path) -> None:
    view = opened(browser, page, TELEPHONE)
    assert view.evaluate("document.documentElement.scrollWidth") <= TELEPHONE
    assert view.locator(".chart.narrow").first.is_visible()
    assert not view.locator(".chart.wide").first.is_visible()


def test_the_headline_answers_are_whole_on_a_desk(browser: Browser, page: Path) -> None:
    view = opened(browser, page, DESK)
    table = view.locator(".table").filter(has_text="Headline answers")
    assert "53.7% to 59.7%" in table.inner_text(), "the widest words that a large state has"
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") == 0


def test_the_first_tab_offers_to_skip_to_the_report(browser: Browser, page: Path) -> None:
    view = opened(browser, page, DESK)
    view.keyboard.press("Tab")
    link = view.locator(".skip")
    assert link.evaluate("item => item === document.activeElement")
    assert (link.bounding_box() or {"x": -1})["x"] >= 0
    view.keyboard.press("Enter")
    assert view.evaluate("document.activeElement.id") == "main"


def test_text_in_charts_stays_large_enough_to_read(browser: Browser, page: Path) -> None:
    for width in (DESK, TELEPHONE):
        view = opened(browser, page, width)
        sizes = view.evaluate(
            """
            () => [...document.querySelectorAll('.chart svg')]
                .filter(svg => svg.getBoundingClientRect().width > 0)
                .map(svg => 12 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)
            """
        )
        assert sizes
        assert min(sizes) >= 9


def test_the_last_column_of_every_table_can_be_reached_on_a_telephone_and_that_is_visible(
    browser: Browser, page: Path
) -> None:
    view = opened(browser, page, PHONE)
    view.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    found = view.evaluate(
        """
        () => [...document.querySelectorAll('.table')].filter(box => box.scrollWidth > box.clientWidth).map(box => {
            box.scrollLeft = box.scrollWidth;
            const last = box.querySelector('tbody tr').lastElementChild.getBoundingClientRect();
            const caption = getComputedStyle(box.querySelector('caption span'), '::after').content;
            const name = box.querySelector('caption').innerText;
            return {name, hint: caption, right: last.right, edge: box.getBoundingClientRect().right};
        })
        """
    )
    assert len(found) > 5
    assert any("Headline answers" in table["name"] for table in found)
    assert all("Scroll sideways" in table["hint"] for table in found)
    assert all(table["right"] <= table["edge"] + 1 <= PHONE + 1 for table in found)


def test_on_paper_two_pages_hold_decisions_and_answers_and_folds_are_shut(browser: Browser, page: Path) -> None:
    view = opened(browser, page, DESK)
    assert 2 < pages(view) <= 14
    view.emulate_media(media="print")
    for fold in view.locator("details").all():
        assert not fold.is_visible()
    view.set_viewport_size({"width": 720, "height": 960})  # a letter page less half an inch on each side
    assert view.evaluate("document.documentElement.scrollWidth") <= 720
    view.add_style_tag(content=".appendix, .appendix ~ section, footer { display: none; }")
    assert pages(view) <= 2


def pages(view: Page) -> int:
    """Sheets of letter paper."""
    printed = view.pdf(format="Letter", margin=dict.fromkeys(("top", "bottom", "left", "right"), "0.5in"))
    return len(re.findall(rb"/Type\s*/Page[^s]", printed))
