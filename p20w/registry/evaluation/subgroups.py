"""Errors by group of people, and whether groups differ by more than chance.

Here: recall, precision and misplaced identities of each group, and the widest gaps of recall. Not here: who is in which
group (`groups`), groups where there is no truth (`masked`, `rates`).
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.registry.inputs.traits import read_traits
from p20w.registry.quality.groups import divide, members_of
from p20w.registry.quality.intervals import Gap, Share, clustered, compare
from p20w.registry.statements import arrays


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
class Subgroups:
    """Every group, the widest gap within a dimension and between any two groups, by the interval's lower bound."""

    groups: tuple[Group, ...]
    widest_within: Gap | None
    widest: Gap | None


def subgroups(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> Subgroups:
    """Measure tables `use`, `tally` and `truth_person`."""
    whose = "select identity, true_person as subject from use where is_main"
    known = "select true_person as subject, sex, birthdate, race_ethnicity, name_origin from truth_person"
    with reader(warehouse.libpq("linkage")) as read:
        read_traits(con, read)
        divide(con, read, whose, known)
    people, found, reachable, right, linked, wrong, identities = arrays(con.execute(_TALLY), float)
    members = members_of(con, people.astype(np.int64))
    recall = compare(members, found, reachable)
    groups = tuple(
        Group(*name, share.clusters, share, clustered(right[at], linked[at]), clustered(wrong[at], identities[at]))
        for (name, at), share in zip(members.items(), recall.shares.values(), strict=True)
    )
    return Subgroups(groups, recall.within, recall.between)


_TALLY = """
select true_person, found, reachable, linked_right, linked, identities_wrong, identities from tally order by true_person
"""
