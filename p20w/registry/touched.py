"""Find the records that a delivery can touch, so that everybody else stays as they are.

Here: which identities are new, changed or gone, what hangs together with them now or did before, and whom they meet.
Not here: what hung together in the last refresh (`settled`), deciding (`deciding`).

Of a component (`settled`) either everything is decided again or nothing. Beside what one component holds, these bear on
others, and are looked after here: new pairs (what is touched is compared with everybody else), how many live at an
address, whether files hold households at all, how employers write names, and how common values are (`frozen`).
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial

import duckdb
import pyarrow as pa

from p20w.contracts import FeedContract
from p20w.progress import tell
from p20w.registry import decisions, frozen, naming, prepared
from p20w.registry.constraints import MARGIN
from p20w.registry.engines import Engine, Search
from p20w.registry.facts import COUNTS
from p20w.registry.household import MOST_NODES, find_meetings
from p20w.registry.links import ACCEPT, gather_node_places, lay_out, make_comparable, make_links
from p20w.registry.meanwhile import meanwhile
from p20w.registry.readings import Readings
from p20w.registry.settled import SAID, Settled, take_settled
from p20w.registry.tiers import make_groups
from splink_models import Model

MOST_CHANGED = 0.2
"""Share of identities that may be new, changed or gone: each brings about two others along."""

MOST_TOUCHED = 0.5
"""Share of identities that may be touched; beyond it, deciding about everybody is as quick."""


class Everybody(Exception):
    """Deciding about a part would not be right, or not quicker."""


def take_touched(
    con: duckdb.DuckDBPyConnection,
    ahead: Readings,
    held: prepared.Held,
    settled: Settled,
    model: Model,
    engine: Engine,
    contracts: Mapping[str, FeedContract],
    beside: Callable[[duckdb.DuckDBPyConnection], object],
) -> frozen.Frozen | None:
    """Make what `prepared.take_prepared` makes, of the records that a delivery can touch, and group them.

    Also made are all tables up to `comparable` (`deciding`), what others need not be asked for any more (`unrelated`,
    `elsewhere_part`, `elsewhere_fact`, `elsewhere_feed`), and tables `chosen` (identity_id) of everybody who is decided
    about, also of those who are gone, and `was` (identity_id, mint_ordinal) of those of them who had a person.

    Args:
        con: the workshop.
        ahead: with the queries of `held`, `settled`, `decisions`, `naming` and `frozen` begun.
        held: what there is of the vault.
        settled: what the current assignment rests on.
        model: whose weights.
        engine: weighs the pairs.
        contracts: the feeds of this state.
        beside: what can be done as soon as all of `chosen` are found.

    Returns:
        the values that pairs are weighed by, whose tables are there. None where everybody has to be decided about: then
        everything is as `prepared.take_prepared` leaves it, and `naming` and `frozen` are begun.
    """
    identities = prepared.read(con, ahead, held)
    take_settled(con, ahead)
    decisions.say_decisions(con, ahead)
    with prepared.cleaning(con, ahead):
        are_few = _choose(con, settled)
        if are_few:
            prepared.number(con, "chosen_identity", "other")
        else:
            prepared.number(con)
    if not are_few:
        prepared.join(con)
        return None
    tell("looking for what is touched")
    try:
        naming.find_naming(con, ahead, contracts, _SPELLED)
        values = _look_around(con, ahead, identities, settled, model, engine)
        with meanwhile(con, beside):
            _bring_in(con, identities)
    except Everybody:
        _clear(con)
        prepared.number(con)
        prepared.join(con)
        ahead.begin(naming.queries(contracts) | frozen.queries(model))
        return None
    _clear(con, {*_KEPT, *_GROUPED, *values.frequencies.values()})
    prepared.release(con)
    return values


def chosen_ids(con: duckdb.DuckDBPyConnection) -> str:
    """Query (Postgres) for everybody in table `chosen`."""
    rows = con.execute("select lower(hex(identity_id)) as hex from chosen order by identity_id").fetchnumpy()
    return f"select unnest('{{{','.join(rows['hex'])}}}'::uuid[])"


def _choose(con: duckdb.DuckDBPyConnection, settled: Settled) -> bool:
    """Make table `chosen` of who is changed and what hangs together with them; whether they are few.

    Makes `changed` (identity_id, is_here): who is in a drop that came or went since; `is_here` if one came.
    """
    con.execute("create table settled_drop as select unnest($drops::bigint[]) as drop_id", {"drops": settled.drops})
    con.execute(_CHANGED)
    changed, known, unread = con.execute(_HOW_MANY).fetchall()[0]
    if changed > MOST_CHANGED * known or unread:
        return False
    con.execute("create table settled_verdict as select unnest($said::varchar[]) as said", {"said": settled.decisions})
    con.execute(_PLACED + _CHOSEN)
    return _are_few(con)


def _are_few(con: duckdb.DuckDBPyConnection) -> bool:
    chosen, known = con.execute("select (select count(*) from chosen), (select count(*) from settled)").fetchall()[0]
    return 0 < chosen <= MOST_TOUCHED * known


def _look_around(
    con: duckdb.DuckDBPyConnection,
    ahead: Readings,
    identities: pa.Table,
    settled: Settled,
    model: Model,
    engine: Engine,
) -> frozen.Frozen:
    """Add to `chosen` whom the chosen meet, and set aside what is asked about everybody else.

    Raises:
        Everybody: it would not be right, or not quicker, to decide about the chosen alone.
    """
    if con.execute(_HABITS).fetchall()[0][0]:
        con.execute(_CHOSEN + "drop table record; drop table presence; drop table near_ssn")
        prepared.number(con, "chosen_identity", "other")
    with meanwhile(con, partial(_lay_out_others, identities=identities)):
        _group(con, identities)
    con.execute(_EITHER)
    (nodes,) = con.execute(_NODES).fetchall()[0]
    values = frozen.take_frozen(con, ahead, nodes, "either_comparable")
    if values.is_new:
        raise Everybody
    with meanwhile(con, _meet):
        search = Search(
            model, expected=values.nodes, at_least=ACCEPT - MARGIN, others="other_comparable",
            frequencies=values.frequencies,
        )  # fmt: skip
        engine(con, search)
        make_links(con, "either_comparable")
    (are_unrelated,) = con.execute("select is_unrelated from unrelated").fetchall()[0]
    if are_unrelated != settled.are_unrelated:
        raise Everybody
    con.execute(_PARTNERS)
    con.execute(_ELSEWHERE)
    if not _are_few(con):
        raise Everybody
    return values


def _group(con: duckdb.DuckDBPyConnection, identities: pa.Table) -> None:
    """Everything up to `comparable`, of `chosen_identity`, which is numbered."""
    if con.execute("select count(*) > count(distinct record) from record").fetchall()[0][0]:
        raise Everybody  # two ids begin alike
    positions = con.execute("select position from chosen_identity where position is not null order by position")
    prepared.join(con, identities.take(pa.array(positions.fetchnumpy()["position"])))
    decisions.place_decisions(con)
    naming.place_naming(con)
    make_groups(con)
    lay_out(con)
    make_comparable(con)


def _bring_in(con: duckdb.DuckDBPyConnection, identities: pa.Table) -> None:
    """Add partners to everything that `_group` made. They share no number with the others, nor a reviewer's verdict."""
    several, ssn, source = con.execute(
        "select (select count(*) from partner), coalesce(max(ssn), 0), coalesce(max(source), 0) from record"
    ).fetchall()[0]
    if not several:
        return
    con.execute(_LATE)
    con.execute("set search_path = 'late,main'")
    # whose SSN is near that of somebody else need not be known: nothing came of it
    prepared.number(con, "chosen_identity", "main.record", after=(ssn, source))
    _group(con, identities)
    con.execute("reset search_path")
    if con.execute("select 1 from record semi join late.record as other using (record) limit 1").fetchall():
        raise Everybody  # two ids begin alike
    for table in _GROUPED:
        con.execute(f"insert into {table} by name select * from late.{table}")


