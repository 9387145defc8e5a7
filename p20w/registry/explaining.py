"""Why two records are one person or two: their evidence, and what else holds them together or apart.

Here: from two addresses to an explanation. Not here: weighing (`p20w.registry.review.weigh_again`), the sentence
(`p20w.registry.review.sentence`), printing.

What is told are levels, weights and ids, no values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID

from p20w.database import Warehouse
from p20w.pipeline.refreshes import has_news
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.persons.record_person import UnknownRecord, identity_at
from p20w.registry.review.sentence import CANNOT_LINKS, because, sentence
from p20w.registry.review.verdicts import WORDS
from p20w.registry.review.weigh_again import Ends, WeighedPair, weigh_again
from p20w.settings import Settings


@dataclass(frozen=True)
class Explanation:
    """What is known of two records; nothing personal.

    `persons` has one id or two, `evidence` is as `pair_weights` makes it. Sentences say what else matters (`notes`),
    and what links lead from one record to the other (`chain`), if the two are one person and no link themselves.
    """

    sentence: str
    persons: tuple[UUID, ...]
    evidence: dict[str, Any]
    notes: tuple[str, ...]
    chain: tuple[str, ...]


def explain(warehouse: Warehouse, settings: Settings, one: str, other: str) -> Explanation:
    """Why two records are one person or two since the last refresh.

    Args:
        warehouse: read as role `linkage`; nothing is written.
        settings: where contracts, models and the private folder are.
        one: the id of an identity, or a line as `feed/period/submission:line`.
        other: likewise.

    Raises:
        UnknownRecord: one is not in the registry, or both are one record.
        NothingWeighed: there has been no refresh with the active model.
    """
    with warehouse.connect("linkage") as connection:
        start, end = identity_at(connection, one), identity_at(connection, other)
        if start == end:
            raise UnknownRecord(f"Both are the same record, {start}. Name two different ones.")
        person_of: dict[UUID, UUID] = dict(connection.execute(_MEMBERS, ([start, end],)).fetchall())
        edges = {frozenset(ends): tier for *ends, tier in connection.execute(_EDGES, (list(person_of),)).fetchall()}
        verdict = connection.execute(_VERDICT, sorted((start, end))).fetchone()
        is_later = has_news(connection)
    asked = frozenset((start, end))
    pairs, forbidden = weigh_again(warehouse, settings, person_of)
    if asked not in pairs:
        raise UnknownRecord("The drop of one record is no longer active. Continue with: p20w refresh")
    pair, direct = pairs[asked], forbidden.get(asked)
    is_one = person_of[start] == person_of[end]
    across = (ends for ends in forbidden if ends == asked or len({person_of[item] for item in ends}) > 1)
    reasons = sorted({forbidden[ends] for ends in across})
    if is_one:
        is_link = pair.is_compared and pair.weight >= ACCEPT
        cause = "decided" if edges.get(asked) == "decision" else None if is_link else "chain"
    elif direct or not pair.is_compared:
        cause = direct or "never compared"
    else:
        cause = None if pair.weight < ACCEPT else [*reasons, "later" if is_later else "evidence against"][0]
    notes = [f"Cannot-link between records of the two: {CANNOT_LINKS[reason]}." for reason in reasons]
    if verdict:
        notes.append(f"Verdict: {WORDS[verdict[0]]}, by {verdict[1]} {'reviewer' if verdict[1] == 1 else 'reviewers'}.")
    if not pair.is_compared:
        notes.append("No blocking rule finds this pair, so a refresh does not weigh it. The weights are as if it did.")
    if is_later:
        notes.append("Files, verdicts or the model have changed since the last refresh. The next one decides again.")
    return Explanation(
        sentence(pair.evidence, is_one=is_one, cause=cause),
        tuple(dict.fromkeys((person_of[start], person_of[end]))),
        pair.evidence,
        tuple(notes),
        tuple(_links(edges, pairs, start, end)) if cause == "chain" else (),
    )


def _links(edges: Mapping[Ends, str], pairs: Mapping[Ends, WeighedPair], start: UUID, end: UUID) -> Iterable[str]:
    """The links from one identity to the other. Edges are a forest: there is one way at most."""
    ways: dict[UUID, list[UUID]] = {start: [start]}
    waiting = [start]
    for here in waiting:
        new = [there for ends in edges if here in ends for there in ends if there not in ways]
        ways |= {there: [*ways[here], there] for there in new}
        waiting += new
    for left, right in pairwise(ways.get(end, [])):
        ends = frozenset((left, right))
        pair, cause = pairs.get(ends), "decided" if edges[ends] == "decision" else None
        why = f"{pair.weight:+.1f} bits, {because(pair.evidence, True, cause)}" if pair else "one record has left since"
        yield f"{left} and {right}: {why}."


_MEMBERS = """
select identity_id, person_id from core.person_identity
where person_id in (select person_id from core.person_identity where identity_id = any(%s))
"""

_EDGES = "select identity_left, identity_right, tier from registry.edge where identity_left = any(%s)"

_VERDICT = "select verdict, reviewers from registry.standing_decision where (identity_left, identity_right) = (%s, %s)"
