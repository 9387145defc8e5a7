"""From scored pairs to persons: join from the strongest link down, unless the evidence between two clusters forbids it.

Here: components, and the few of them in which anything speaks against joining all. Not here: scores
(`p20w.registry.linking`), what forbids (`component_pair.sql`).

A union of two clusters is refused where a constraint lies between any of their records, or where all scores between
them add up to less than nothing. Where both have first names, a record with none or an initial counts only as far
as it speaks against the union: several of them would outvote the names of two people under one lent SSN. In a component
without a constraint and without a negative score no union can be refused, so that its records are one person at once;
the others are worked through link by link. The outcome depends on scores and on the ranks of records, never on the
order of rows.
"""

from collections.abc import Iterable, Set

import duckdb
import numpy as np
import pyarrow as pa

from p20w.registry.clustering.components import components
from p20w.registry.inputs.enrollments import Enrollments, find_two_schools
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.statements import arrays, execute, run
from splink_models.comparisons import BIRTH
from splink_models.levels import gamma_of

FORBIDDEN, DECIDED, DECIDED_APART = -1e5, 1e8, -1e12
"""Bits of a constraint, of a verdict for one person, of a verdict against: each outweighs what is before it."""


def resolve(con: duckdb.DuckDBPyConnection, enrollments: Enrollments | None = None) -> None:
    """Make tables `component`, `cluster` and `refused` from `scored`, `decided`, `compared` and `record`.

    component (record, component): of records that links hold together; single records are in none.
    cluster (record, cluster): every record; `cluster` is the smallest record of a person.
    refused (record_l, record_r, reason): links that were not followed, and why.

    Args:
        con: the scratch database.
        enrollments: gives the enrollments of pupils; None where they are not known, and then keep nobody apart.
    """
    execute(con, _LINKS, accept=ACCEPT, decided=DECIDED)
    (records,) = arrays(con.execute("select record from record order by record"))
    ends = arrays(con.execute("select left_record, right_record from link"))
    left, right = (np.searchsorted(records, column) for column in ends)
    label = records[components(len(records), left, right)]
    linked = np.union1d(left, right)
    found = pa.table({"record": records[linked], "component": label[linked]})
    execute(con, "create table component as from read_component", read_component=found)
    find_constraints(con, enrollments)
    con.execute(_CONTESTED)
    strongest = con.execute(_STRONGEST).fetchall()
    evidence = execute(con, _EVIDENCE, forbidden=FORBIDDEN, apart=DECIDED_APART).fetchall()
    (nameless,) = arrays(con.execute(_NAMELESS))
    joined, refused = _join(strongest, evidence, frozenset(nameless.tolist()))
    label[np.searchsorted(records, np.array(list(joined), np.int64))] = list(joined.values())
    clusters = pa.table({"record": records, "cluster": label})
    execute(con, "create table cluster as from read_cluster order by record", read_cluster=clusters)
    rows = np.array(refused, np.int64).reshape(-1, 2)
    execute(con, _REFUSED, read_refused=pa.table({"record_l": rows[:, 0], "record_r": rows[:, 1]}))


def find_constraints(con: duckdb.DuckDBPyConnection, enrollments: Enrollments | None) -> None:
    """Make table `component_pair` (see `component_pair.sql`) from `component`, `compared`, `record` and `decided`."""
    find_two_schools(con, enrollments)
    run(con, "clustering/component_pair", birth_level=gamma_of(BIRTH))


