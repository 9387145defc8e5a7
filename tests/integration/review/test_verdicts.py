"""Verdicts: given, taken back, in two names, never contradicting each other; agreement."""

import csv
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from p20w.database import Warehouse
from p20w.registry.review import sheets, verdicts
from p20w.registry.review.agreement import agreements, cohens_kappa
from p20w.registry.review.queue import PairKey, UnknownPair, counts, waiting
from p20w.registry.review.steward import NoReviewer, NotASteward, demand_steward, reviewer_name
from p20w.registry.review.verdicts import Refused, UnknownDecision, decide, decisions, revoke
from tests.integration.review.made_up_pairs import EVIDENCE, Record, make_queue, put_drops, put_records, queue


def standing(connection: psycopg.Connection) -> dict[tuple[UUID, UUID], tuple[str, int]]:
    """Verdicts that hold, and how many reviewers gave each."""
    rows = connection.execute(
        "select identity_left, identity_right, verdict, reviewers from registry.standing_decision"
    ).fetchall()
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


@pytest.fixture
def keys(warehouse: Warehouse) -> list[PairKey]:
    return make_queue(warehouse, 4)


@pytest.fixture
def triangle(warehouse: Warehouse) -> tuple[PairKey, PairKey, PairKey]:
    """Three records, each with each: 1-2, 2-3, 1-3."""
    one, two, three = Record(1), Record(2), Record(3)
    with warehouse.connect("owner") as owner:
        put_drops(owner)
        put_records(owner, one, two, three)
        found = queue(owner, one, two), queue(owner, two, three), queue(owner, one, three)
        owner.commit()
    return found


def test_the_queue_begins_with_what_is_worth_most(desk: psycopg.Connection, keys: list[PairKey]) -> None:
    assert [pair.key for pair in waiting(desk, "A")] == keys


def test_files_count_for_less_where_the_weight_is_nearly_sure(warehouse: Warehouse, desk: psycopg.Connection) -> None:
    with warehouse.connect("owner") as owner:
        sure = queue(owner, Record(1), Record(2), reason="nearly enough evidence", weight=6.9, worth=10)
        unsure = queue(owner, Record(3), Record(4), reason="nearly enough evidence", weight=1.0, worth=9)
        owner.commit()
    first, second = waiting(desk, "A")
    assert (first.key, second.key) == (unsure, sure)
    assert first.value == pytest.approx(9 * 4 * (2 / 3) * (1 / 3))


def test_a_judged_pair_waits_no_more_but_for_a_second_opinion(desk: psycopg.Connection, keys: list[PairKey]) -> None:
    decide(desk, keys[0], "must_link", "A")
    assert keys[0] not in [pair.key for pair in waiting(desk, "A")]
    assert keys[0] not in [pair.key for pair in waiting(desk, "B")]
    assert [pair.key for pair in waiting(desk, "B", second=True)] == [keys[0]]
    assert waiting(desk, "A", second=True) == []
    assert (counts(desk, "B").first, counts(desk, "B").second, counts(desk, "A").mine) == (3, 1, 1)


def test_a_disputed_pair_comes_first_among_second_opinions(desk: psycopg.Connection, keys: list[PairKey]) -> None:
    for key in keys:
        decide(desk, key, "must_link", "A")
    decide(desk, keys[2], "cannot_link", "B")
    assert waiting(desk, "C", second=True)[0].key == keys[2]


def test_what_was_put_off_comes_last(desk: psycopg.Connection, keys: list[PairKey]) -> None:
    assert [pair.key for pair in waiting(desk, "A", skipped=keys[:2])] == [*keys[2:], *keys[:2]]


def test_another_verdict_of_a_reviewer_takes_the_place_of_the_first(
    desk: psycopg.Connection, keys: list[PairKey]
) -> None:
    first = decide(desk, keys[0], "must_link", "A")
    assert decide(desk, keys[0], "must_link", "A") == first
    second = decide(desk, keys[0], "cannot_link", "A")
    assert [decision.decision_id for decision in decisions(desk)] == [second]
    assert [decision.decision_id for decision in decisions(desk, standing=False)] == [second, first]


def test_a_revoked_verdict_stays_on_record_without_effect(desk: psycopg.Connection, keys: list[PairKey]) -> None:
    number = decide(desk, keys[0], "must_link", "A", is_blind=True)
    revoke(desk, number, "B")
    assert standing(desk) == {}
    (kept,) = decisions(desk, keys[0], standing=False)
    assert (kept.is_blind, kept.reviewer, kept.revoked_at is not None) == (True, "A", True)
    assert desk.execute("select revoked_by from registry.decision").fetchall() == [("B",)]
    with pytest.raises(UnknownDecision):
        revoke(desk, number, "B")


def test_a_verdict_outlives_the_queue_and_can_be_changed_then(
    warehouse: Warehouse, desk: psycopg.Connection, keys: list[PairKey]
) -> None:
    decide(desk, keys[0], "must_link", "A")
    with warehouse.connect("linkage") as linkage:
        linkage.execute("delete from registry.review_queue")
        linkage.commit()
    assert [verdict for verdict, _ in standing(desk).values()] == ["must_link"]
    decide(desk, keys[0], "cannot_link", "A")
    with pytest.raises(UnknownPair):
        decide(desk, keys[1], "must_link", "A")


