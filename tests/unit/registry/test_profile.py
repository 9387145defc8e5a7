"""What marts may know of a person: one value where records disagree."""

from typing import Any

import duckdb
import pytest

from p20w.contracts import load_contracts
from p20w.registry.statements import run
from p20w.settings import PROJECT

Said = tuple[str, int | None, str | None, int]
"""Feed, birth year, sex as features have it, files that say so."""
PROVEN = {feed for feed, contract in load_contracts(PROJECT / "contracts").items() if contract.has_proven_birthdate}


def profile(records: list[Said], races: list[tuple[int, str, int]] | None = None) -> tuple[Any, ...]:
    """Birth year, sex and race of one person whose records say this."""
    with duckdb.connect() as con:
        con.execute("create table person as select 0::bigint as cluster, 'p'::blob as person_id")
        con.execute("create table member (record bigint, identity_id blob, cluster bigint)")
        con.execute("create table record (record bigint, is_birthdate_proven boolean, drops bigint)")
        con.execute("create table features (record bigint, birth_year bigint, sex varchar)")
        for number, (feed, year, sex, drops) in enumerate(records):
            con.execute("insert into member values (?, ?, 0)", [number, str(number).encode()])
            con.execute("insert into record values (?, ?, ?)", [number, feed in PROVEN, drops])
            con.execute("insert into features values (?, ?, ?)", [number, year, sex])
        con.execute("create table trait (identity_id blob, name varchar, value varchar, lines bigint)")
        for record, race, lines in races or []:
            con.execute("insert into trait values (?, 'race_ethnicity', ?, ?)", [str(record).encode(), race, lines])
        run(con, "persons/profile")
        return con.execute("select birth_year, sex, race_ethnicity from profile").fetchall()[0]


@pytest.mark.parametrize(
    ("records", "year"),
    [
        ([("ui_wage", None, None, 9)], None),
        ([("k12_enrollment", 2001, None, 1), ("ui_wage", None, None, 9)], 2001),
        ([("k12_enrollment", 2001, None, 1), ("ps_enrollment", 2002, None, 3)], 2002),
        ([("k12_enrollment", 2003, None, 2), ("ps_enrollment", 2002, None, 3), ("k12_cte", 2003, None, 2)], 2003),
        ([("k12_enrollment", 2001, None, 2), ("dmv_license", 2002, None, 2)], 2002),
        ([("k12_enrollment", 2002, None, 2), ("ps_enrollment", 2001, None, 2)], 2001),
    ],
    ids=[
        "nobody knows",
        "one knows",
        "most files",
        "files of several records",
        "of equals the license",
        "then the first",
    ],
)
def test_the_birth_year_of_most_files_holds(records: list[Said], year: int | None) -> None:
    assert profile(records)[0] == year


def test_sex_is_chosen_apart_from_the_birth_year() -> None:
    assert profile([("k12_enrollment", 2001, "F", 3), ("ps_enrollment", 2002, "M", 1)])[:2] == (2001, "Female")
    assert profile([("k12_enrollment", 2001, None, 3), ("ps_enrollment", 2002, "M", 1)])[:2] == (2001, "Male")


def test_race_of_most_lines_holds_over_all_records_of_a_person() -> None:
    records: list[Said] = [("k12_enrollment", 2001, "F", 1), ("ps_enrollment", 2001, "F", 1)]
    assert profile(records, [(0, "White", 2), (1, "Asian", 3), (0, "Asian", 1)])[2] == "Asian"
