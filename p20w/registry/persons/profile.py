"""The little that marts may know about a person: birth year, sex, race and ethnicity.

Here: choosing one value where records disagree. Not here: names, dates or anything else that identifies.

The value in most files wins; of equals, the one the licensing agency holds, then the first in order.
"""

from collections.abc import Mapping

import duckdb

from p20w.contracts import FeedContract
from p20w.database.bulk import Read

_RACE = """
select uuid_send(line.identity_id) as identity_id, line.race_ethnicity, count(*) as lines
from (
    {lines}
) as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted' and line.race_ethnicity is not null and line.identity_id is not null
group by line.identity_id, line.race_ethnicity
"""

_NOBODY = "select null::bigint as drop_id, null::uuid as identity_id, null::text as race_ethnicity"


def make_profiles(con: duckdb.DuckDBPyConnection, read: Read, contracts: Mapping[str, FeedContract]) -> None:
    """Make table `profile` (person_id, birth_year, sex, race_ethnicity) from `member`, `person` and `features`.

    Args:
        con: the scratch database.
        read: reads as role `linkage`.
        contracts: the feeds of this state; race and ethnicity are read from those that have it.
    """
    con.register("race", read(_race(contracts)))
    con.execute(_PROFILE)
    con.unregister("race")


def _race(contracts: Mapping[str, FeedContract]) -> str:
    """SQL for race and ethnicity by identity."""
    feeds = [
        feed
        for feed, contract in contracts.items()
        if any(item.name == "race_ethnicity" for item in contract.attributes)
    ]
    lines = [f"select drop_id, identity_id, race_ethnicity from intake.{feed}" for feed in feeds]
    return _RACE.format(lines="\n    union all\n    ".join(lines or [_NOBODY]))


def _preferred(column: str, unclear: str) -> str:
    """SQL for the one value of `said` of each cluster that `agreed` calls unclear."""
    return f"""
    select said.cluster, said.{column}
    from said
    semi join (select cluster from agreed where {unclear}) as unclear on said.cluster = unclear.cluster
    where said.{column} is not null
    group by said.cluster, said.{column}
    qualify row_number() over (
        partition by said.cluster
        order by sum(said.drops) desc, bool_or(said.is_licensed) desc, said.{column}
    ) = 1
"""


_PROFILE = f"""
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

-- most persons are told of in one way, and there is nothing to choose
agreed as (

    select
        cluster,
        min(birth_year) as birth_year,
        min(sex) as sex,
        min(birth_year) < max(birth_year) as is_born_twice,
        min(sex) < max(sex) as is_of_two_sexes
    from said
    group by cluster

),

born as (
{_preferred("birth_year", "is_born_twice")}
),

sexed as (
{_preferred("sex", "is_of_two_sexes")}
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
    cast(coalesce(born.birth_year, agreed.birth_year) as smallint) as birth_year,
    coalesce(sexed.sex, agreed.sex) as sex,
    raced.race_ethnicity
from person
inner join agreed on person.cluster = agreed.cluster
left join born on person.cluster = born.cluster
left join sexed on person.cluster = sexed.cluster
left join raced on person.cluster = raced.cluster;
"""