def _lay_out_others(con: duckdb.DuckDBPyConnection, identities: pa.Table) -> None:
    """Make `other_comparable`, as `comparable` of everybody who is not chosen."""
    con.register("held_identity", identities)
    con.execute(_OTHER_SAID)
    con.unregister("held_identity")
    gather_node_places(con, _OTHER_PLACES, "other_place")
    con.execute(_OTHER_COMPARABLE)


def _meet(con: duckdb.DuckDBPyConnection) -> None:
    """Lay those at one address side by side, in a schema where tables of the workshop stand for everybody's."""
    con.execute("set search_path = 'either,main'")
    find_meetings(con, "one.node < 0 and other.node >= 0")
    con.execute("create table main.unrelated as from unrelated")


def _clear(con: duckdb.DuckDBPyConnection, keep: Collection[str] = ()) -> None:
    """Drop what was made of the first choice."""
    con.execute("reset search_path; drop view if exists either_comparable")
    con.execute("drop schema if exists either cascade; drop schema if exists late cascade")
    for (table,) in con.execute("select table_name from duckdb_tables() where not temporary").fetchall():
        if table not in _READ and table not in keep:
            con.execute(f'drop table "{table}"')


_READ = (
    *("drop_said", "known_identity", "identity_said", "presence_said", "ssn_said", "place_said", "held_place"),
    *("place", "settled", "decision_said"),
)
"""Made of what was read, of whoever is chosen."""

