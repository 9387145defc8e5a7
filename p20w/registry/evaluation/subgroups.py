"""Errors by group of people, and whether groups differ by more than chance.

Here: who belongs to which group, recall and precision of each, the greatest gap. Not here: groups where there is no
truth (`rates`).

Groups come from `truth/persons.parquet` where it is there, else from what the files themselves say; English learner,
foster care, homelessness and place come from the files. Sums over people of what their identities' links do, so that
intervals are those of clustered pairs.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow
from p20w.registry.evaluation.intervals import Share, Z, clustered, linearized

Floats = NDArray[np.float64]
LEAST_PERSONS = 500
"""Groups of fewer people are shown and not compared: chance alone makes gaps between them."""

DIMENSIONS = {
    "sex": "sex",
    "race_ethnicity": "race or ethnicity",
    "name_origin": "origin of the name",
    "age_band": "age",
    "english_learner": "English learner",
    "foster_or_homeless": "foster care or homeless",
    "rurality": "place",
}


@dataclass(frozen=True)
class Group:
    """One group of people and how well their records are joined."""

    dimension: str
    group: str
    persons: int
    recall: Share
    precision: Share
    wrong: Share
    """Identities under a person who is mostly somebody else."""


@dataclass(frozen=True)
class Gap:
    """Two groups and the difference of their recall, the first's less the second's, with a 95 % interval."""

    better: tuple[str, str]
    worse: tuple[str, str]
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class Subgroups:
    """Every group, the widest gap within a dimension and between any two groups, by the interval's lower bound."""

    groups: tuple[Group, ...]
    widest_within: Gap | None
    widest: Gap | None


