"""Which groups people belong to.

Here: sex, race or ethnicity, origin and form of the name, age, English learners, foster care and homelessness, place.
Not here: what is measured by group (`subgroups`, `masked`, `rates`), comparing groups (`gaps`).

What the files say counts: the commonest value, and for passing situations whether it ever was so. Where a truth tells
sex, birth date, race or the origin of a name, it goes first.
"""

import duckdb
import numpy as np
from numpy.typing import NDArray

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow

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

_FLAGS = ("is_english_learner", "is_foster_care", "is_homeless", "race_ethnicity", "locale_code")

_COLUMNS = """
select table_name, string_agg(column_name, ' ' order by column_name) as columns
from information_schema.columns
where table_schema = 'intake' and column_name = any(array['{flags}'])
group by table_name
order by table_name
"""

_LINES = """
select uuid_send(line.identity_id) as identity_id, line.{column}::text as value, count(*) as lines
from intake.{table} as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
where governance.drop.status = 'accepted' and line.identity_id is not null and line.{column} is not null
group by line.identity_id, line.{column}
"""


def read_traits(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> None:
    """Make table `trait` (identity, name, value, lines) from what accepted lines say, whatever feeds there are."""
    uri = warehouse.libpq("linkage")
    con.execute("create table trait (identity bigint, name varchar, value varchar, lines bigint)")
    for table in read_arrow(uri, _COLUMNS.format(flags="','".join(_FLAGS))).to_pylist():
        for column in table["columns"].split():
            con.register("read_trait", read_arrow(uri, _LINES.format(table=table["table_name"], column=column)))
            con.execute(
                f"insert into trait select identity.identity, '{column}', read_trait.value, read_trait.lines "
                "from read_trait inner join identity on read_trait.identity_id = identity.identity_id"
            )
            con.unregister("read_trait")


def make_members(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, whose: str, known: str | None = None) -> None:
    """Make table `member` (subject, dimension, trait) from tables `identity` and `trait`.

    Args:
        con: the scratch database.
        warehouse: tells in which year ages are counted.
        whose: a SELECT of identity and subject, the people to be divided.
        known: a SELECT of subject, sex, birthdate, race_ethnicity and name_origin that goes before what files say.
    """
    nothing = (
        "select null::bigint as subject, null as sex, null::date as birthdate, null as race_ethnicity, "
        "null as name_origin where false"
    )
    con.execute(_MEMBERS.format(whose=whose, known=known or nothing), {"year": year_of(warehouse)})


def year_of(warehouse: Warehouse) -> int:
    """The year ages are counted in: that of the refresh."""
    with warehouse.connect("linkage") as connection:
        row = connection.execute("select max(extract(year from cutoff))::integer from governance.refresh").fetchone()
    return int(row[0]) if row and row[0] else 0


def members_of(con: duckdb.DuckDBPyConnection, people: Integers) -> dict[tuple[str, str], NDArray[np.bool_]]:
    """Who of `people`, numbers in rising order, belongs to which group of table `member`.

    Returns:
        by dimension and trait, in the order of `DIMENSIONS`, a mark for each of the people.
    """
    con.register("people_read", {"subject": people})
    rows = con.execute(
        "select dimension, trait, subject from member where subject in (select subject from people_read) order by all"
    ).fetchnumpy()
    con.unregister("people_read")
    place = np.searchsorted(people, np.asarray(rows["subject"], np.int64))
    dimension, trait = (np.asarray(rows[name], str) for name in ("dimension", "trait"))
    found: dict[tuple[str, str], NDArray[np.bool_]] = {}
    for name in DIMENSIONS:
        for value in sorted(set(trait[dimension == name])):
            at = np.zeros(len(people), bool)
            at[place[(dimension == name) & (trait == value)]] = True
            found[name, str(value)] = at
    return found


_MEMBERS = """
create table member as
with belongs as ({whose}),

known as ({known}),

said as (

    select belongs.subject, trait.name, trait.value, sum(trait.lines) as lines
    from trait
    inner join belongs on trait.identity = belongs.identity
    group by all

),

commonest as (

    select subject, name, value
    from said
    qualify row_number() over (partition by subject, name order by lines desc, value) = 1

),

ever as (

    select
        subject,
        bool_or(name = 'is_english_learner' and value = 'true') as is_learner,
        bool_or(name in ('is_foster_care', 'is_homeless') and value = 'true') as is_unsettled
    from said
    where name in ('is_english_learner', 'is_foster_care', 'is_homeless')
    group by subject

),

vaulted as (

    select
        belongs.subject,
        mode(identity.sex order by identity.sex) as sex,
        mode(identity.birthdate order by identity.birthdate) as birthdate,
        mode(identity.last order by identity.last) as last
    from belongs
    inner join identity on belongs.identity = identity.identity
    group by belongs.subject

),

told as (

    select
        vaulted.subject,
        coalesce(known.sex, vaulted.sex) as sex,
        known.race_ethnicity,
        known.name_origin,
        vaulted.last,
        $year - year(coalesce(known.birthdate, vaulted.birthdate)) as age
    from vaulted
    left join known on vaulted.subject = known.subject

),

every_trait as (

    select subject, 'sex' as dimension, sex as trait from told

    union all

    select told.subject, 'race_ethnicity', coalesce(told.race_ethnicity, commonest.value)
    from told
    left join commonest on told.subject = commonest.subject and commonest.name = 'race_ethnicity'

    union all

    select subject, 'name_origin', name_origin from told

    union all

    select
        subject, 'name_form',
        case
            when contains(last, ' ') then 'surname of several words'
            when length(last) <= 3 then 'surname of up to three letters'
            else 'one longer surname'
        end
    from told
    where last is not null

    union all

    select
        subject, 'age_band',
        case
            when age < 18 then 'under 18'
            when age < 25 then '18 to 24'
            when age < 35 then '25 to 34'
            when age < 50 then '35 to 49'
            when age < 65 then '50 to 64'
            else '65 and over'
        end
    from told
    where age is not null

    union all

    select subject, 'english_learner', case when is_learner then 'ever a learner' else 'other pupils' end
    from ever

    union all

    select subject, 'foster_or_homeless', case when is_unsettled then 'ever' else 'other pupils' end
    from ever

    union all

    select
        subject, 'rurality',
        case substr(value, 1, 1)
            when '1' then 'city' when '2' then 'suburb' when '3' then 'town' when '4' then 'rural'
        end
    from commonest
    where name = 'locale_code'

)

select * from every_trait where trait is not null;
"""
