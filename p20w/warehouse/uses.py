"""Which feed's records each mart is made of, and for what purpose: what agreements are held against.

A mart says its purpose in its `meta`. A model on the way may serve another one, and says so itself: whose wages could
be found at all is told by licenses, for `linkage`, whatever the mart is for.

Here: uses by dbt's lineage, their record in `governance.mart_use`, and what agreements do not allow. Not here: the
agreements (contracts, `governance.feed`), judging (expectations/marts/agreements.yaml).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import psycopg

from p20w.contracts import FeedContract
from p20w.pipeline import fingerprints

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

SOURCE = "source.p20w.intake."
UNSTATED = "unstated"


@dataclass(frozen=True, order=True)
class Use:
    """A mart, a feed whose lines it is made of, and the purpose they serve there."""

    mart: str
    feed: str
    purpose: str


def uses(manifest: Manifest) -> list[Use]:
    """All uses of feeds by marts of a parsed dbt project, in order."""
    marts = [node for node in manifest.nodes.values() if node.fqn[1:2] == ["marts"] and node.resource_type == "model"]
    return sorted(Use(mart.name, *use) for mart in marts for use in _feeds(mart.unique_id, manifest))


def lineage(found: Sequence[Use]) -> str:
    """What a set of uses is known by: a digest of all of them."""
    return fingerprints.of_parts(*map(astuple, found))


def record(connection: psycopg.Connection, found: Sequence[Use]) -> str:
    """Put the uses on record, once, and return what they are known by.

    Args:
        connection: of the gate, which judges by this record; committed by the caller.
        found: of the marts that are judged.
    """
    known_by = lineage(found)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into governance.mart_use (lineage, mart, feed, purpose) values (%s, %s, %s, %s) "
            "on conflict do nothing",
            [(known_by, *astuple(use)) for use in found],
        )
    return known_by


def not_allowed(found: Sequence[Use], contracts: Mapping[str, FeedContract]) -> list[str]:
    """A sentence for each thing that agreements do not allow; the gate counts the same in SQL."""
    told: list[str] = []
    feeds_of: dict[str, dict[str, None]] = {}
    for use in found:
        feeds_of.setdefault(use.mart, {})[use.feed] = None
        agreement = contracts[use.feed].agreement
        if use.purpose not in agreement.purposes:
            granted = ", ".join(agreement.purposes)
            told.append(f"{use.mart} uses {use.feed} for {use.purpose}; {agreement.id} grants {granted}.")
    for mart, feeds in feeds_of.items():
        for feed in feeds:
            agreement = contracts[feed].agreement
            if others := [other for other in feeds if other != feed and other not in agreement.permitted_linkages]:
                told.append(f"{mart} joins {feed} with {', '.join(others)}; {agreement.id} does not permit that.")
    return told


def _feeds(mart: str, manifest: Manifest) -> set[tuple[str, str]]:
    """Feeds a mart stands on, each with the purpose that the nearest model on the way says."""
    feeds: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    waiting = [(mart, UNSTATED)]
    while waiting:
        name, purpose = waiting.pop()
        if name.startswith(SOURCE):
            feeds.add((name.removeprefix(SOURCE), purpose))
        elif name in manifest.nodes and (name, purpose) not in seen:
            seen.add((name, purpose))
            node = manifest.nodes[name]
            waiting += [(parent, node.config.meta.get("purpose", purpose)) for parent in node.depends_on_nodes]
    return feeds
