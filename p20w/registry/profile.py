"""The little that marts may know about a person: birth year, sex, race and ethnicity.

Here: choosing one value where records disagree. Not here: names, dates or anything else that identifies.

The value in most files wins; of equals, the one the licensing agency holds, then the first in order.
"""

import duckdb

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow

_FEEDS_WITH_RACE = """
select table_name
from information_schema.columns
where table_schema = 'intake' and column_name = 'race_ethnicity'
order by table_name
"""

_RACE = """
select uuid_send(line.identity_id) as identity_id, line.race_ethnicity, count(*) as lines
from intake.{feed} as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted' and line.race_ethnicity is not null and line.identity_id is not null
group by line.identity_id, line.race_ethnicity
"""


def make_profiles(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> None:
    """Make table `profile` (person_id, birth_year, sex, race_ethnicity) from `member`, `person` and `features`."""
    uri = warehouse.libpq("linkage")
    con.execute("create table race (identity_id blob, race_ethnicity text, lines bigint)")
    for feed in read_arrow(uri, _FEEDS_WITH_RACE).column(0).to_pylist():
        con.register("read_race", read_arrow(uri, _RACE.format(feed=feed)))
        con.execute("insert into race select * from read_race")
        con.unregister("read_race")
    con.execute(_PROFILE)


_PROFILE = """
create table profile as
with said as (

    select
        member.cluster,
        features.birth_year,
        case features.sex when 'M' then 'Male' when 'F' then 'Female' end as sex,
        record.drops,
        record.feed = 'dmv_license' as is_licensed
    from member
    inner join features on member.record = features.record
    inner join record on member.record = record.record

),

born as (

    select cluster, birth_year
    from said
    where birth_year is not null
    group by cluster, birth_year
    qualify row_number() over (
        partition by cluster order by sum(drops) desc, bool_or(is_licensed) desc, birth_year
    ) = 1

),

sexed as (

    select cluster, sex
    from said
    where sex is not null
    group by cluster, sex
    qualify row_number() over (partition by cluster order by sum(drops) desc, bool_or(is_licensed) desc, sex) = 1

),

raced as (

    select member.cluster, race.race_ethnicity
    from race
    inner join member on race.identity_id = member.identity_id
    group by member.cluster, race.race_ethnicity
    qualify row_number() over (partition by member.cluster order by sum(race.lines) desc, race.race_ethnicity) = 1

)

select
    person.person_id,
    cast(born.birth_year as smallint) as birth_year,
    sexed.sex,
    raced.race_ethnicity
from person
left join born on person.cluster = born.cluster
left join sexed on person.cluster = sexed.cluster
left join raced on person.cluster = raced.cluster
order by person.person_id;
"""
