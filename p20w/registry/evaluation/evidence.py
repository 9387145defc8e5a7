"""Errors by what an identity hangs on: the tier or model behind it.

Here: identities under a wrong person by method, links between two people by tier and weight. Not here: why (`causes`).
"""

from dataclasses import dataclass

import duckdb

from p20w.database import Warehouse
from p20w.database.bulk import read_arrow
from p20w.registry.quality.intervals import Share, share

METHODS = {
    "ssn": "one SSN, and the rest weighed",
    "id": "one id of one agency, and the rest weighed",
    "near_ssn": "SSNs one digit or a transposition apart, and the rest weighed",
    "employer": "names and an employer in common",
    "model": "names and birth date",
    "household": "names and an address in common, without a birth date that agrees",
    "decision": "a reviewer's verdict",
    "alone": "on nothing: the only identity of its person",
}
"""What an identity or a link can hang on."""


@dataclass(frozen=True)
class Evidence:
    """One method or tier: `identities` under the right person, and `links` whose two ends are one true person."""

    method: str
    about: str
    identities: Share
    links: Share


def read_edges(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> None:
    """Make tables `edge` and `asked` (left_identity, right_identity, tier or reason, match_weight)."""
    uri = warehouse.libpq("linkage")
    for name, query in {"edge": _EDGES, "asked": _ASKED}.items():
        con.register("read_pair", read_arrow(uri, query))
        con.execute(
            f"""
            create table {name} as
            select left_side.identity as left_identity, right_side.identity as right_identity,
                read_pair.* exclude (identity_left, identity_right)
            from read_pair
            inner join identity as left_side on read_pair.identity_left = left_side.identity_id
            inner join identity as right_side on read_pair.identity_right = right_side.identity_id
            order by all
            """
        )
        con.unregister("read_pair")


def by_evidence(con: duckdb.DuckDBPyConnection) -> tuple[Evidence, ...]:
    """Errors by method and tier, of tables `identity`, `use`, `owner` and `edge`."""
    placed = {row[0]: share(row[1], row[2]) for row in con.execute(_BY_METHOD).fetchall()}
    linked = {row[0]: share(row[1], row[2]) for row in con.execute(_BY_TIER).fetchall()}
    seen = placed.keys() | linked.keys()
    order = [method for method in METHODS if method in seen] + sorted(seen - METHODS.keys())
    none = share(0, 0)
    return tuple(
        Evidence(method, METHODS.get(method, method), placed.get(method, none), linked.get(method, none))
        for method in order
    )


_EDGES = """
select uuid_send(identity_left) as identity_left, uuid_send(identity_right) as identity_right, tier, match_weight
from registry.edge
"""

_ASKED = """
select uuid_send(identity_left) as identity_left, uuid_send(identity_right) as identity_right, reason, match_weight
from registry.review_queue
"""

_BY_METHOD = """
select
    identity.method,
    count(*) filter (where owner.true_person = use.true_person) as good,
    count(*) as identities
from use
inner join identity on use.identity = identity.identity
inner join owner on use.person = owner.person
where use.is_main
group by identity.method
"""

_BY_TIER = """
select
    edge.tier,
    count(*) filter (where left_use.true_person = right_use.true_person) as good,
    count(*) as links
from edge
inner join use as left_use on edge.left_identity = left_use.identity and left_use.is_main
inner join use as right_use on edge.right_identity = right_use.identity and right_use.is_main
group by edge.tier
"""