_KEPT = (
    *("chosen", "unrelated", "elsewhere_part", "elsewhere_fact", "elsewhere_feed", "was"),
    *("identity_naming", "employer_naming"),
)
"""Right also for the second choice."""

_GROUPED = (
    *("record", "presence", "near_ssn", "features", "decided", "record_naming", "numbered", "grouped", "group_edge"),
    *("node", "owned_ssn", "node_ssn", "node_place", "comparable"),
)
"""Made of the chosen by `_group`, and needed later on."""

_SPELLED = """
select said.identity_id, said.first, said.last, said.last_whole
from (
    select identity_id, first, last, last_whole from held_identity
    union all
    select identity_id, first, last, last_whole from identity_said
) as said
semi join presence_said on said.identity_id = presence_said.identity_id
"""

# ------------------------------------------------------------------ who is touched

_CHANGED = """
create table changed as
select identity_id, bool_or(is_here) as is_here
from (
    select presence_said.identity_id, true as is_here
    from presence_said
    anti join settled_drop on presence_said.drop_id = settled_drop.drop_id
    union all
    select held_presence.identity_id, false as is_here
    from held_presence
    semi join settled_drop on held_presence.drop_id = settled_drop.drop_id
    anti join (select drop_id from drop_said where is_accepted) as accepted
        on held_presence.drop_id = accepted.drop_id
) as moved
group by identity_id
"""

_HOW_MANY = """
select
    (select count(*) from changed) as changed,
    (select count(*) from settled) as known,
    (
        select count(*)
        from settled_drop
        anti join (select drop_id from drop_said where is_held) as held on settled_drop.drop_id = held.drop_id
    ) as unread
"""

# Whoever is new may share a number with components that had nothing to do with one another before.
_PLACED = f"""
create table placed as
select
    known_identity.rowid as place,
    known_identity.position,
    known_identity.ssn_token,
    settled.component,
    settled.node,
    settled.is_owner,
    settled.first_year,
    changed.identity_id is not null as is_changed,
    changed.is_here
from known_identity
left join settled on known_identity.high = settled.high and known_identity.low = settled.low
left join changed on known_identity.identity_id = changed.identity_id;

create table newcomer as
select known_identity.*
from known_identity
inner join placed on known_identity.rowid = placed.place
where placed.is_here and placed.component is null;

create table asked as
with verdict as (

    select {SAID} as said, identity_left, identity_right from decision_said

),

moved_verdict as (

    (select said from verdict except select said from settled_verdict)
    union
    (select said from settled_verdict except select said from verdict)
    union
    select verdict.said
    from verdict
    semi join newcomer
        on verdict.identity_left = newcomer.identity_id or verdict.identity_right = newcomer.identity_id

),

said_of as (

    select unhex(split_part(said, ' ', 1)) as identity_id from moved_verdict
    union
    select unhex(split_part(said, ' ', 2)) from moved_verdict

)

select component from placed where is_changed and component is not null
union
select settled.component from settled semi join said_of on settled.identity_id = said_of.identity_id
union
select placed.component
from known_identity
semi join newcomer on known_identity.ssn_token = newcomer.ssn_token
inner join placed on known_identity.rowid = placed.place
where placed.component is not null
union
select placed.component
from known_identity
semi join newcomer on known_identity.id_space = newcomer.id_space and known_identity.source_id = newcomer.source_id
inner join placed on known_identity.rowid = placed.place
where placed.component is not null;
"""

