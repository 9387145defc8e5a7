"""Why two records are one person or two, as `p20w registry why` tells it."""

import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from p20w.cli import app
from p20w.database import Warehouse
from p20w.registry.explaining import Explanation, explain
from p20w.registry.persons.record_person import UnknownRecord
from p20w.registry.review.weights import waterfall
from p20w.settings import Settings
from tests.integration.registry.small_vault import Who, are_one, crowd, fill, link, open_keys, withdraw

LICENSED = Who(
    "dmv_license", "ZEPHYRQUILL", "QUETZALBRAND", "1984-02-29", middle="WYVERN", sex="Female", ssn="731846209",
    source_id="Z8312409657", verified=True, street="7 Basiliskton Way", postal_code="00417", drops=(1, 2),
)  # fmt: skip
WORKING = Who("ui_wage", "ZEPHYRQUILL", "QUETZALBRAND", ssn="731846209", employer="E8312409", drops=(1, 2))
PUPIL = Who("k12_enrollment", "ZEPHYRQUILL", "QUETZALBRAND", "1984-02-29", source_id="8312409658", drops=(1, 2))
BORROWER = Who("ui_wage", "OBSIDIANNA", "BRONTOZEPHYR", ssn="731846209", drops=(3, 4))
NAMESAKE = Who("ui_wage", "ZEPHYRQUILL", "QUETZALBRAND", ssn="528391746", drops=(3, 4))
TWO_LICENSES = tuple(
    replace(LICENSED, first="UMBRAFELDE", last="GRYPHONWICK", source_id=f"Z83124{ssn}", ssn=ssn, drops=(drop,))
    for drop, ssn in enumerate(("364917285", "419283756"), 3)
)
HOLDER = replace(LICENSED, first="LORNA", last="KRAKENHOLT", source_id="Z83124", ssn="622334451")
BARE = Who("ui_wage", None, "KRAKENHOLT", middle="WYVERN", ssn="622334451", employer="E1", drops=(3, 4))
RELATIVE = Who(
    "ui_wage", "GRANT", "KRAKENHOLT", "1951-01-01", sex="Male", ssn="622334451", employer="E1", drops=(5, 6)
)  # fmt: skip
CANARIES = (
    *("ZEPHYRQUILL", "QUETZALBRAND", "WYVERN", "OBSIDIANNA", "BRONTOZEPHYR", "BASILISKTON", "1984", "0229", "02-29"),
    *("UMBRAFELDE", "GRYPHONWICK", "KRAKENHOLT", "LORNA", "GRANT"),
    *("731846209", "528391746", "364917285", "419283756", "622334451", "83124"),
)


@pytest.fixture(scope="module")
def town(make_warehouse: Callable[..., Warehouse]) -> Warehouse:
    """After a refresh."""
    warehouse = make_warehouse()
    open_keys(warehouse)
    fill(warehouse, [*crowd(), LICENSED, WORKING, PUPIL, BORROWER, NAMESAKE, *TWO_LICENSES, HOLDER, BARE, RELATIVE])
    link(warehouse)
    with warehouse.connect("owner") as connection:
        connection.execute("insert into governance.refresh_drop select 1, drop_id from governance.drop")
        connection.execute("insert into governance.stage_run values (1, 'registry', now())")
        connection.execute("update governance.refresh set status = 'published'")
    return warehouse


def ident(who: Who) -> str:
    return str(UUID(bytes=who.identity_id))


def why(town: Warehouse, one: Who, other: Who) -> Explanation:
    found = explain(town, town.settings, ident(one), ident(other))
    assert explain(town, town.settings, ident(other), ident(one)).sentence == found.sentence
    assert found.sentence.startswith(f"These two records are {'one person' if are_one(town, one, other) else 'two'}")
    return found


def decide(town: Warehouse, one: Who, other: Who, verdict: str) -> None:
    with town.connect("owner") as connection:
        connection.execute("delete from registry.decision")
        connection.execute(
            "insert into registry.decision (identity_left, identity_right, verdict) values (%s, %s, %s)",
            (*sorted((ident(one), ident(other))), verdict),
        )


def test_a_link_holds_by_its_own_evidence_which_is_that_of_the_refresh(town: Warehouse) -> None:
    found = why(town, LICENSED, WORKING)
    assert "one person because the SSN" in found.sentence
    assert found.chain == ()
    fall = waterfall(found.evidence)
    with town.connect("linkage") as connection:
        rows = connection.execute(
            "select match_weight from registry.edge where (identity_left, identity_right) = (%s, %s)",
            sorted((ident(LICENSED), ident(WORKING))),
        ).fetchall()
    assert fall is not None
    assert rows == [(pytest.approx(fall.total, abs=1e-4),)]


