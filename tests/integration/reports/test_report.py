"""What the board's report says of a record, and what it never says."""

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.reports import write_report
from tests.integration.reports import story
from tests.integration.reports.document import Document


@pytest.fixture(scope="module")
def document(page: Path) -> Document:
    return Document(page)


def test_the_page_is_kept_under_its_refresh_and_as_the_latest(told: Warehouse, page: Path) -> None:
    assert page == told.settings.reports / "2022Q4" / "index.html"
    assert (told.settings.reports / "latest" / "index.html").read_bytes() == page.read_bytes()


def test_writing_the_same_state_again_changes_nothing(told: Warehouse, page: Path) -> None:
    before, when = page.read_bytes(), page.stat().st_mtime_ns
    write_report(told, told.settings)
    assert (page.read_bytes(), page.stat().st_mtime_ns) == (before, when)


def test_pages_are_for_their_owner_and_group(told: Warehouse, page: Path) -> None:
    pages = [*told.settings.reports.rglob("*.html")]
    assert len(pages) == 4
    pages[0].chmod(0o644)
    write_report(told, told.settings)
    assert {oct(path.stat().st_mode & 0o777) for path in pages} == {"0o640"}


def test_delivered_files_that_others_may_read_are_told(told: Warehouse, page: Path) -> None:
    before, folder = page.read_bytes(), told.settings.drops / "ui_wage" / "2022Q2" / "1"
    folder.mkdir(parents=True)
    for path in (folder, *list(folder.parents)[:3]):
        path.chmod(0o755)
    (folder / "ui_wage.txt").touch()
    (folder / "ui_wage.txt").chmod(0o644)
    write_report(told, told.settings)
    assert "1 delivered file is open to others" in page.read_text()
    (folder / "ui_wage.txt").chmod(0o640)
    write_report(told, told.settings)
    assert page.read_bytes() == before


def test_new_files_are_counted_by_feed(document: Document) -> None:
    table = document.table("Files and lines taken in")
    wages = table.row("Wage records")
    assert wages["Files"] == "2"
    assert int(wages["Lines"].replace(",", "")) == sum(
        int(wages[name].replace(",", "")) for name in ("Accepted", "Quarantined")
    )
    assert table.row("Career and technical education")["Files"] == "none"


def test_a_file_that_was_due_and_did_not_come_is_missing(document: Document) -> None:
    missing = document.table("Missing files")
    assert [row[:2] for row in missing.rows[1:]] == [["Employers", "Apr–Jun 2022"]]
    assert missing.column("Days overdue") == ["✕ 104"]


def test_a_file_that_was_waived_is_told_with_the_reason(document: Document) -> None:
    waived = document.table("Files that refreshes go on without").row("Employers")
    assert (waived["Decided on"], waived["Why"]) == ("Sep 28, 2022", story.WAIVED)


def test_a_file_that_came_after_its_day_is_late(document: Document) -> None:
    late = document.table("Files due in the last year that arrived late").row("College enrollment")
    assert late["Period"] == "Summer 2022"
    assert late["Days late"] == "! 12"


def test_a_refusal_says_why_what_was_asked_and_what_holds(document: Document) -> None:
    row = document.table("Refused files").row("Wage records")
    assert row["Why"].startswith("The sums in the file differ from those in its manifest.")
    assert "the lines add up to 9" in row["Why"]
    assert row["Asked of the agency"].endswith("send a corrected file or manifest.")
    assert row["Since then"] == "submission 1 stays active"


def test_every_quarantined_line_has_a_reason(document: Document) -> None:
    reasons = document.table("Quarantined lines, by reason")
    feeds = document.table("Files and lines taken in")
    assert sum(map(int, reasons.column("Lines"))) == sum(map(int, feeds.column("Quarantined")))


def test_values_that_could_not_be_read_are_told_beside_quarantined_lines(document: Document) -> None:
    values = document.table("Values that could not be read, by feed and column")
    assert set(values.column("Column")) == {"Birthdate", "Sex", ""}
    assert values.column("Feed")[-1] == "All others"
    unread = sum(map(int, values.column("Lines")))
    assert f"In lines that are used, {unread} values are missing because they could not be read." in document.text


def test_a_warning_is_told_with_its_reason_and_remedy(document: Document) -> None:
    gates = document.table("Checks by stage")
    assert gates.row("Are the right records linked?")["Verdict"] == "! passed, with warnings"
    assert gates.row("Do the figures add up?")["Verdict"] == "✓ passed"
    assert "Few persons hold two numbers: not met in this refresh" in document.text
    assert "Observed: fewer than 10." in document.text


def test_pairs_that_wait_for_a_review_need_attention(document: Document) -> None:
    assert "53 pairs of records wait for a review" in document.text
    assert "Nothing needs a decision" not in document.text


def test_groups_whose_wages_are_found_less_often_need_attention(document: Document) -> None:
    assert "American Indian or Alaska Native (50%); of all who left high school 90.0% can be found." in document.text


def test_the_answers_are_corrected_and_stand_with_their_bounds_or_the_reason_why_not(document: Document) -> None:
    answers = document.table("Headline answers")
    finished = answers.row("Finished high school, 1 year on")
    assert (finished["People"], finished["At work"], finished["Bounds"]) == ("about 21,120", "56.7%", "54.0% to 64.0%")
    assert finished["95% interval"] == "53.7% to 59.7%"
    unknown = answers.row("Not seen again, 1 year on")
    assert (unknown["At work"], unknown["95% interval"]) == ("not corrected", "too few can be seen")
    assert re.fullmatch(r"\d+% to \d+%", unknown["Bounds"])