def test_a_verdict_holds_when_those_who_can_tell_are_of_one_mind(desk: psycopg.Connection, keys: list[PairKey]) -> None:
    said = {
        keys[0]: {"A": "must_link", "B": "must_link"},
        keys[1]: {"A": "cannot_link", "B": "undecided"},
        keys[2]: {"A": "must_link", "B": "cannot_link"},
        keys[3]: {"A": "undecided"},
    }
    for key, opinions in said.items():
        for reviewer, verdict in opinions.items():
            decide(desk, key, verdict, reviewer)  # type: ignore[arg-type]
    expected = {keys[0]: ("must_link", 2), keys[1]: ("cannot_link", 1)}
    assert standing(desk) == {(key.left, key.right): said for key, said in expected.items()}
    (agreement,) = agreements(decisions(desk))
    assert (agreement.one, agreement.other, agreement.pairs, agreement.agreed) == ("A", "B", 3, 1)


def test_kappa_is_that_of_cohen_s_own_example() -> None:
    # Cohen (1960), table 1: proportions of 200 cases in three categories
    table = [(0, 0, 88), (0, 1, 14), (0, 2, 18), (1, 0, 10), (1, 1, 40), (1, 2, 10), (2, 0, 2), (2, 1, 6), (2, 2, 12)]
    said = [pair for a, b, n in table for pair in [(verdicts.VERDICTS[a], verdicts.VERDICTS[b])] * n]
    assert cohens_kappa(said) == pytest.approx(0.492, abs=5e-4)
    assert cohens_kappa([("must_link", "must_link")]) is None


def test_verdicts_through_a_third_record_cannot_contradict_each_other(
    desk: psycopg.Connection, triangle: tuple[PairKey, PairKey, PairKey]
) -> None:
    one_two, two_three, one_three = triangle
    decide(desk, one_two, "must_link", "A")
    decide(desk, two_three, "must_link", "B")
    with pytest.raises(Refused, match="already say otherwise"):
        decide(desk, one_three, "cannot_link", "A")
    decide(desk, one_three, "undecided", "A")
    decide(desk, one_two, "undecided", "A")
    decide(desk, one_three, "cannot_link", "A")
    with pytest.raises(Refused, match="already say otherwise"):
        decide(desk, one_two, "must_link", "B")


def test_reviewers_may_differ_on_one_pair(desk: psycopg.Connection, keys: list[PairKey]) -> None:
    decide(desk, keys[0], "must_link", "A")
    decide(desk, keys[0], "cannot_link", "B")
    assert waiting(desk, "C", second=True)[0].is_disputed


def test_a_sheet_goes_out_without_values_and_comes_back_with_verdicts(
    warehouse: Warehouse, desk: psycopg.Connection, keys: list[PairKey], tmp_path: Path
) -> None:
    file = tmp_path / "pairs.csv"
    assert sheets.export(desk, file, "A", second=False, with_values=False) == 4
    text = file.read_text()
    assert "BRACKENRIDGE" not in text
    assert (file.stat().st_mode & 0o777) == 0o600
    with warehouse.connect("report") as connection:
        assert connection.execute("select count(*) from governance.audit").fetchone() == (0,)
    with pytest.raises(sheets.BadSheet, match="there already"):
        sheets.export(desk, file, "A", second=False, with_values=False)
    rows = list(csv.DictReader(text.splitlines()))
    for row, word in zip(rows, ("must-link", "Different people", "", "undecided"), strict=True):
        row["verdict"] = word
    _write(file, rows)
    assert sheets.take_in(desk, file, "A") == sheets.Taken(given=3, blank=1)
    assert {decision.verdict for decision in decisions(desk)} == {"must_link", "cannot_link", "undecided"}


def test_a_sheet_with_values_counts_every_pair_as_read(
    warehouse: Warehouse, desk: psycopg.Connection, keys: list[PairKey], tmp_path: Path
) -> None:
    file = tmp_path / "pairs.csv"
    sheets.export(desk, file, "A", second=False, with_values=True)
    assert "BRACKENRIDGE" in file.read_text()
    with warehouse.connect("report") as connection:
        assert connection.execute("select count(*) from governance.audit").fetchone() == (len(keys),)


def test_a_sheet_with_a_fault_changes_nothing_and_names_the_lines(
    desk: psycopg.Connection, keys: list[PairKey], tmp_path: Path
) -> None:
    file = tmp_path / "pairs.csv"
    good = {"identity_left": keys[0].left, "identity_right": keys[0].right, "verdict": "must-link"}
    _write(
        file,
        [
            good,
            {**good, "verdict": "perhaps"},
            {**good, "identity_left": "Abbottsfield"},
            {**good, "identity_left": UUID(int=7)},
        ],
    )
    with pytest.raises(sheets.BadSheet, match="3 lines") as caught:
        sheets.take_in(desk, file, "A")
    assert "line 3" in str(caught.value)
    assert "perhaps" not in str(caught.value)
    assert "Abbottsfield" not in str(caught.value)
    assert decisions(desk) == []


def _write(file: Path, rows: list[dict[str, object]] | list[dict[str, str]]) -> None:
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_the_desk_is_closed_to_every_other_login(module_warehouse: Warehouse) -> None:
    for role in ("owner", "linkage", "intake", "report", "analyst"):
        with module_warehouse.connect(role) as connection, pytest.raises(NotASteward):
            demand_steward(connection)


def test_the_desk_is_closed_to_a_steward_who_may_read_the_vault(warehouse: Warehouse) -> None:
    with warehouse.connect("owner", autocommit=True) as owner:
        owner.execute("grant usage on schema vault to p20w_steward")
        with warehouse.connect("steward") as connection, pytest.raises(NotASteward):
            demand_steward(connection)
        owner.execute("revoke usage on schema vault from p20w_steward")


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb"])
def test_a_reviewer_has_a_name(name: str) -> None:
    with pytest.raises(NoReviewer):
        reviewer_name(name)


def test_the_evidence_of_a_queued_pair_is_kept_beside_it(desk: psycopg.Connection, keys: list[PairKey]) -> None:
    assert waiting(desk, "A", limit=1)[0].evidence == EVIDENCE