def test_records_that_were_never_compared_are_one_person_by_a_chain(town: Warehouse) -> None:
    found = why(town, PUPIL, WORKING)
    assert "because a chain of links holds them together, and the " in found.sentence
    assert any("No blocking rule finds this pair" in note for note in found.notes)
    assert [link.partition(":")[0] for link in found.chain] == [
        f"{ident(PUPIL)} and {ident(LICENSED)}",
        f"{ident(LICENSED)} and {ident(WORKING)}",
    ]
    assert "because the SSN" in found.chain[1]


def test_records_are_two_persons_by_what_differs_by_a_constraint_or_never_compared(town: Warehouse) -> None:
    apart = why(town, LICENSED, BORROWER)
    assert "two persons because the " in apart.sentence
    assert " differ" in apart.sentence.partition(", although the SSN agrees")[0]
    assert apart.persons == tuple(dict.fromkeys(apart.persons))
    assert apart.notes == ()
    constrained = why(town, *TWO_LICENSES)
    assert "because a cannot-link lies between their records (two SSNs that the" in constrained.sentence
    assert constrained.notes[0].startswith("Cannot-link between records of the two: two SSNs")
    (rest,) = (who for who in (HOLDER, RELATIVE) if not are_one(town, BARE, who))  # who of the two the bare one is not
    assert "because the rest of what their records say speaks against one person" in why(town, BARE, rest).sentence
    assert "because they were never compared (nothing that" in why(town, PUPIL, NAMESAKE).sentence


def test_a_verdict_is_told_before_and_after_it_holds(town: Warehouse) -> None:
    decide(town, LICENSED, BORROWER, "must_link")
    waits = why(town, LICENSED, BORROWER)
    assert "reviewer decided" not in waits.sentence
    assert waits.notes[-1].startswith("Files, verdicts or the model have changed")
    assert "Verdict: same person, by 1 reviewer." in waits.notes
    link(town, 2)
    assert "one person because a reviewer decided so, and the SSN agrees" in why(town, LICENSED, BORROWER).sentence
    assert "because a reviewer decided so" in why(town, PUPIL, BORROWER).chain[-1]
    decide(town, LICENSED, WORKING, "cannot_link")
    link(town, 3)
    assert "(a reviewer's verdict)" in why(town, LICENSED, WORKING).sentence


@pytest.fixture
def p20w(town: Warehouse, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setattr(Settings, "load", lambda: town.settings)
    return lambda *words: CliRunner().invoke(app, ["registry", "why", *words])


def test_the_command_prints_the_evidence_and_nothing_personal(p20w: Callable[..., Result]) -> None:
    for one, other in ((LICENSED, WORKING), (PUPIL, WORKING), (LICENSED, BORROWER), TWO_LICENSES):
        said = p20w(ident(one), ident(other))
        assert said.exit_code == 0
        for text in ("These two records are", "Before looking", "Birth date", "Household", "Match weight", "+5.6 bits"):
            assert text in said.output
        told = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "", said.output).upper()
        assert not [mark for mark in CANARIES if mark in told]


def test_a_line_stands_for_its_record(p20w: Callable[..., Result]) -> None:
    by_line = p20w("ui_wage/period 1/1:1", ident(LICENSED))
    assert by_line.exit_code == 0
    assert by_line.output == p20w(ident(WORKING), ident(LICENSED)).output


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (str(UUID(int=1)), "knows no record 00000000-"),
        ("ui_wage/period 1/1:77", "knows no record ui_wage/period 1/1:77. Give the id"),
        ("everybody", "knows no record everybody"),
        (ident(LICENSED), "Both are the same record"),
    ],
)
def test_an_address_of_nobody_is_told_in_a_sentence(p20w: Callable[..., Result], one: str, told: str) -> None:
    result = p20w(one, ident(LICENSED))
    assert result.exit_code == 1
    assert told in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("other", [PUPIL, BARE])
def test_before_the_next_refresh_a_withdrawn_record_is_told_as_such(town: Warehouse, other: Who) -> None:
    for number in (3, 4):
        withdraw(town, "ui_wage", number)
    with pytest.raises(UnknownRecord, match="no longer active"):
        explain(town, town.settings, ident(NAMESAKE), ident(other))
