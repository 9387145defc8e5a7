"""The deterministic tiers: one SSN, or one id in one space, and names that agree.

Here: which records of one SSN token or of one source id are one person beyond doubt, and which carry the
number under another name. Not here: anything that needs weighing (`links`), what becomes of persons (`resolve`).

A number is evidence, not proof: agencies mistype it, relatives lend it, two students share an id by mistake.
So within one number the ways its records write the name are compared, and those that agree form a group. The
group with the most presence owns the number; what else carries the number stands apart and goes to review.
"""

import duckdb
import numpy as np
import pyarrow as pa

from p20w.registry.agreement import LEVELS, pair_columns
from p20w.registry.components import Integers, components
from p20w.registry.decisions import cut_nodes
from p20w.registry.naming import excuse_habits

MOST_WRITINGS = 40
"""A number with more ways to write its name than this is shared or a placeholder, and no evidence at all."""

VERIFIED_PRESENCE = 1000
"""An SSN that the licensing agency verified outweighs any number of files that merely repeat it."""


def make_groups(con: duckdb.DuckDBPyConnection) -> None:
    """Make tables `grouped` and `node` from `record`, `features` and `decided`, and of `record_naming` if it is there.

    grouped (tier, number, part, record, is_owner): a record's group (`part`) under each number it carries.
    node (record, node): records joined by either tier or a reviewer; `node` is the smallest record of it.
    """
    con.execute(_WRITINGS)
    con.execute(f"create table writing_pair as {_PAIRS}")
    excuse_habits(con)
    count = con.execute("select count(*) from writing").fetchall()[0][0]
    first = _components_of(con, count, "select left_writing, right_writing from writing_pair where is_strong")
    con.register("read_part", pa.table({"writing": np.arange(count), "part": first}))
    con.execute(_GROUPS)
    con.unregister("read_part")
    records = con.execute("select count(*) from record").fetchall()[0][0]
    nodes = _components_of(con, records, "select first_record, record from group_edge")
    con.register("read_node", pa.table({"record": np.arange(records), "node": nodes}))
    con.execute("create table node as select record, node from read_node order by record")
    con.unregister("read_node")
    cut_nodes(con)


def _components_of(con: duckdb.DuckDBPyConnection, nodes: int, query: str) -> Integers:
    edges = con.execute(query).fetchnumpy()
    left, right = (np.asarray(column, dtype=np.int64) for column in edges.values())
    return components(nodes, left, right)


# A writing is one way to write a person under one number: the records of it need no comparing. `holder` is the
# number with its tier. A number with one record has nothing to compare.
_WRITINGS = f"""
create table numbered as
select ssn * 2 as holder, record, drops, is_ssn_verified
from record
where ssn is not null
union all
select source * 2 + 1 as holder, record, drops, false as is_ssn_verified
from record
where source is not null;

create table many_held as
select numbered.*, features.writing as words
from numbered
inner join (select holder from numbered group by holder having count(*) > 1) as held using (holder)
inner join features on numbered.record = features.record;

create table writing_first as
select holder, words, min(record) as record
from many_held
group by holder, words;

create table writing_name as
select row_number() over (order by holder, record) - 1 as writing, *
from writing_first;

create table writing_record as
select writing_name.writing, many_held.* exclude (words)
from many_held
inner join writing_name using (holder, words);

create table writing as
select
    writing,
    any_value(holder) as holder,
    min(record) as record,
    sum(drops) + {VERIFIED_PRESENCE} * bool_or(is_ssn_verified)::integer as presence
from writing_record
group by writing;

create table shared_number as
select holder from writing group by holder having count(*) > {MOST_WRITINGS};
"""

