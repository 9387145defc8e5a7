"""Find pairs of nodes at one address that could be one person although their weight does not carry them.

Here: which nodes of a place meet. Not here: what they must agree in (`household_pairs`), which of these pairs are
joined (`leftovers`), links that carry by their weight (`links`).

Two people of one household share a surname, an address and, if they are twins, a birth date; fathers and sons share
the whole name. So a pair must agree in the address and in most of first name, surname and birth date.

Some files hold people who have nothing to do with one another (adult programs, samples). No two records of such a
file share an address, which is then as good as a number. This is measured in the files at hand, never assumed, and
there less agreement is asked for.
"""

import duckdb

from p20w.registry.household_pairs import pairs_sql
from p20w.registry.links import ACCEPT

MOST_NODES = 40
"""Nodes at one address; more is a dormitory or an office, whose people have nothing to do with one another."""

UNRELATED = 0.005
"""Share of nodes whose address another node of the same feed gives, below which files hold no households. In the
simulated states it is 0.62, in those of one birth cohort (where twins share an address) 0.064."""

FEWEST = 1000
"""Nodes with an address from which on it can be said that none is shared: at most 0.3 % are, 95 times of a hundred."""


def find_households(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `household`: pairs of nodes at one address that no link joins, by the records that agree best.

    household (left_node, right_node, left_record, right_record, first_level, last_level, birth_level, points).
    Reads `link`, `features`, `node`, `record` and `node_place`, and makes `unrelated` on the way.
    """
    _find_meetings(con)
    con.execute(_HOUSEHOLD)
    con.execute(_CROWDED)
    con.execute("drop table meeting")


def _find_meetings(con: duckdb.DuckDBPyConnection) -> None:
    """Make tables `meeting` and `unrelated` from `features`, `node`, `record` and `node_place`.

    meeting (left_node, right_node, left_record, right_record, first_level, last_level, birth_level, points, is_enough):
    `points` says how much agrees, two for a name or a birth date (one if roughly), up to three for the address;
    what is not `is_enough` needs a weight as well.
    unrelated (is_unrelated): one row, whether no two people of one file share an address.
    """
    con.execute(_HOUSED)
    con.execute(f"create table unrelated as {_UNRELATED}")
    is_unrelated = con.execute("select is_unrelated from unrelated").fetchall()[0][0]
    con.execute(_KEYS + (_MORE_KEYS if is_unrelated else ""))
    con.execute(pairs_sql(is_unrelated))
    con.execute("drop table housed; drop table housed_key")


# One row a node and way of writing.
_HOUSED = """
create temp table housed as
select
    min(features.record) as record,
    node.node,
    min(record.first_year) as first_year
from features
inner join node on features.record = node.record
inner join node_place on node.node = node_place.node
inner join record on features.record = record.record
where (features.first is not null or features.last is not null)
    and (features.birthdate is not null or len(features.postal_codes) > 0)
group by node.node, features.writing;
"""

_UNRELATED = f"""
with given as (

    select distinct node.node, features.feed, unnest(features.places) as place
    from features
    inner join node on features.record = node.record

),

shared as (

    select feed, place, count(*) as nodes from given group by feed, place

)

select coalesce(sum(nodes) filter (where nodes > 1), 0) < {UNRELATED} * coalesce(sum(nodes), 0)
    and coalesce(sum(nodes), 0) >= {FEWEST}
    as is_unrelated
from shared
"""

_NAMES = "least(features.first_sound, features.last_sound), greatest(features.first_sound, features.last_sound)"
"""Both names in any order; one stands for both where the other is missing."""

_IS_NAMED = "coalesce(features.first_sound, features.last_sound) is not null"

# Pairs are found by equality: a postal code, and the birth date or both names in any order.
_KEYS = f"""
create temp table housed_key as
with housed_at as (

    select housed.record, housed.node, area.postal_code
    from housed
    inner join node_place on housed.node = node_place.node,
    unnest(node_place.postal_codes) as area (postal_code)

)

select housed_at.record, housed_at.node, hash(housed_at.postal_code, features.birth_text) as key
from housed_at
inner join features on housed_at.record = features.record
where features.birth_text is not null

union all

select housed_at.record, housed_at.node, hash(housed_at.postal_code, {_NAMES}) as key
from housed_at
inner join features on housed_at.record = features.record
where {_IS_NAMED};
"""

_MORE_KEYS = f"""
insert into housed_key
select housed.record, housed.node, hash(area.part) as key
from housed
inner join node_place on housed.node = node_place.node,
unnest(node_place.place_parts) as area (part)

union all

select housed.record, housed.node, hash(said.said) as key
from housed
inner join features on housed.record = features.record,
unnest([birth_text || first_sound, birth_text || last_sound]) as said (said)
where said.said is not null

union all

select housed.record, housed.node, hash({_NAMES}) as key
from housed
inner join features on housed.record = features.record
where {_IS_NAMED};
"""

_HOUSEHOLD = f"""
create table household as
select meeting.* exclude (is_enough)
from meeting
left join link on meeting.left_node = link.left_node and meeting.right_node = link.right_node
where not coalesce(link.is_followable, false) and (meeting.is_enough or link.match_weight >= {ACCEPT})
qualify row_number() over (
    partition by meeting.left_node, meeting.right_node
    order by meeting.points desc, meeting.left_record, meeting.right_record
) = 1;
"""

# An address that many give tells nothing: what two of its people share must be a part that few share.
_CROWDED = f"""
create or replace table household as
with asked as (

    select left_node as node from household
    union
    select right_node as node from household

),

wanted as (

    select distinct unnest(node_place.place_parts) as part
    from asked
    inner join node_place on asked.node = node_place.node

),

every_part as (

    select unnest(place_parts) as part from node_place

),

crowded as (

    select every_part.part
    from every_part
    inner join wanted on every_part.part = wanted.part
    group by every_part.part
    having count(*) > {MOST_NODES}

),

crowd as (

    select coalesce(list(part), []) as parts from crowded

),

common as (

    select
        household.*,
        list_intersect(left_place.place_parts, right_place.place_parts) as common_parts
    from household
    inner join node_place as left_place on household.left_node = left_place.node
    inner join node_place as right_place on household.right_node = right_place.node

)

select common.* exclude (common_parts)
from common
cross join crowd
where len(common.common_parts) = 0 or not list_has_all(crowd.parts, common.common_parts)
order by common.left_node, common.right_node;
"""
