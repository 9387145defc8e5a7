"""A refresh about everybody weighs only what is new or changed, and comes to what weighing everything comes to."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

import splink_models
from p20w import registry
from p20w.database import Warehouse
from p20w.registry import absorption, settled
from p20w.registry.engines import Search
from p20w.registry.evaluation.stability import changed_without_event
from tests.integration.registry.small_vault import Who, fill, open_refresh, persons, put_back, withdraw

FIRSTS = ("MARIA", "JAMES", "ELIZABETH", "JON", "SUSAN", "ROBERT", "KAREN", "MICHAEL", "ANA", "WILLIAM")
SHORT = {"ELIZABETH": "LIZ", "ROBERT": "BOB", "MICHAEL": "MIKE", "WILLIAM": "BILL", "JON": "JOHN"}
LASTS = ("SMITH", "GARCIA", "NGUYEN", "PHILLIPS", "LEE", "MARTINEZ", "OBRIEN", "JOHNSON", "DELACRUZ", "WHITLOCK")
STREETS = ("12 Elm St", "7 Oak Ave", "99 Main St", "4 Hill Rd")


def state(people: int, seed: int) -> list[list[Who]]:
    """Files in order of arrival: each person in one to four of them, with the errors agencies make."""
    chance = random.Random(seed)  # noqa: S311 (made-up people)
    files: list[list[Who]] = [[], [], [], []]
    for number in range(people):
        first, last = chance.choice(FIRSTS), chance.choice(LASTS)
        born = f"{chance.randint(1985, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        ssn = f"4{chance.randint(10, 40)}{chance.randint(10, 99)}{chance.randint(1000, 9999)}"
        street, postal_code = chance.choice(STREETS), f"0010{chance.randint(0, 5)}"
        pupil = Who("k12_enrollment", first, last, born, sex="Female", source_id=f"K{number}", drops=(1,))
        pupil = replace(pupil, street=street, postal_code=postal_code)
        licensed = replace(
            pupil, feed="dmv_license", ssn=ssn, source_id=f"L{number}", verified=True, street=None, postal_code=None
        )
        changed = chance.randint(0, 4)
        if changed == 1:
            licensed = replace(licensed, first=SHORT.get(first, first[:1]))
        elif changed == 2:
            licensed = replace(licensed, last=chance.choice(LASTS), previous=last)
        elif changed == 3:
            licensed = replace(licensed, born=f"{born[:8]}{1 + int(born[8:]) % 28:02d}")
        typed = f"{ssn[:8]}{(int(ssn[8]) + 1) % 10}" if chance.random() < 0.15 else ssn
        student = replace(licensed, feed="ps_enrollment", space="ps_id:990001", source_id=f"P{number}", ssn=typed)
        wages = Who("ui_wage", first, last, ssn=ssn)
        for who in (pupil, licensed, student, wages):
            if chance.random() < 0.7:
                file = chance.choices((0, 1, 2, 3), (6, 2, 1, 1))[0]
                files[file].append(replace(who, drops=(file + 1,)))
    return files


@pytest.fixture
def weighed(monkeypatch: pytest.MonkeyPatch, ungated: None) -> list[Search]:
    """What engines were asked to weigh, in refreshes about everybody (about a part: `test_touched`)."""
    monkeypatch.setattr(settled, "standing", lambda *_: None)
    asked: list[Search] = []
    engine_of = absorption.engine_of

    def noting(settings: object) -> Callable[..., None]:
        engine = engine_of(settings)  # type: ignore[arg-type]

        def weigh(con: duckdb.DuckDBPyConnection, search: Search) -> None:
            asked.append(search)
            engine(con, search)

        return weigh

    monkeypatch.setattr(absorption, "engine_of", noting)
    return asked


def candidate(warehouse: Warehouse, refresh_id: int) -> dict[str, list[tuple[object, ...]]]:
    """All that was set aside for a refresh."""
    open_refresh(warehouse, refresh_id)
    registry.absorb(warehouse, warehouse.settings, refresh_id)
    columns = {
        "candidate": "identity_id, person_id, method, match_weight",
        "candidate_edge": "identity_left, identity_right, tier, match_weight, match_probability",
        "candidate_event": "kind, old_person_id, new_person_id, identity_id, identities",
        "candidate_review": "identity_left, identity_right, reason, match_weight, worth, evidence::text",
        "candidate_profile": "person_id, birth_year, sex, race_ethnicity",
    }
    with warehouse.connect("linkage") as connection:
        return {
            table: sorted(connection.execute(f"select {what} from registry.{table}".encode()).fetchall(), key=repr)
            for table, what in columns.items()
        }


def forget(warehouse: Warehouse) -> None:
    """So that everything is read, cleaned and weighed, by the values that are frozen."""
    with warehouse.connect("linkage") as connection:
        connection.execute("delete from vault.prepared")
    for file in memory(warehouse).iterdir():
        file.unlink()


def memory(warehouse: Warehouse) -> Path:
    return warehouse.settings.home / "weights" / warehouse.settings.database


@pytest.mark.parametrize("seed", [1, 2])
def test_refresh_by_refresh_comes_to_what_everything_at_once_comes_to(
    make_town: Callable[..., Warehouse], weighed: list[Search], seed: int
) -> None:
    files = state(120, seed)
    warehouse = make_town(files[0])
    candidate(warehouse, 1)
    registry.promote(warehouse, 1)
    touched = 0
    for number, arrived in enumerate(files[1:], 2):
        fill(warehouse, arrived)
        if number == 3:
            withdraw(warehouse, "dmv_license", 1)
        if number == 4:
            put_back(warehouse)
        weighed.clear()
        by_parts = candidate(warehouse, number)
        touched += any(search.others for search in weighed)
        forget(warehouse)
        assert candidate(warehouse, number) == by_parts
        for *_, weight, _, evidence in by_parts["candidate_review"]:
            said = json.loads(str(evidence))
            parts = said["prior"] + sum(part["weight"] for part in said["parts"])
            assert weight is None or parts == pytest.approx(weight, abs=1e-4)
        registry.promote(warehouse, number)
    assert touched >= 2
    assert changed_without_event(warehouse) == 0


def test_only_records_that_are_new_or_changed_are_weighed(
    make_town: Callable[..., Warehouse], weighed: list[Search]
) -> None:
    files = state(100, 3)
    warehouse = make_town(files[0])
    candidate(warehouse, 1)
    registry.promote(warehouse, 1)
    assert [(search.records, search.others) for search in weighed] == [("comparable", None)]
    weighed.clear()
    before = persons(warehouse)
    candidate(warehouse, 2)
    registry.promote(warehouse, 2)
    assert (weighed, persons(warehouse)) == ([], before)
    fill(warehouse, [Who("dmv_license", "ODA", "PELL", "1977-07-07", source_id="N1", drops=(9,))])
    candidate(warehouse, 3)
    assert [(search.records, search.others) for search in weighed] == [("fresh_comparable", "known_comparable")]


def test_a_memory_that_cannot_be_read_is_no_loss(make_town: Callable[..., Warehouse], weighed: list[Search]) -> None:
    warehouse = make_town(state(60, 4)[0])
    first = candidate(warehouse, 1)
    (file,) = memory(warehouse).iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(b"torn")
    assert candidate(warehouse, 1) == first
    assert len(weighed) == 2


def test_a_registry_that_has_outgrown_its_frozen_values_freezes_them_anew(
    make_town: Callable[..., Warehouse], weighed: list[Search]
) -> None:
    files = state(100, 5)
    warehouse = make_town(files[0][:60])
    candidate(warehouse, 1)
    fill(warehouse, [replace(who, drops=(2,)) for who in files[0][60:]])
    candidate(warehouse, 2)
    with warehouse.connect("linkage") as connection:
        frozen = connection.execute("select refresh_id, nodes from registry.weighing order by frozen_at").fetchall()
    assert [row[0] for row in frozen] == [1, 2]
    assert [search.expected for search in weighed] == [row[1] for row in frozen]
    fill(warehouse, [replace(who, drops=(3,)) for who in state(150, 5)[0]])
    candidate(warehouse, 3)
    with warehouse.connect("linkage") as connection:
        kept = connection.execute(
            "select distinct weighing.refresh_id from vault.term_frequency inner join registry.weighing "
            "using (weighing_id) order by 1"
        ).fetchall()
    assert kept == [(2,), (3,)], "values tell names, and a way back leads one refresh back"


def in_use(warehouse: Warehouse) -> list[tuple[object, ...]]:
    """Weighings of the shipped model, oldest first, with how many values are kept of each."""
    with warehouse.connect("linkage") as connection:
        return connection.execute(
            "select weighing.refresh_id, count(term.term) from registry.weighing "
            "left join vault.term_frequency as term using (weighing_id) "
            "where model_version = %s group by weighing.weighing_id order by weighing.frozen_at",
            (splink_models.LATEST,),
        ).fetchall()


def test_another_model_that_was_tried_does_not_move_the_weights_of_the_one_in_force(
    make_town: Callable[..., Warehouse],
) -> None:
    warehouse = make_town(state(60, 5)[0])
    candidate(warehouse, 1)
    before = in_use(warehouse)
    with warehouse.connect("owner") as connection:
        connection.execute(
            "with tried as (insert into registry.weighing (model_version, refresh_id, nodes) values ('tried', 2, 1) "
            "returning weighing_id) insert into vault.term_frequency (weighing_id, term, value, frequency) "
            "select weighing_id, 'first', 'X', 1 from tried"
        )
    candidate(warehouse, 2)
    assert in_use(warehouse) == before


def test_values_that_were_forgotten_are_counted_anew(make_town: Callable[..., Warehouse]) -> None:
    warehouse = make_town(state(60, 5)[0])
    candidate(warehouse, 1)
    with warehouse.connect("owner") as connection:
        connection.execute("truncate vault.term_frequency")
    candidate(warehouse, 2)
    (first, second) = in_use(warehouse)
    assert (first[0], first[1], second[0]) == (1, 0, 2)
    assert second[1] != 0
