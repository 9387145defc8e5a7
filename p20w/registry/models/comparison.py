"""Hold two linkage models against each other before one takes the other's place.

Here: deciding who is who once under each, and counting where they differ. Not here: the steps of deciding (`deciding`),
recording what is in force (`models`), tables for the terminal (`p20w.commands.model`).

Nothing is written. Each model decides over the identities of drops in force, by the verdicts that stand; the one in
force weighs by its frozen values, as its next refresh would, the other by values counted now, as its first would. Ids
are carried forward from one outcome to the other, so that what differs is the model's doing and nobody else's.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from p20w.contracts import load_contracts
from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.keys import KeyRing
from p20w.progress import tell
from p20w.registry.clustering.edges import make_edges
from p20w.registry.deciding import decide, read_everybody
from p20w.registry.evaluation import reading, scores
from p20w.registry.evaluation.scores import Score
from p20w.registry.inputs.enrollments import enrollments_of
from p20w.registry.linking.engines import engine_of
from p20w.registry.linking.weighing import active
from p20w.registry.persons import identifiers
from p20w.registry.review.asking import ask_reviewers
from p20w.registry.scratch import scratch_database
from p20w.settings import Settings
from splink_models import Model


class NothingToCompare(LookupError):
    """No identity of a drop in force is in the vault."""


@dataclass(frozen=True)
class Difference:
    """A count under the model in force and under the other, and how many are in the other alone, or in force alone."""

    before: int
    after: int
    gained: int
    lost: int


@dataclass(frozen=True)
class ModelComparison:
    """What another model would change. Counts alone.

    `by_feeds` counts pairs of identities under one person, by the feeds of the two; `by_tier` links, by what joins
    them. `unsettled` identities would change person in the next refresh under the model in force, too: drops, verdicts
    or code are newer than the registry.
    """

    standing: str
    proposed: str
    identities: int
    persons_before: int
    persons_after: int
    pairs: Difference
    by_feeds: Mapping[tuple[str, str], Difference]
    by_tier: Mapping[str, Difference]
    review_before: int
    review_after: int
    identities_moved: int
    ids_ended: int
    ids_minted: int
    unsettled: int
    score_before: Score | None = None
    score_after: Score | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether every identity would stay with whom it is."""
        return not self.pairs.gained and not self.pairs.lost

    def counts(self) -> dict[str, Any]:
        """As plain values, for the record of a promotion."""
        plain = asdict(self)
        plain["by_feeds"] = {" and ".join(feeds): asdict(item) for feeds, item in self.by_feeds.items()}
        for name, score in (("score_before", self.score_before), ("score_after", self.score_after)):
            plain[name] = {"precision": score.precision, "recall": score.recall, "f1": score.f1} if score else None
        return plain


@dataclass(frozen=True)
class _Outcome:
    """Who is who under one model.

    placed (record, identity_id, feed, cluster, person_id, mint_ordinal); link (left_record, right_record, tier).
    """

    placed: pa.Table
    link: pa.Table
    latest: int
    review: int
    moved: int


def compare(
    warehouse: Warehouse, settings: Settings, standing: Model, proposed: Model, truth: Path | None = None
) -> ModelComparison:
    """Decide who is who under both models, and count the differences.

    Args:
        warehouse: read as role `linkage`; nobody may write meanwhile.
        settings: where the private folder is.
        standing: the model in force.
        proposed: the one that might take its place.
        truth: of a simulated state, to score both; identities that the registry does not hold yet are left out.

    Raises:
        NothingToCompare: nothing was taken in yet.
        NoTruth: `truth` is not about a drop in force.
    """
    if truth:
        reading.require_truth(truth)
    tell(f"linking by model {standing.version}")
    before = _outcome(warehouse, settings, standing, None)
    tell(f"linking by model {proposed.version}")
    after = _outcome(warehouse, settings, proposed, before)
    tell("counting differences")
    with scratch_database(settings) as con:
        for name, outcome in (("before", before), ("after", after)):
            con.register(f"{name}_placed", outcome.placed)
            con.register(f"{name}_link", outcome.link)
        con.execute(_TABLES)
        by_feeds = {(row[0], row[1]): Difference(*row[2:]) for row in con.execute(_BY_FEEDS).fetchall()}
        by_tier = {row[0]: Difference(*row[1:]) for row in con.execute(_BY_TIER).fetchall()}
        identities, persons_before, persons_after, ended, minted = con.execute(_COUNTS).fetchall()[0]
        score_before, score_after = _scores(con, warehouse, truth) if truth else (None, None)
        return ModelComparison(
            standing=standing.version,
            proposed=proposed.version,
            identities=identities,
            persons_before=persons_before,
            persons_after=persons_after,
            pairs=_sum(by_feeds),
            by_feeds=by_feeds,
            by_tier=by_tier,
            review_before=before.review,
            review_after=after.review,
            identities_moved=after.moved,
            ids_ended=ended,
            ids_minted=minted,
            unsettled=before.moved,
            score_before=score_before,
            score_after=score_after,
        )