# `chosen` are also those who are gone; everybody else is in a drop in force.
_CHOSEN = """
create or replace table chosen_identity as
select known_identity.*
from known_identity
inner join placed on known_identity.rowid = placed.place
semi join asked on placed.component = asked.component
union all
select * from newcomer;

create or replace table chosen as select identity_id from chosen_identity;

create or replace table other as
select
    -1 - row_number() over () as record,
    placed.position,
    placed.component,
    -1 - placed.node as node,
    placed.first_year,
    placed.ssn_token,
    case when placed.is_owner then placed.ssn_token end as owned_token
from placed
anti join asked on placed.component = asked.component
where placed.component is not null;
"""

# What an employer's habit excuses is another matter now, though nothing came of whom it wrote.
_HABITS = """
insert into asked
with habit as (

    select identity_id, is_initials, cut_first, cut_last from settled where is_initials is not null

),

moved as (

    select coalesce(habit.identity_id, identity_naming.identity_id) as identity_id
    from habit
    full join identity_naming on habit.identity_id = identity_naming.identity_id
    where habit.is_initials is distinct from identity_naming.is_initials
        or habit.cut_first is distinct from identity_naming.cut_first
        or habit.cut_last is distinct from identity_naming.cut_last

)

select distinct settled.component
from settled
semi join moved on settled.identity_id = moved.identity_id
anti join asked on settled.component = asked.component
"""

# ------------------------------------------------------------------ whom they meet

# Everybody else has nodes as they are settled; called below zero, so that none is called like one of the chosen. No SSN
# of theirs is one of the chosen, who have all that share a number: it is enough to know that there is one, near which.
_OTHER_SAID = """
create table other_ssn as
with held as (

    select node, min(owned_token) as ssn_token, min(owned_token) < max(owned_token) as are_several
    from other
    where owned_token is not null
    group by node

)

select node, ssn_token from held where not are_several
union all
select other.node, mode(other.owned_token order by other.owned_token) as ssn_token
from other
semi join (select node from held where are_several) as several on other.node = several.node
where other.owned_token is not null
group by other.node;

create table other_near as
with near as (

    select distinct unnest(near) as near from near_ssn

),

token as (

    select said.ssn_token, unnest(said.near) as near
    from ssn_said as said
    semi join other on said.ssn_token = other.owned_token

)

select token.ssn_token, list(distinct token.near order by token.near) as near
from token
semi join near on token.near = near.near
group by token.ssn_token;

create table other_features as
select
    other.node,
    coalesce(other.owned_token, other_ssn.ssn_token) as ssn_token,
    other.record,
    said.* exclude (identity_id, id_space, source_id, is_ssn_verified, ssn_token, position, high, low),
    coalesce(place.places, []) as places,
    coalesce(place.place_parts, []) as place_parts,
    coalesce(place.postal_codes, []) as postal_codes,
    coalesce(place.cities, []) as cities
from held_identity as said
inner join other on said.position = other.position
left join other_ssn on other.node = other_ssn.node
left join other_near on coalesce(other.owned_token, other_ssn.ssn_token) = other_near.ssn_token
left join place on said.identity_id = place.identity_id
where said.birthdate is not null or place.identity_id is not null or other_near.ssn_token is not null;
"""

_OTHER_PLACES = """
select node, places, place_parts, postal_codes, cities from other_features
"""

_OTHER_COMPARABLE = """
create table other_comparable as
select
    other_features.node,
    case when other_features.ssn_token is not null then -1 end as ssn,
    other_features.* exclude (node, ssn_token, feed, writing, places, place_parts, postal_codes, cities),
    coalesce(other_near.near, []) as near,
    coalesce(other_place.places, []) as places,
    coalesce(other_place.place_parts, []) as place_parts,
    coalesce(other_place.postal_codes, []) as postal_codes,
    coalesce(other_place.cities, []) as cities
from other_features
left join other_near on other_features.ssn_token = other_near.ssn_token
left join other_place on other_features.node = other_place.node
where other_near.ssn_token is not null
    or (
        other_features.birthdate is not null
        and (other_features.first is not null or other_features.last is not null)
    );
"""

