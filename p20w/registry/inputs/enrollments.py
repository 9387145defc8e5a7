"""Two enrollments at distant schools at one time are of two people.

Here: reading the enrollments of those who must be asked, and the pairs of records that they keep apart. Not here: the
other rules, and what becomes of such pairs (`constraints`).

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
from pathlib import Path

import duckdb

from p20w.contracts import FeedContract
from p20w.database.bulk import Read

FEED = "k12_enrollment"

GRACE_DAYS = 30
"""Days that two enrollments of one pupil may overlap. States have a pupil withdrawn after 10 to 20 school days of
unexplained absence (two to four weeks); a few days are for entering it. Set 2026-11."""

STAYS = "03502"
"""CEDS exit type of a pupil still enrolled or expected back. It needs no last day: the pupil was there until the end of
May, when every school is still in session."""

Enrollments = Callable[[duckdb.DuckDBPyConnection], None]
"""Makes table `enrolled` (record, school_year, county_fips, entered, ended) for the records in table `asked_school`
(record, identity_id)."""


def enrollments_of(read: Read, contracts: Mapping[str, FeedContract], reference: Path) -> Enrollments | None:
    """Enrollments as the warehouse holds them; None where no agency sends any.

    They are read when it is known whom to ask, a few in a hundred: reading everybody's would cost more.

    Args:
        read: reads as role `linkage`.
        contracts: the feeds of this state.
        reference: folder of the reference files, which say in which county a school is.
    """
    if FEED not in contracts:
        return None

    def make(con: duckdb.DuckDBPyConnection) -> None:
        asked = con.execute("select lower(hex(identity_id)) from asked_school order by 1").fetchall()
        if not asked:
            con.execute(_NONE)
            return
        con.register("read_enrolled", read(_enrolled([row[0] for row in asked])))
        con.execute(_WITH_COUNTY, [str(reference / "ref_school.csv"), str(reference / "ref_postal_code.csv")])
        con.unregister("read_enrolled")

    return make


def find_two_schools(con: duckdb.DuckDBPyConnection, enrollments: Enrollments | None) -> None:
    """Make table `two_schools` (left_record, right_record; left < right) from `component` and `record`.

    Args:
        con: the scratch database.
        enrollments: gives `enrolled`; None where nothing is known of enrollments, then the table is empty.
    """
    con.execute(_ASKED)
    if enrollments is None:
        con.execute(_NONE)
    else:
        enrollments(con)
    con.execute(_TWO_SCHOOLS)


_NONE = "create table enrolled (record bigint, school_year integer, county_fips varchar, entered date, ended date)"

# Only where a component holds two ids of pupils is there anything to ask.
_ASKED = f"""
create table asked_school as
with pupil as (

    select component.component, record.source, record.record, record.identity_id
    from component
    inner join record on component.record = record.record
    where record.feed = '{FEED}'

)

select record, identity_id
from pupil
where component in (select component from pupil group by component having count(distinct source) > 1)
order by record
"""


def _enrolled(identities: list[str]) -> str:
    """SQL for the enrollments of these identities that say how they ended; ids as 32 hexadecimal digits."""
    return f"""
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
            and line.identity_id = any('{{{",".join(identities)}}}'::uuid[])
        group by line.identity_id, line.school_identifier_sea, line.school_year, line.enrollment_entry_date
    """


_WITH_COUNTY = """
create table enrolled as
select
    asked_school.record,
    read_enrolled.school_year,
    postal_code.county_fips,
    read_enrolled.entered,
    read_enrolled.ended
from read_enrolled
inner join asked_school on read_enrolled.identity_id = asked_school.identity_id
inner join read_csv(?, all_varchar = true) as school
    on read_enrolled.school_identifier_sea = school.school_identifier_sea
inner join read_csv(?, all_varchar = true) as postal_code on school.postal_code = postal_code.postal_code
where postal_code.county_fips is not null
"""

_TWO_SCHOOLS = f"""
create table two_schools as
with pupil_enrolled as (

    select distinct
        component.component,
        record.source,
        enrolled.school_year,
        enrolled.county_fips,
        enrolled.entered,
        enrolled.ended
    from enrolled
    inner join record on enrolled.record = record.record
    inner join component on record.record = component.record

),

overlap as (

    select
        one.component,
        one.source as left_source,
        other.source as right_source,
        one.county_fips <> other.county_fips as is_distant,
        date_diff('day', greatest(one.entered, other.entered), least(one.ended, other.ended)) as days
    from pupil_enrolled as one
    inner join pupil_enrolled as other
        on one.component = other.component
        and one.school_year = other.school_year
        and one.source < other.source

),

two_ids as (

    select component, left_source, right_source
    from overlap
    where days > 0
    group by component, left_source, right_source
    having bool_or(is_distant and days > {GRACE_DAYS}) and not bool_or(not is_distant)

),

pupil as (

    select component.component, record.source, record.record
    from component
    inner join record on component.record = record.record
    where record.source is not null

)

select
    least(one.record, other.record) as left_record,
    greatest(one.record, other.record) as right_record
from two_ids
inner join pupil as one on two_ids.component = one.component and two_ids.left_source = one.source
inner join pupil as other on two_ids.component = other.component and two_ids.right_source = other.source
"""
