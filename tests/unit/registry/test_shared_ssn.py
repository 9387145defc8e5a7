"""Linked pairs under a number that a household shares."""

import duckdb

from p20w.registry.evaluation.relatives import under_one_ssn

# true person -> household, mother
PEOPLE = {1: (10, None), 2: (10, None), 3: (20, 1), 4: (30, None), 5: (40, None)}


def shared(*identities: tuple[int | None, int, int]) -> tuple[float, float]:
    """Right and all linked pairs; each identity is (SSN, person of the registry, true person)."""
    con = duckdb.connect()
    con.execute("create table truth_person (true_person bigint, household bigint, mother bigint, father bigint)")
    con.execute("create table identity (identity bigint, ssn bigint)")
    con.execute("create table use (identity bigint, person bigint, true_person bigint, is_main boolean)")
    for true_person, (household, mother) in PEOPLE.items():
        con.execute("insert into truth_person values (?, ?, ?, null)", [true_person, household, mother])
    for number, (ssn, person, true_person) in enumerate(identities):
        con.execute("insert into identity values (?, ?)", [number, ssn])
        con.execute("insert into use values (?, ?, ?, true), (?, 0, 5, false)", [number, person, true_person, number])
    share = under_one_ssn(con)
    return share.part, share.whole


def test_a_number_that_two_members_of_a_household_carry_counts_with_all_its_linked_pairs() -> None:
    assert shared((7, 100, 1), (7, 100, 1), (7, 200, 2)) == (1, 1)
    assert shared((7, 100, 1), (7, 100, 1), (7, 100, 2)) == (1, 3)


def test_parent_and_child_share_a_number_wherever_they_live_by_now() -> None:
    assert shared((7, 100, 1), (7, 100, 3)) == (0, 1)


def test_a_stranger_beside_relatives_under_their_number_is_wrong_too() -> None:
    assert shared((7, 100, 1), (7, 200, 2), (7, 200, 4)) == (0, 1)


def test_numbers_of_one_person_and_of_strangers_say_nothing() -> None:
    assert shared((7, 100, 1), (7, 100, 1), (8, 100, 4), (8, 100, 5), (None, 300, 1), (None, 300, 2)) == (0, 0)