_NODES = f"""
select
    (select count(distinct node) from comparable)
    + (
        select coalesce(sum(counts[{COUNTS.index("nodes") + 1}]), 0)
        from settled
        anti join chosen on settled.identity_id = chosen.identity_id
    ) as nodes
"""

_EITHER = """
create view either_comparable as
select * from comparable
union all by name
select * from other_comparable;

create schema either;

create view either.features as
select record, feed, writing, first, middle, last, last_whole, last_parts, last_sound, first_forms, first_sound, suffix,
    birthdate, birth_text, birth_year, sex, places, postal_codes
from main.features
union all by name
select record, feed, writing, first, middle, last, last_whole, last_parts, last_sound, first_forms, first_sound, suffix,
    birthdate, birth_text, birth_year, sex, places, postal_codes
from main.other_features;

create view either.node as
select record, node from main.node
union all
select record, node from main.other;

create view either.record as
select record, first_year from main.record
union all
select record, first_year from main.other;

create view either.node_place as
select * from main.node_place
union all by name
select * from main.other_place;
"""

# An address counts as long as few live there. Where that changes, everybody who lives there is asked again.
_PARTNERS = f"""
create table crowding as
with given as (

    select held_place.identity_id, flatten(list(held_place.parts)) as parts
    from held_place
    semi join chosen on held_place.identity_id = chosen.identity_id
    where list_has_any(held_place.drops, (select list(drop_id) from settled_drop))
    group by held_place.identity_id
    having bool_or(held_place.place is not null or held_place.code is not null)

),

lived as (

    select distinct settled.node, unnest(given.parts) as part
    from given
    inner join settled on given.identity_id = settled.identity_id

),

before as (

    select part, count(*) as nodes from lived where part is not null group by part

),

since as (

    select part, count(*) as nodes from (select unnest(place_parts) as part from node_place) as lives group by part

),

moved as (

    select
        coalesce(before.part, since.part) as part,
        coalesce(before.nodes, 0) as nodes_before,
        coalesce(since.nodes, 0) as nodes_since
    from before
    full join since on before.part = since.part
    where before.nodes is distinct from since.nodes

),

others as (

    select lives.part, count(*) as nodes
    from (select unnest(place_parts) as part from other_place) as lives
    semi join moved on lives.part = moved.part
    group by lives.part

)

select moved.part
from moved
inner join others on moved.part = others.part
where (moved.nodes_before + others.nodes > {MOST_NODES}) <> (moved.nodes_since + others.nodes > {MOST_NODES});

create table partner as
with met as (

    select least(left_node, right_node) as node
    from link
    where match_weight >= {ACCEPT} or first_level not in ('other', 'missing')
    union
    select left_node from either.meeting where is_enough
    union
    select node from other_place where list_has_any(place_parts, (select coalesce(list(part), []) from crowding))

)

select distinct other.component
from other
semi join met on other.node = met.node;

create table late_identity as
select known_identity.*
from known_identity
inner join placed on known_identity.rowid = placed.place
semi join partner on placed.component = partner.component;

insert into chosen select identity_id from late_identity;
"""

_LATE = """
create schema late;

create view late.chosen_identity as select * from main.late_identity;
"""

_ELSEWHERE = """
create table was as
select settled.identity_id, settled.mint_ordinal
from settled
semi join chosen on settled.identity_id = chosen.identity_id;

create table elsewhere_part as
with asked as (

    select unnest(place_parts) as part from node_place
    union
    select unnest(other_place.place_parts)
    from other_place
    semi join (select other.node from other semi join partner on other.component = partner.component) as near_by
        on other_place.node = near_by.node

)

select lives.part, count(*) as nodes
from (
    select unnest(other_place.place_parts) as part
    from other_place
    semi join (select other.node from other anti join partner on other.component = partner.component) as far
        on other_place.node = far.node
) as lives
semi join asked on lives.part = asked.part
group by lives.part;

create table elsewhere_fact as
select settled.component, settled.counts, settled.largest
from settled
anti join chosen on settled.identity_id = chosen.identity_id
where settled.counts is not null;

create table elsewhere_feed as
select settled.feeds
from settled
anti join chosen on settled.identity_id = chosen.identity_id
where settled.feeds is not null;
"""