def test_merges_are_told_without_giving_a_small_number_away(document: Document) -> None:
    people = document.table("People in the registry")
    assert people.row("Merged into someone else")["People"] == "fewer than 10"
    assert people.row("People known now")["People"].startswith("about ")


def test_a_period_whose_file_was_sent_again_is_counted_as_replaced(document: Document) -> None:
    assert document.table("Files, rules and models").row("Periods replaced by a later file")["This refresh"] == "1"


def test_a_figure_that_was_not_held_or_is_too_early_is_not_zero(document: Document) -> None:
    assert "Too early for those who left in 2019-20, 2020-21 and 2021-22" in document.text
    assert "Wages are not on file for every year" in document.text


def test_no_count_of_people_is_on_the_page_as_it_is(document: Document) -> None:
    people = {"People", "Students", "People in both"}
    cells = [cell for table in document.tables for name in people & set(table.rows[0]) for cell in table.column(name)]
    assert len(cells) > 30
    assert {re.sub(r"[\d,]+0$", "#", cell) for cell in cells} <= {
        "about #", "fewer than #", "all but fewer than #", "not shown", "0"}  # fmt: skip


@pytest.mark.parametrize(("left", "right"), [("dmv_license", "ui_wage"), ("dmv_license", "k12_enrollment")])
def test_a_small_overlap_or_rest_hides_both_shares(document: Document, left: str, right: str) -> None:
    names = {"dmv_license": "Driver licenses", "ui_wage": "Wage records"}
    names |= {"k12_enrollment": "K-12 enrollment"}
    matrix = document.table("Of the people in the feed on the left")
    shown = {matrix.row(names[left])[names[right]], matrix.row(names[right])[names[left]]}
    assert all(re.fullmatch(r"(under|over) \d+%|not shown", cell) for cell in shown)


def test_a_feed_that_carries_anothers_numbers_stands_beside_that_one_alone(document: Document) -> None:
    carried = document.table("Feeds that carry the numbers of another feed")
    cte = carried.row("Career and technical education")
    assert cte["Carries the numbers of"] == "K-12 enrollment"
    for title in ("Of the people in the feed on the left", "People known in two feeds"):
        assert not any(
            "Career and technical" in cell or "awards" in cell for row in document.table(title).rows for cell in row
        )


def test_the_page_needs_nothing_but_itself(document: Document) -> None:
    tags = {tag for tag, _ in document.tags}
    assert not tags & {"script", "link", "img", "iframe", "object"}
    references = [value for _, attributes in document.tags for name, value in attributes.items()
                  if name in ("href", "src", "xlink:href", "action")]  # fmt: skip
    assert references
    assert all(str(value).startswith("#") or value == "linkage.html" for value in references)
    assert "url(" not in document.source
    assert "@import" not in document.source


def test_every_chart_has_words_and_a_table(document: Document) -> None:
    figures = re.findall(r"<figure>.*?</figure>", document.source, re.S)
    assert len(figures) >= 8
    for figure in figures:
        assert "<figcaption>" in figure
        assert "<table>" in figure
        assert all('aria-hidden="true"' in tag for tag in re.findall(r"<svg [^>]*>", figure))


def test_headings_go_down_one_level_at_a_time_and_tables_name_their_rows(document: Document) -> None:
    levels = [level for level, _ in document.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert sum(table.cells_without_scope for table in document.tables) == 0
    assert all(table.caption for table in document.tables)
    assert dict(document.tags)["html"] == {"lang": "en"}


def test_the_report_is_read_as_the_role_that_sees_nobody(told: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    roles: list[str] = []
    connect = told.connect

    def watch(role: str, **options: bool) -> object:
        roles.append(role)
        return connect(role, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(told, "connect", watch)
    write_report(told, told.settings)
    assert set(roles) == {"report"}


def test_an_empty_warehouse_has_a_page_too(warehouse: Warehouse) -> None:
    path = write_report(warehouse, warehouse.settings)
    text = Document(path).text
    assert path.parent.name == "not-yet"
    assert "No refresh has been run yet" in text
    assert "No figures have been published yet." in text


def test_a_refresh_that_stopped_says_so_and_names_whose_figures_are_shown(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    warehouse = make_warehouse()
    story.tell(warehouse, until="2022Q3")
    with warehouse.connect("owner") as connection:
        connection.execute(
            """
            insert into governance.refresh (refresh_id, label, cutoff, status)
            values (3, '2022Q4', '2022-12-31', 'failed')
            """
        )
        connection.commit()
    text = Document(write_report(warehouse, warehouse.settings)).text
    assert "Refresh 2022Q4 is not finished" in text
    assert "The figures on this page are still those of 2022Q3." in text


def test_a_feed_that_never_came_is_named_and_its_periods_are_not_listed_one_by_one(
    make_warehouse: Callable[..., Warehouse],
) -> None:
    warehouse = make_warehouse()
    story.tell(warehouse, until="2022Q2")
    with warehouse.connect("owner") as connection:
        connection.execute("delete from governance.refresh_drop")
        connection.execute("delete from intake.quarantine")
        connection.execute("delete from governance.drop where feed not in ('k12_enrollment', 'ui_wage')")
        connection.commit()
    document = Document(write_report(warehouse, warehouse.settings))
    others = len(load_contracts(warehouse.settings.contracts)) - 2
    assert f"{others} feeds have never been sent" in document.text
    assert "Driver licenses: no file has ever been taken in" in document.text
    assert not any(table.caption == "Missing files" for table in document.tables)
