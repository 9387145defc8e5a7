"""The linkage page: what it says, what it holds back, and that all can read it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from p20w.database import Warehouse
from p20w.reports import write_report
from tests.integration.reports import story
from tests.integration.reports.document import Document
from tests.integration.reports.test_page_in_browser import DESK, PHONE, RULES, opened

# figure, subject, dimension, trait, value, low, high, part, whole, persons
FIGURES = [
    ("masked_precision", "", "", "", 0.9984, 0.9950, 0.9995, 2496, 2500, 2100),
    ("masked_recall", "", "", "", 0.961, 0.952, 0.969, 2403, 2500, 2100),
    ("masked_recall", "dmv_license > ps_enrollment", "", "", 0.961, 0.952, 0.969, 2403, 2500, 2100),
    ("masked_recall", "", "sex", "Female", 0.93, 0.91, 0.95, 1163, 1250, 1050),
    ("masked_recall", "", "sex", "Male", 0.99, 0.98, 0.995, 1240, 1250, 1050),
    ("masked_recall", "", "race_ethnicity", "BlackOrAfricanAmerican", 0.96, 0.94, 0.97, 480, 500, 420),
    ("masked_recall", "", "race_ethnicity", "NativeHawaiianOrOtherPacificIslander", 0.4321, 0.1, 0.9, 3, 7, 7),
    ("masked_recall", "", "race_ethnicity", "White", 0.962, 0.95, 0.97, 1443, 1500, 1300),
    ("masked_recall_gap", "", "sex", "Male over Female", 0.06, 0.041, 0.079, None, None, None),
    ("school_in_wages", "", "", "", 0.7, 0.68, 0.72, 1400, 2000, 2000),
    ("school_in_wages_without_license", "", "", "", 0.4, 0.38, 0.42, 800, 2000, 2000),
    ("school_in_wages", "", "sex", "Female", 0.72, 0.69, 0.75, 720, 1000, 1000),
    ("school_in_wages_without_license", "", "sex", "Female", 0.41, 0.38, 0.44, 410, 1000, 1000),
    ("school_in_wages", "", "rurality", "town", 0.28, 0.13, 0.51, 7, 25, 25),
    ("school_in_wages_without_license", "", "rurality", "town", 0.24, 0.1, 0.45, 6, 25, 25),
    ("license_tilt", "", "sex", "Female over Male", 0.051, 0.012, 0.09, None, None, None),
    ("unlinkable", "ui_wage", "", "", 0.01, 0.009, 0.011, 100, 10_000, 10_000),
    ("unlinkable", "k12_enrollment", "", "", 0.0012, 0.0005, 0.0025, 7, 6000, 6000),
    ("match_rate", "k12_enrollment > ui_wage", "sex", "Female", 0.3, 0.28, 0.32, 900, 3000, 3000),
    ("match_rate_change", "k12_enrollment > ui_wage", "", "", -0.14, None, None, None, 6000, None),
    ("drift", "first_name", "", "", 0.31, None, None, None, 2500, None),
    ("agreement", "first_name", "level", "exact", 0.8, 0.78, 0.82, 2000, 2500, 2500),
    ("agreement_trained", "first_name", "level", "exact", 0.95, None, None, None, None, None),
    ("naming_habit", "initials", "", "", 7933.0, None, None, 10, 305, None),
    ("naming_habit", "cut", "", "", 10_787.0, None, None, 13, 305, None),
    ("reviewed_precision", "", "", "", 0.983, 0.95, 0.996, 59, 60, None),
    ("reviewed_precision", "", "stratum", "10 to 15 bits", 0.95, None, None, 19, 20, 800),
    ("changed_without_event", "", "", "", 0.0, None, None, None, None, None),
    ("moved", "", "", "", 0.004, 0.003, 0.005, 80, 20_000, 20_000),
    ("events", "merge", "", "", 31.0, None, None, None, None, None),
    ("events", "split", "", "", 7.0, None, None, None, None, None),
]
ANSWERS = [
    ("leavers at work", "completer", 0.612, 0.601, 0.613, 900),
    ("leavers' median wages", "completer", 21_440.0, 21_010.0, 21_460.0, 550),
    ("students at work", "2-year", 0.77, 0.77, 0.77, 7),
]


@pytest.fixture(scope="module")
def measured(make_warehouse: Callable[..., Warehouse]) -> Warehouse:
    warehouse = make_warehouse()
    story.tell(warehouse)
    with warehouse.connect("owner") as connection:
        for refresh_id, shift in ((2, 0.01), (3, 0.0)):
            for *about, value, low, high, part, whole, persons in FIGURES:
                moved = value + shift if about[0] == "masked_recall" else value
                connection.execute(
                    "insert into governance.linkage_figure values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                    (refresh_id, *about, moved, low, high, part, whole, persons),
                )
        for answer, part, *values, persons in ANSWERS:
            for name, value in zip(("current", "stricter", "looser"), values, strict=True):
                connection.execute(
                    "insert into governance.answer_range values (3, %s, %s, %s, %s, %s)",
                    (answer, part, name, value, persons),
                )
        connection.commit()
    return warehouse


@pytest.fixture(scope="module")
def page(measured: Warehouse) -> Path:
    return write_report(measured, measured.settings).with_name("linkage.html")


@pytest.fixture(scope="module")
def document(page: Path) -> Document:
    return Document(page)


def test_the_self_test_is_told_with_its_intervals(document: Document) -> None:
    assert "99.8% were confirmed by the SSNs" in document.text
    assert "between 95.2% and 96.9%" in document.text
    table = document.table("Of the pairs that an SSN proves, those found without it")
    assert table.row("Driver licenses and college enrollment")["Found"] == "96.1%"


def test_a_gap_between_groups_is_said_in_words_and_noticed(document: Document) -> None:
    assert "records of “Male” are found more often than those of “Female” by 6.0 points" in document.text
    assert "One group is found clearly less often than another" in document.text
    assert "Names or dates agree in other ways" in document.text
    assert "A match rate fell by more than a tenth" in document.text


def test_small_groups_are_held_back(document: Document) -> None:
    assert "43.2%" not in document.source
    groups = document.table("Found without the SSN, by group")
    assert "Race or ethnicity: Native Hawaiian or Other Pacific Islander" not in {row[0] for row in groups.rows}
    town = document.table("School records found in wages, by group").row("Place: Town")
    assert town["With licenses"].startswith("under")
    assert town["Without"].startswith("under")
    unlinkable = document.table("Records that could not be joined to another agency’s, however alike")
    assert unlinkable.row("K-12 enrollment")["That cannot be joined"] == "under 1%"
    answers = document.table("Key figures with three sets of links")
    assert answers.row("Students of two-year colleges at work")["As published"] == "not shown"
    assert not re.search(r"\b7 (people|of)\b", document.text)


def test_answers_stand_beside_their_range(document: Document) -> None:
    row = document.table("Key figures with three sets of links").row("Completers at work a year later")
    assert [row[name] for name in ("As published", "Stricter", "Looser")] == ["61%", "60%", "61%"]
    assert row["Moves by"] == "! 1 point"
    figures = document.table("Key figures with three sets of links")
    wages = figures.row("Completers’ median wages, first year, in dollars of one year")
    assert wages["Stricter"] == "$21,000"
    assert "The share that moves most is “Completers at work a year later”, by 1 point." in document.text


def test_the_course_over_refreshes_and_the_drift_are_told(document: Document) -> None:
    assert set(document.table("The self-test by refresh").column("Refresh")) == {"2022Q3", "2022Q4"}
    drift = document.table("How far comparison levels have moved from those learned").row("First names")
    assert drift["That is"] == "! much"


def test_employers_that_write_names_in_their_own_way_are_counted(document: Document) -> None:
    table = document.table("Employers with their own naming formats")
    row = table.row("Initials instead of first names")
    assert (row["Employers"], row["Lines of wages"]) == ("10", "7,933")
    assert len(table.rows) == 3


def test_the_tilt_that_licenses_give_is_told(document: Document) -> None:
    assert "licenses add more for “Female” than for “Male”, by 5.1 points" in document.text
    assert "at least 1.2 points are not chance" in document.text


def test_ids_that_changed_are_told_with_why(document: Document) -> None:
    table = document.table("Of the records known before, 0.4% belong to another person now")
    assert table.row("Turned out to be the same person as someone else")["People"] == "about 30"
    assert table.row("Turned out to be two people")["People"] == "fewer than 10"


def test_the_two_pages_lead_to_each_other(page: Path, document: Document) -> None:
    report = Document(page.with_name("index.html"))
    assert 'href="linkage.html"' in report.source
    assert 'href="index.html"' in document.source
    latest = page.parents[1] / "latest" / "linkage.html"
    assert latest.read_bytes() == page.read_bytes()


def test_the_page_needs_nothing_but_itself(document: Document) -> None:
    assert not {tag for tag, _ in document.tags} & {"script", "link", "img", "iframe", "object"}
    assert "url(" not in document.source


@pytest.mark.parametrize(("width", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")])
def test_no_accessibility_rule_is_broken(browser: Browser, page: Path, width: int, scheme: str) -> None:
    view = opened(browser, page, width, scheme)
    view.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    results = Axe().run(view, options=RULES)
    assert [(item["id"], item["nodes"][0]["html"][:120]) for item in results.response["violations"]] == []
    assert view.evaluate("document.documentElement.scrollWidth") <= width


def test_before_anything_was_measured_the_page_says_so(
    browser: Browser, make_warehouse: Callable[..., Warehouse]
) -> None:
    warehouse = make_warehouse()
    page = write_report(warehouse, warehouse.settings).with_name("linkage.html")
    assert "Nothing has been measured yet" in page.read_text(encoding="utf-8")
    assert Axe().run(opened(browser, page, DESK), options=RULES).response["violations"] == []