def _outcome(warehouse: Warehouse, settings: Settings, model: Model, before: _Outcome | None) -> _Outcome:
    """Decide under a model; ids come from `before`, or from the registry if there is none."""
    key = KeyRing.open(settings, warehouse).id
    contracts = load_contracts(settings.contracts)
    with scratch_database(settings) as con, reader(warehouse.libpq("linkage")) as read:
        if not read_everybody(con, read, settings):
            raise NothingToCompare(
                "Nobody is in the vault yet, so there is nothing to compare. Start with: p20w refresh"
            )
        enrollments = enrollments_of(read, contracts, settings.reference)
        decide(con, model, partial(active, read), engine_of(settings), enrollments)
        if before is None:
            identifiers.read_members(con, read)
            identifiers.assign_ids(con, read, key)
        else:
            current = before.placed.select(["identity_id", "person_id", "mint_ordinal"])
            identifiers.place_members(con, current)
            identifiers.carry_forward(con, before.latest, key)
        make_edges(con)
        ask_reviewers(con)
        latest, review, moved = con.execute(_FIGURES).fetchall()[0]
        placed = con.sql(_PLACED).to_arrow_table()
        link = con.sql("select left_record, right_record, tier from edge order by all").to_arrow_table()
    return _Outcome(placed, link, max(latest, before.latest if before else 0), review, moved)


def _sum(parts: Mapping[Any, Difference]) -> Difference:
    whole = [(part.before, part.after, part.gained, part.lost) for part in parts.values()]
    return Difference(*(sum(column) for column in zip(*whole, strict=True))) if whole else Difference(0, 0, 0, 0)


def _scores(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, truth: Path) -> tuple[Score, Score]:
    reading.read_registry(con, warehouse)
    reading.read_truth(con, warehouse, truth)
    con.execute(_USES)
    return scores.overall(con, "before_cluster"), scores.overall(con, "after_cluster")


_FIGURES = """
select
    (select coalesce(max(mint_ordinal), 0) from person) as latest,
    (select count(*) from review) as review,
    (
        select count(*)
        from member
        inner join person on member.cluster = person.cluster
        where member.old_person_id is distinct from person.person_id
    ) as moved
"""

_PLACED = """
select record.record, record.identity_id, record.feed, member.cluster, person.person_id, person.mint_ordinal
from record
inner join member on record.record = member.record
inner join person on member.cluster = person.cluster
order by record.record
"""

# part: identities of one feed that are together under both models, or (`side`) under one
_TABLES = """
create table placed as
select
    before.record,
    before.identity_id,
    before.feed,
    before.cluster as before_cluster,
    after.cluster as after_cluster,
    before.person_id as before_person,
    after.person_id as after_person
from before_placed as before
inner join after_placed as after on before.record = after.record;

create table part as
select 'before' as side, before_cluster as one, 0 as other, feed, count(*) as identities from placed group by all
union all
select 'after' as side, after_cluster as one, 0 as other, feed, count(*) as identities from placed group by all
union all
select 'both' as side, before_cluster as one, after_cluster as other, feed, count(*) as identities
from placed
group by all;
"""

_BY_FEEDS = """
with counted as (

    select
        l.side,
        l.feed as left_feed,
        r.feed as right_feed,
        sum(
            case when l.feed = r.feed then l.identities * (l.identities - 1) // 2 else l.identities * r.identities end
        ) as pairs
    from part as l
    inner join part as r on l.side = r.side and l.one = r.one and l.other = r.other and l.feed <= r.feed
    group by all

),

beside as (

    select
        left_feed,
        right_feed,
        coalesce(sum(pairs) filter (where side = 'before'), 0)::bigint as before,
        coalesce(sum(pairs) filter (where side = 'after'), 0)::bigint as after,
        coalesce(sum(pairs) filter (where side = 'both'), 0)::bigint as same
    from counted
    group by all

)

select left_feed, right_feed, before, after, after - same as gained, before - same as lost
from beside
where before > 0 or after > 0
order by left_feed, right_feed
"""

_BY_TIER = """
with link as (

    select
        coalesce(before.tier, after.tier) as tier,
        before.tier is not null as is_before,
        after.tier is not null as is_after
    from before_link as before
    full join after_link as after using (left_record, right_record, tier)

)

select
    tier,
    count(*) filter (where is_before) as before,
    count(*) filter (where is_after) as after,
    count(*) filter (where is_after and not is_before) as gained,
    count(*) filter (where is_before and not is_after) as lost
from link
group by tier
order by tier
"""

_COUNTS = """
select
    count(*) as identities,
    count(distinct before_person) as persons_before,
    count(distinct after_person) as persons_after,
    count(distinct before_person) filter (where before_person not in (select after_person from placed)) as ended,
    count(distinct after_person) filter (where after_person not in (select before_person from placed)) as minted
from placed
"""

_USES = """
alter table use rename to every_use;

create table use as
select every_use.*, placed.before_cluster, placed.after_cluster
from every_use
inner join identity on every_use.identity = identity.identity
inner join placed on identity.identity_id = placed.identity_id;
"""