def _join(
    links: Iterable[tuple[int, int]], evidence: Iterable[tuple[int, int, float]], nameless: Set[int] = frozenset()
) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Join the records of contested components.

    Args:
        links: pairs of records, the strongest first.
        evidence: left, right and bits of every pair of records with a score or a constraint.
        nameless: records without a first name, or with an initial alone.

    Returns:
        the cluster of each record, named by its smallest record, and the links that were refused.
    """
    member: dict[int, int] = {}
    between: dict[int, dict[int, float]] = {}
    for_nameless: dict[int, dict[int, float]] = {}
    size: dict[int, list[int]] = {}
    for one, other, bits in evidence:
        said = for_nameless if bits > 0 and (one in nameless or other in nameless) else between
        for here, there in ((one, other), (other, one)):
            member.setdefault(here, here)
            size.setdefault(here, [here])
            beside = said.setdefault(here, {})
            beside[there] = beside.get(there, 0.0) + bits
    named = member.keys() - nameless
    refused: list[tuple[int, int]] = []
    for one, other in links:
        keep, gone = member[one], member[other]
        if keep == gone:
            continue
        bits = between.get(keep, {}).get(gone, 0.0)
        if not {keep, gone} <= named:
            bits += for_nameless.get(keep, {}).get(gone, 0.0)
        if bits < 0:
            refused.append((one, other))
            continue
        if (len(size[keep]), -keep) < (len(size[gone]), -gone):
            keep, gone = gone, keep
        for record in size[gone]:
            member[record] = keep
        size[keep] += size.pop(gone)
        if gone in named:
            named.add(keep)
        _hand_over(between, gone, keep)
        _hand_over(for_nameless, gone, keep)
    smallest = {keep: min(records) for keep, records in size.items()}
    return {record: smallest[keep] for record, keep in member.items()}, refused


def _hand_over(said: dict[int, dict[int, float]], gone: int, keep: int) -> None:
    """What was said between the cluster that is gone and others is said between `keep` and them."""
    for third, bits in said.pop(gone, {}).items():
        said[third].pop(gone, None)
        if third != keep:
            for here, there in ((keep, third), (third, keep)):
                beside = said.setdefault(here, {})
                beside[there] = beside.get(there, 0.0) + bits


_LINKS = """
create table link as
select record_l as left_record, record_r as right_record, match_weight as bits
from scored
where match_weight >= {accept}
union all
select left_record, right_record, {decided} as bits
from decided
where verdict = 'must_link'
"""

# Components in which anything speaks against one person.
_CONTESTED = """
create table contested as
select distinct component from component_pair
union
select distinct one.component
from scored
inner join component as one on scored.record_l = one.record
inner join component as other on scored.record_r = other.record and one.component = other.component
where scored.match_weight < 0
"""

_STRONGEST = """
select link.left_record, link.right_record
from link
inner join component on link.left_record = component.record
semi join contested on component.component = contested.component
order by link.bits desc, link.left_record, link.right_record
"""

_EVIDENCE = """
with every_pair as (

    select record_l as left_record, record_r as right_record, match_weight as bits from scored
    union all
    select left_record, right_record, bits from link where bits > 1000
    union all
    select left_record, right_record, if(reason = 'decided apart', {apart}, {forbidden}) as bits from component_pair

)

select every_pair.left_record, every_pair.right_record, every_pair.bits
from every_pair
inner join component as one on every_pair.left_record = one.record
inner join component as other on every_pair.right_record = other.record and one.component = other.component
semi join contested on one.component = contested.component
order by every_pair.left_record, every_pair.right_record, every_pair.bits
"""

_NAMELESS = """
select compared.record
from compared
inner join component on compared.record = component.record
semi join contested on component.component = contested.component
where coalesce(length(compared.first), 0) <= 1
order by compared.record
"""

# A refused link is told with what lay between the two clusters it would have joined.
_REFUSED = """
create table refused as
select
    read_refused.record_l,
    read_refused.record_r,
    coalesce(first(component_pair.reason order by component_pair.reason), 'evidence against') as reason
from read_refused
inner join cluster as one on read_refused.record_l = one.record
inner join cluster as other on read_refused.record_r = other.record
left join (
    select component_pair.reason, left_cluster.cluster as left_cluster, right_cluster.cluster as right_cluster
    from component_pair
    inner join cluster as left_cluster on component_pair.left_record = left_cluster.record
    inner join cluster as right_cluster on component_pair.right_record = right_cluster.record
) as component_pair
    on least(one.cluster, other.cluster) = least(component_pair.left_cluster, component_pair.right_cluster)
    and greatest(one.cluster, other.cluster) = greatest(component_pair.left_cluster, component_pair.right_cluster)
where one.cluster <> other.cluster
group by read_refused.record_l, read_refused.record_r
order by read_refused.record_l, read_refused.record_r
"""
