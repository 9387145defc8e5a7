"""Which groups people belong to.

Here: sex, race or ethnicity, origin and form of the name, age, English learners, foster care and homelessness, place.
Not here: what is measured by group (`subgroups`, `masked`, `rates`), comparing groups (`intervals`).
"""

import duckdb
import numpy as np
from numpy.typing import NDArray

from p20w.database.bulk import Read
from p20w.registry.statements import run

Integers = NDArray[np.int64]

DIMENSIONS = {
    "sex": "sex",
    "race_ethnicity": "race or ethnicity",
    "name_origin": "origin of the name",
    "name_form": "form of the name",
    "age_band": "age",
    "english_learner": "English learner",
    "foster_or_homeless": "foster care or homeless",
    "rurality": "place",
}
"""What people are divided by. The origin of a name is known of simulated people only; its form can always be seen."""

NOBODY = (
    "select null::bigint as subject, null as sex, null::date as birthdate, null as race_ethnicity, "
    "null as name_origin where false"
)


def divide(con: duckdb.DuckDBPyConnection, read: Read, whose: str, known: str = NOBODY) -> None:
    """Make table `member` (see `member.sql`) from tables `identity` and `trait`.

    Args:
        con: the scratch database.
        read: reads as role `linkage`.
        whose: a SELECT of identity and subject, the people to be divided.
        known: a SELECT of subject, sex, birthdate, race_ethnicity and name_origin that goes before what files say.
    """
    run(con, "quality/member", whose=whose, known=known, year=year_of(read), columns=", ".join(DIMENSIONS))


def year_of(read: Read) -> int:
    """The year ages are counted in: that of the newest refresh."""
    years = read("select max(extract(year from cutoff))::integer as year from governance.refresh")["year"].to_pylist()
    return years[0] or 0


def members_of(con: duckdb.DuckDBPyConnection, people: Integers) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Who of `people`, numbers in rising order, belongs to which group of table `member`.

    Returns:
        by dimension and trait, in the order of `DIMENSIONS`, a mark for each of the people.
    """
    con.register("read_people", {"subject": people})
    rows = con.execute(
        "select dimension, trait, list(subject) as subjects from member "
        "where subject in (select subject from read_people) group by all order by all"
    ).fetchall()
    con.unregister("read_people")
    rows.sort(key=lambda row: list(DIMENSIONS).index(row[0]))
    return {(name, trait): np.isin(people, np.asarray(subjects, np.int64)) for name, trait, subjects in rows}