def subgroups(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> Subgroups:
    """Measure tables `use`, `tally` and `truth_person`."""
    read_traits(con, warehouse)
    con.execute(_MEMBERS, {"year": _year(warehouse)})
    columns = con.execute(
        "select tally.*, member.dimension, member.trait, dense_rank() over (order by tally.true_person) - 1 as number "
        "from tally inner join member on tally.true_person = member.true_person order by tally.true_person"
    ).fetchnumpy()
    dimension, trait = (np.asarray(columns[name], str) for name in ("dimension", "trait"))
    found, reachable, right, linked, wrong, identities = (
        np.asarray(columns[name], np.float64)
        for name in ("found", "reachable", "linked_right", "linked", "identities_wrong", "identities")
    )
    number = np.asarray(columns["number"], np.int64)
    groups: list[Group] = []
    influence: list[Floats] = []
    people = int(number.max(initial=-1)) + 1
    for name in DIMENSIONS:
        for value in sorted(set(trait[dimension == name])):
            at = (dimension == name) & (trait == value)
            groups.append(
                Group(
                    name,
                    str(value),
                    int((reachable[at] > 0).sum()),
                    clustered(found[at], reachable[at]),
                    clustered(right[at], linked[at]),
                    clustered(wrong[at], identities[at]),
                )
            )
            row = np.zeros(people)
            row[number[at]] = linearized(found[at], reachable[at])
            influence.append(row)
    large = [place for place, group in enumerate(groups) if group.persons >= LEAST_PERSONS]
    gaps = _gaps([groups[place] for place in large], [influence[place] for place in large])
    within = [gap for gap in gaps if gap.better[0] == gap.worse[0]]
    return Subgroups(tuple(groups), _widest(within), _widest(gaps))


def _gaps(groups: list[Group], influence: list[Floats]) -> list[Gap]:
    """The gap between every two groups; people who are in both count with what they change in either."""
    if len(groups) < 2:
        return []
    matrix = np.stack(influence)
    shared = matrix @ matrix.T
    gaps: list[Gap] = []
    for i, one in enumerate(groups):
        for j, other in enumerate(groups):
            difference = (one.recall.value or 0.0) - (other.recall.value or 0.0)
            if i != j and (difference > 0 or (difference == 0 and i < j)):
                half = Z * float(np.sqrt(max(0.0, shared[i, i] + shared[j, j] - 2 * shared[i, j])))
                pair = (one.dimension, one.group), (other.dimension, other.group)
                gaps.append(Gap(*pair, difference, difference - half, difference + half))
    return gaps


def _widest(gaps: list[Gap]) -> Gap | None:
    return max(gaps, key=lambda gap: gap.low, default=None)


def _year(warehouse: Warehouse) -> int:
    """The year ages are counted in: that of the refresh."""
    with warehouse.connect("linkage") as connection:
        row = connection.execute("select max(extract(year from cutoff))::integer from governance.refresh").fetchone()
    return int(row[0]) if row and row[0] else 0


_FLAGS = ("is_english_learner", "is_foster_care", "is_homeless", "race_ethnicity", "locale_code")

_TABLES = """
select table_name, string_agg(column_name, ' ' order by column_name) as columns
from information_schema.columns
where table_schema = 'intake' and column_name = any(array['{flags}'])
group by table_name
order by table_name
"""


def read_traits(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> None:
    """Make table `trait` (identity, name, value, lines) from what accepted lines say, whatever feeds there are."""
    uri = warehouse.libpq("linkage")
    con.execute("create table trait (identity bigint, name varchar, value varchar, lines bigint)")
    tables = read_arrow(uri, _TABLES.format(flags="','".join(_FLAGS))).to_pylist()
    for table in tables:
        for column in table["columns"].split():
            con.register(
                "read_trait",
                read_arrow(
                    uri,
                    f"""
                    select uuid_send(line.identity_id) as identity_id, line.{column}::text as value, count(*) as lines
                    from intake.{table["table_name"]} as line
                    inner join governance.drop on line.drop_id = governance.drop.drop_id
                    where governance.drop.status = 'accepted' and line.identity_id is not null
                        and line.{column} is not null
                    group by line.identity_id, line.{column}
                    """,
                ),
            )
            con.execute(
                f"insert into trait select identity.identity, '{column}', read_trait.value, read_trait.lines "
                "from read_trait inner join identity on read_trait.identity_id = identity.identity_id"
            )
            con.unregister("read_trait")


_MEMBERS = """
create table member as
with said as (

    select use.true_person, trait.name, trait.value, sum(trait.lines) as lines
    from trait
    inner join use on trait.identity = use.identity and use.is_main
    group by all

),

commonest as (

    select true_person, name, value
    from said
    qualify row_number() over (partition by true_person, name order by lines desc, value) = 1

),

ever as (

    select
        true_person,
        bool_or(name = 'is_english_learner' and value = 'true') as is_learner,
        bool_or(name in ('is_foster_care', 'is_homeless') and value = 'true') as is_unsettled
    from said
    where name in ('is_english_learner', 'is_foster_care', 'is_homeless')
    group by true_person

),

vaulted as (

    select use.true_person, mode(identity.sex order by identity.sex) as sex, mode(identity.birthdate) as birthdate
    from use
    inner join identity on use.identity = identity.identity
    where use.is_main
    group by use.true_person

),

born as (

    select
        vaulted.true_person,
        coalesce(truth_person.sex, vaulted.sex) as sex,
        truth_person.race_ethnicity,
        truth_person.name_origin,
        year(coalesce(truth_person.birthdate, vaulted.birthdate)) as birth_year
    from vaulted
    left join truth_person on vaulted.true_person = truth_person.true_person

),

aged as (

    select
        *,
        $year - birth_year as age
    from born

),

every_trait as (

    select true_person, 'sex' as dimension, sex as trait from aged
    union all
    select
        aged.true_person, 'race_ethnicity', coalesce(aged.race_ethnicity, commonest.value)
    from aged
    left join commonest on aged.true_person = commonest.true_person and commonest.name = 'race_ethnicity'
    union all
    select true_person, 'name_origin', name_origin from aged
    union all
    select
        true_person, 'age_band',
        case
            when age < 18 then 'under 18'
            when age < 25 then '18 to 24'
            when age < 35 then '25 to 34'
            when age < 50 then '35 to 49'
            when age < 65 then '50 to 64'
            else '65 and over'
        end
    from aged
    where age is not null
    union all
    select true_person, 'english_learner', case when is_learner then 'ever a learner' else 'other pupils' end from ever
    union all
    select true_person, 'foster_or_homeless', case when is_unsettled then 'ever' else 'other pupils' end from ever
    union all
    select
        true_person, 'rurality',
        case substr(value, 1, 1)
            when '1' then 'city' when '2' then 'suburb' when '3' then 'town' when '4' then 'rural'
        end
    from commonest
    where name = 'locale_code'

)

select * from every_trait where trait is not null;
"""
