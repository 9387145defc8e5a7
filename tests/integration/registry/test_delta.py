"""What a registry comes to does not depend on how files were delivered; weights stay until it has outgrown them."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace

import duckdb
import pytest
from faker.providers.person.en_US import Provider

import splink_models
from p20w.database import Warehouse
from p20w.registry import assigning, deciding
from p20w.registry.linking.engines import Search
from p20w.registry.persons import promotion
from p20w.simulator.name_lists import name_list
from splink_models.features import short_forms
from tests.integration.registry.small_vault import Who, fill, open_refresh, persons, put_back, withdraw
from tests.unexplained import changed_without_event

FIRSTS, LASTS = (
    {name.upper(): share for name, share in weighted.items() if name.isalpha()}
    for weighted in (Provider.first_names, Provider.last_names)
)
"""Names as common as in a real town: how few records tell of errors depends on it."""
SHORT = {row["formal"]: row["short"] for row in short_forms().to_pylist()}
STREETS = [name.strip() for name in name_list("street_names")]


def state(people: int, seed: int) -> list[list[Who]]:
    """Files in order of arrival: each person in one to four of them, with the errors agencies make."""
    chance = random.Random(seed)  # noqa: S311 (made-up people)
    files: list[list[Who]] = [[], [], [], []]

    def drawn(names: Mapping[str, float]) -> str:
        return chance.choices(list(names), list(names.values()))[0]

    for number in range(people):
        first, last, married = drawn(FIRSTS), drawn(LASTS), drawn(LASTS)
        born = f"{chance.randint(1985, 2005)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        ssn = f"4{chance.randint(10, 40)}{chance.randint(10, 99)}{chance.randint(1000, 9999)}"
        street, postal_code = f"{chance.randint(1, 99)} {chance.choice(STREETS)} St", f"0010{chance.randint(0, 5)}"
        pupil = Who("k12_enrollment", first, last, born, sex="Female", source_id=f"K{number}", drops=(1,))
        pupil = replace(pupil, street=street, postal_code=postal_code)
        licensed = replace(
            pupil, feed="dmv_license", ssn=ssn, source_id=f"L{number}", verified=True, street=None, postal_code=None
        )
        changed = chance.randint(0, 4)
        if changed == 1:
            licensed = replace(licensed, first=SHORT.get(first, first[:1]))
        elif changed == 2:
            licensed = replace(licensed, last=married, previous=last)
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
def weighed(monkeypatch: pytest.MonkeyPatch) -> list[Search]:
    """What engines were asked to weigh."""
    asked: list[Search] = []
    engine_of = deciding.engine_of

    def noting(settings: object) -> Callable[..., None]:
        engine = engine_of(settings)  # type: ignore[arg-type]

        def weigh(con: duckdb.DuckDBPyConnection, search: Search) -> None:
            asked.append(search)
            engine(con, search)

        return weigh

    monkeypatch.setattr(deciding, "engine_of", noting)
    return asked


def candidate(warehouse: Warehouse, refresh_id: int) -> dict[str, list[tuple[object, ...]]]:
    """All that was set aside for a refresh."""
    open_refresh(warehouse, refresh_id)
    assigning.assign(warehouse, warehouse.settings, refresh_id)
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


def outcome(warehouse: Warehouse, refresh_id: int) -> tuple[object, ...]:
    """Who is with whom and why, by values counted now, whatever ids persons have."""
    with warehouse.connect("linkage") as connection:
        connection.execute("delete from registry.weighing")
    found = candidate(warehouse, refresh_id)
    promotion.promote(warehouse, refresh_id)
    together: dict[str, set[bytes]] = {}
    for identity, person in persons(warehouse).items():
        together.setdefault(person, set()).add(identity)
    groups = frozenset(map(frozenset, together.values()))
    profiles = sorted(repr(row[1:]) for row in found["candidate_profile"])
    methods = [(row[0], *row[2:]) for row in found["candidate"]]
    return groups, methods, found["candidate_edge"], found["candidate_review"], profiles


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_delivery_by_delivery_comes_to_what_everything_at_once_comes_to_in_any_order(
    make_town: Callable[..., Warehouse], seed: int
) -> None:
    files = state(120, seed)
    town = make_town(files[0])
    candidate(town, 1)
    promotion.promote(town, 1)
    for number, arrived in enumerate(files[1:], 2):
        fill(town, arrived)
        if number == 3:
            withdraw(town, "dmv_license", 1)
        if number == 4:
            put_back(town)
        candidate(town, number)
        promotion.promote(town, number)
    assert changed_without_event(town) == 0
    by_delivery = outcome(town, 5)
    backwards = [who for file in reversed(files) for who in reversed(file)]
    assert outcome(make_town(backwards), 1) == by_delivery


def test_weights_told_to_reviewers_add_up(make_town: Callable[..., Warehouse]) -> None:
    asked = candidate(make_town([who for file in state(120, 1) for who in file]), 1)["candidate_review"]
    assert asked
    for *_, weight, _, evidence in asked:
        said = json.loads(str(evidence))
        parts = said["prior"] + sum(part["weight"] for part in said["parts"])
        assert weight is None or parts == pytest.approx(weight, abs=1e-4)


def test_a_refresh_over_the_same_files_changes_nobody_and_weighs_as_before(
    make_town: Callable[..., Warehouse], weighed: list[Search]
) -> None:
    town = make_town(state(100, 3)[0])
    first = candidate(town, 1)
    promotion.promote(town, 1)
    before = persons(town)
    again = candidate(town, 2)
    promotion.promote(town, 2)
    assert persons(town) == before
    assert again["candidate_edge"] == first["candidate_edge"]
    assert again["candidate_event"] == []
    assert weighed[0].expected == weighed[1].expected


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
    assert list(dict.fromkeys(search.expected for search in weighed)) == [row[1] for row in frozen]
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
