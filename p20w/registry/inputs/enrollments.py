"""Two enrollments at distant schools at one time are of two people.

Here: reading the enrollments of those who must be asked, and the pairs of records that they keep apart. Not here: the
other rules, and what becomes of such pairs (`clustering/component_pair.sql`).

Distant means in two counties: the reference knows no coordinates, and nobody goes to two schools a county apart for
weeks. One at a time is no contradiction, however far the move: a pupil who transfers, also one whom the new district
gave a second state id, is enrolled here and then there.

What files get wrong must not part a pupil from himself:
- the old school withdraws late: dates may overlap for `GRACE_DAYS`;
- a file of the fall says that an enrollment began and not how long it lasted, and on the day of its count a pupil who
  moved is often claimed twice: only enrollments that say how they ended are read;
- several files tell of one enrollment: the earliest end that one of them gives holds;
- a distant school claims a pupil by mistake: where two ids are enrolled in one county at one time as well, the dates
  are no evidence.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import duckdb

from p20w.contracts import FeedContract
from p20w.database.bulk import Read
from p20w.registry.statements import run

FEED = "k12_enrollment"

GRACE_DAYS = 30
"""Days that two enrollments of one pupil may overlap. States have a pupil withdrawn after 10 to 20 school days of
unexplained absence (two to four weeks); a few days are for entering it. Set 2026-11."""

STAYS = "03502"
"""CEDS exit type of a pupil still enrolled or expected back. It needs no last day: the pupil was there until the end of
May, when every school is still in session."""

Enrollments = Callable[[duckdb.DuckDBPyConnection], None]
"""Fills table `enrolled` (see `_ASKED`) for the records in table `asked_school`."""


def enrollments_of(read: Read, contracts: Mapping[str, FeedContract], reference: Path) -> Enrollments | None:
    """Enrollments as the warehouse holds them, and `reference` says in which county a school is; None without the feed.

    They are read when it is known whom to ask, a few in a hundred: reading everybody's would cost more.
    """
    return partial(_read_enrolled, read, reference) if FEED in contracts else None


def find_two_schools(con: duckdb.DuckDBPyConnection, enrollments: Enrollments | None) -> None:
    """Make table `two_schools` from `component` and `record`; empty where nothing is known of enrollments."""
    con.execute(_ASKED)
    if enrollments is not None:
        enrollments(con)
    run(con, "inputs/two_schools", grace_days=GRACE_DAYS)


def _read_enrolled(read: Read, reference: Path, con: duckdb.DuckDBPyConnection) -> None:
    asked = con.execute("select lower(hex(identity_id)) from asked_school order by 1").fetchall()
    if asked:
        con.register("read_enrolled", read(_ENROLLED.format(asked=",".join(row[0] for row in asked))))
        con.execute(_WITH_COUNTY, [str(reference / "ref_school.csv"), str(reference / "ref_postal_code.csv")])
        con.unregister("read_enrolled")


# Only where a component holds two ids of pupils is there anything to ask.
_ASKED = f"""
create temp table asked_school as
select record.identity_id, component.component, record.source
from component
inner join record on component.record = record.record
where record.feed = '{FEED}'
qualify min(record.source) over (partition by component.component)
    < max(record.source) over (partition by component.component);

create temp table enrolled (
    component bigint, source bigint, school_year integer, county_fips varchar, entered date, ended date
);
"""

# Enrollments that say how they ended.
_ENROLLED = f"""
select
    uuid_send(line.identity_id) as identity_id,
    line.school_identifier_sea,
    line.school_year::integer as school_year,
    line.enrollment_entry_date as entered,
    min(coalesce(line.enrollment_exit_date, make_date(line.school_year::integer, 5, 31))) as ended
from intake.{FEED} as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted'
    and (line.enrollment_exit_date is not null or line.exit_or_withdrawal_type = '{STAYS}')
    and line.identity_id = any(string_to_array('{{asked}}', ',')::uuid[])
group by line.identity_id, line.school_identifier_sea, line.school_year, line.enrollment_entry_date
"""

_WITH_COUNTY = """
insert into enrolled
select component, source, school_year, county_fips, entered, ended
from read_enrolled
inner join asked_school using (identity_id)
inner join read_csv(?, all_varchar = true) as school using (school_identifier_sea)
inner join read_csv(?, all_varchar = true) as postal_code using (postal_code)
where county_fips is not null
"""
