"""How a few records compare, weighed once more as a refresh would.

Here: reading these records alone, and the steps of a refresh up to the evidence of each pair. Not here: the steps, what
is concluded (`p20w.registry.explaining`).
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

import duckdb
import pyarrow as pa

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.database.bulk import Read, reader
from p20w.registry.clustering.resolution import find_constraints
from p20w.registry.deciding import read_everybody
from p20w.registry.inputs.enrollments import enrollments_of
from p20w.registry.linking.engines.on_duckdb import weigh
from p20w.registry.linking.engines.search import HOPELESS, Search
from p20w.registry.linking.scores import score
from p20w.registry.linking.weighing import frozen
from p20w.registry.models import versions
from p20w.registry.review.pair_weights import weigh_reviews
from p20w.registry.scratch import scratch_database
from p20w.registry.statements import run
from p20w.settings import Settings

Ends = frozenset[UUID]
"""The two identities of a pair."""


class NothingWeighed(LookupError):
    """No weights are kept for the active model."""


@dataclass(frozen=True)
class WeighedPair:
    """How two records compare: evidence as `pair_weights` makes it, and the match weight in bits.

    `is_compared` if a blocking rule finds the pair, or if its weight would have it forgotten anyway. Which part of an
    address few have is counted among the records that were read: a refresh, which knows all, may find a pair less.
    """

    evidence: dict[str, Any]
    weight: float
    is_compared: bool


def weigh_again(
    warehouse: Warehouse, settings: Settings, identities: Collection[UUID]
) -> tuple[dict[Ends, WeighedPair], dict[Ends, str]]:
    """Weigh all pairs of a few records by the frozen weights, whether or not a rule finds them.

    Args:
        warehouse: read as role `linkage`.
        settings: where contracts, models and the private folder are.
        identities: all records of the persons in question.

    Returns:
        pairs of which both records are in accepted drops, and those of them that are forbidden to be one person: why.

    Raises:
        NothingWeighed: there has been no refresh with the active model.
    """
    model = versions.active(warehouse, settings)
    with scratch_database(settings) as con, reader(warehouse.libpq("linkage")) as read_all:
        read = partial(_read_about, read_all, identities)
        if read_everybody(con, read, settings) < 2:
            return {}, {}
        run(con, "linking/compared")
        weighing = frozen(read, con, model)
        if weighing is None:
            raise NothingWeighed(f"Linkage model {model.version} has weighed nothing yet. Start with: p20w refresh")
        score(con, weighing.model, weighing.records, _weigh_every_pair)
        con.execute("create table component as select record, 0 as component from record")
        find_constraints(con, enrollments_of(read, load_contracts(settings.contracts), settings.reference))
        con.execute("create table review as select record_l as left_record, record_r as right_record from scored")
        weigh_reviews(con, weighing)
        ids = dict(con.execute("select record, identity_id from record").fetchall())
        weighed, forbidden = con.execute(_WEIGHED).fetchall(), con.execute(_FORBIDDEN).fetchall()

    def ends(left: int, right: int) -> Ends:
        return frozenset((UUID(bytes=ids[left]), UUID(bytes=ids[right])))

    asked = set(identities)
    pairs = {ends(*two): WeighedPair(json.loads(text[1:]), bits, known) for *two, text, bits, known in weighed}
    apart = {ends(*two): reason for *two, reason in forbidden}
    return (
        {two: pair for two, pair in pairs.items() if two <= asked},
        {two: reason for two, reason in apart.items() if two <= asked},
    )


def _read_about(read: Read, identities: Collection[UUID], query: str) -> pa.Table:
    """Of what a query gives, what is about these identities and others under their SSNs, whose addresses count, too.

    All of it if it is about neither identities nor SSNs.
    """
    columns = read(f"select * from ({query}) as everybody limit 0").column_names
    asked = f"identity_id = any('{{{','.join(map(str, identities))}}}')"
    numbers = f"(select ssn_token from vault.identity where {asked})"
    if "identity_id" in columns:
        those = f"select uuid_send(identity_id) from vault.identity where {asked} or ssn_token in {numbers}"
        only = f"identity_id in ({those})"
    elif "ssn_token" in columns:
        only = f"ssn_token in {numbers}"
    else:
        only = "true"
    return read(f"select * from ({query}) as everybody where {only}")


def _weigh_every_pair(con: duckdb.DuckDBPyConnection, search: Search) -> None:
    """An engine for a few records: table `predicted` of all pairs, and `found` of those that a refresh would weigh."""
    weigh(con, search)
    con.execute("alter table predicted rename to found")
    weigh(con, replace(search, every_pair=True))


_WEIGHED = f"""
select
    scored.record_l, scored.record_r, review_evidence.evidence, scored.match_weight,
    found.record_l is not null or scored.stranger_weight < {HOPELESS} as is_compared
from review_evidence
inner join scored on review_evidence.left_record = scored.record_l and review_evidence.right_record = scored.record_r
left join found on scored.record_l = found.record_l and scored.record_r = found.record_r
"""

_FORBIDDEN = "select left_record, right_record, reason from component_pair"