# What the same number makes of names that agree in part. `is_strong` joins two writings; `is_weak` says that
# one could be the other cut short, which is enough only for the group that owns the number.
_PAIRS = f"""
with met as (

    select
        left_writing.holder % 2 = 0 as is_ssn,
        left_writing.writing as left_writing,
        right_writing.writing as right_writing,
        left_writing.record as left_record,
        right_writing.record as right_record
    from writing as left_writing
    inner join writing as right_writing
        on left_writing.holder = right_writing.holder
        and left_writing.writing < right_writing.writing
    where left_writing.holder not in (select holder from shared_number)

),

-- most pairs write both names alike: then only a suffix speaks against, and nothing else need be compared
named as (

    select
        met.*,
        coalesce(left_side.first = right_side.first and left_side.last = right_side.last, false) as is_same,
        coalesce(left_side.suffix <> right_side.suffix, false) as is_other_generation
    from met
    inner join features as left_side on met.left_record = left_side.record
    inner join features as right_side on met.right_record = right_side.record

),

pair as (

    select
        named.is_ssn,
        named.left_writing,
        named.right_writing,
        named.is_other_generation,
        {pair_columns("left_side", "right_side")}
    from named
    inner join features as left_side on named.left_record = left_side.record
    inner join features as right_side on named.right_record = right_side.record
    where not named.is_same

),

levelled as (

    select
        *,
        {LEVELS}
    from pair

),

judged as (

    select
        *,
        first_level in ('exact', 'form', 'similar', 'middle') as is_first_same,
        first_level = 'swapped' as is_swapped,
        last_level in ('exact', 'part', 'begins', 'similar') as is_last_same,
        birth_level in ('exact', 'swapped', 'digit', 'year') as is_birth_same,
        first_level in ('other', 'half', 'rough') and least(length(first_l), length(first_r)) >= 4
        and damerau_levenshtein(first_l, first_r) <= 2 as is_first_close,
        coalesce(first_l = substr(middle_r, 1, length(first_l)), false)
        or coalesce(first_r = substr(middle_l, 1, length(first_r)), false)
        or coalesce(middle_l = substr(first_r, 1, length(middle_l)), false)
        or coalesce(middle_r = substr(first_l, 1, length(middle_r)), false) as is_middle_used,
        coalesce(list_contains(last_parts_l, first_r), false) or coalesce(list_contains(last_parts_r, first_l), false)
        as is_half_swapped
    from levelled

)

select
    left_writing,
    right_writing,
    case
        when is_other_generation then false
        -- one SSN: either name may have changed, but then the rest must not speak against it
        when is_ssn then
            is_swapped
            or (is_first_same and (is_last_same or birth_level <> 'other'))
            or (first_level in ('initial', 'missing') and is_last_same)
            or ((is_first_close or is_middle_used) and is_last_same)
            or is_half_swapped
            or (last_level = 'missing' and first_level = 'initial')
            or (
                first_level in ('other', 'half', 'rough') and is_last_same and birth_level = 'exact'
                and sex_l is not distinct from sex_r
            )
        -- one id: two of first name, surname and birth date
        else
            (is_swapped and (is_birth_same or birth_level = 'missing'))
            or (
                (is_first_same or first_level = 'initial')::integer
                + is_last_same::integer
                + is_birth_same::integer
            ) >= 2
    end as is_strong,
    not is_other_generation and (
        first_level in ('initial', 'missing') or (not is_ssn and is_last_same and birth_level = 'missing')
    ) as is_weak
from judged
union all
select left_writing, right_writing, not is_other_generation as is_strong, false as is_weak
from named
where is_same
"""

# Groups under each number, the owner first; a writing that agrees with none but could be the owner's, cut
# short, is the owner's. So is a record that carries nothing but the id.
_GROUPS = """
create table part as
select
    writing.holder,
    read_part.part,
    sum(writing.presence) as presence,
    bool_or(features.first is not null or features.last is not null) as is_named
from writing
inner join read_part on writing.writing = read_part.writing
inner join features on writing.record = features.record
group by writing.holder, read_part.part;

create table owner as
select holder, part
from part
where holder not in (select holder from shared_number)
qualify row_number() over (partition by holder order by is_named desc, presence desc, part) = 1;

create table weak_part as
with side as (

    select left_writing as writing, right_writing as other from writing_pair where is_weak
    union all
    select right_writing as writing, left_writing as other from writing_pair where is_weak

)

select distinct side.writing
from side
inner join read_part as other on side.other = other.writing
inner join owner on other.part = owner.part;

create table final_part as
select
    writing.writing,
    case
        when not own.is_named or weak_part.writing is not null then owner.part
        else read_part.part
    end as part,
    owner.part as owner_part
from writing
inner join read_part on writing.writing = read_part.writing
inner join part as own on read_part.part = own.part
left join owner on writing.holder = owner.holder
left join weak_part on writing.writing = weak_part.writing;

create table grouped as
with held as (

    select
        writing_record.holder,
        final_part.part,
        writing_record.record,
        coalesce(final_part.part = final_part.owner_part, false) as is_owner
    from writing_record
    inner join final_part on writing_record.writing = final_part.writing

    union all

    select holder, -1 - holder as part, record, true as is_owner
    from numbered
    where holder not in (select holder from many_held)

)

select
    if(holder % 2 = 0, 'ssn', 'id') as tier,
    holder // 2 as number,
    part,
    record,
    is_owner
from held;

create table group_edge as
select
    grouped.tier,
    grouped.record,
    first_of.record as first_record
from grouped
inner join (select part, min(record) as record from grouped group by part) as first_of
    on grouped.part = first_of.part
    and grouped.record <> first_of.record
union all
select 'decision' as tier, right_record as record, left_record as first_record
from decided
where verdict = 'must_link';
"""
