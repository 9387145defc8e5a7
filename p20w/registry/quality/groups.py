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

TRAITS = ("is_english_learner", "is_foster_care", "is_homeless", "race_ethnicity", "locale_code")
"""Columns of any feed that tell of groups."""

NOBODY = (
    "select null::bigint as subject, null as sex, null::date as birthdate, null as race_ethnicity, "
    "null as name_origin where false"
)


def divide(con: duckdb.DuckDBPyConnection, read: Read, whose: str, known: str = NOBODY) -> None:
    """Make table `member` (see `member.sql`) from table `identity` and what accepted lines say.

    Args:
        con: the scratch database.
        read: reads as role `linkage`.
        whose: a SELECT of identity and subject, the people to be divided.
        known: a SELECT of subject, sex, birthdate, race_ethnicity and name_origin that goes before what files say.
    """
    lines = [_LINES.format(**table) for table in read(_COLUMNS).to_pylist()]
    traits = read("\nunion all\n".join([_NO_LINES, *lines]))
    columns = ", ".join(DIMENSIONS)
    run(con, "quality/member", whose=whose, known=known, year=year_of(read), columns=columns, read_trait=traits)


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


_COLUMNS = f"""
select
    table_name as feed,
    string_agg(format('(%L, line.%I::text)', column_name, column_name), ', ' order by column_name) as traits
from information_schema.columns
where table_schema = 'intake' and column_name = any(array{list(TRAITS)})
group by table_name
order by table_name
"""

_NO_LINES = "select null::bytea as identity_id, null as name, null as value, 0::bigint as lines where false"

_LINES = """
select uuid_send(line.identity_id), said.name, said.value, count(*)
from intake.{feed} as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
cross join lateral (values {traits}) as said (name, value)
where governance.drop.status = 'accepted' and line.identity_id is not null and said.value is not null
group by line.identity_id, said.name, said.value
"""
