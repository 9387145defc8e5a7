"""Hold two linkage models against each other before one takes the other's place.

Here: deciding who is who once under each, and counting where they differ. Not here: the steps of deciding (`deciding`),
recording which model is active (`versions`), tables for the terminal (`p20w.commands.model_tables`).

Nothing is written. Each model decides over the identities of active drops, by the verdicts that stand; the active
one weighs by its frozen values, as its next refresh would, the other by values counted now, as its first would. Ids
are carried forward from one outcome to the other, so that what differs is the model's doing and nobody else's.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.keys import KeyRing
from p20w.progress import tell
from p20w.registry.clustering.edges import make_edges
from p20w.registry.deciding import decide_everybody
from p20w.registry.evaluation import reading, scores
from p20w.registry.evaluation.scores import Score
from p20w.registry.persons.identifiers import carry_forward, current_ids
from p20w.registry.review.asking import ask_reviewers
from p20w.registry.scratch import scratch_database
from p20w.settings import Settings
from splink_models import Model


class NothingToCompare(LookupError):
    """No identity of an active drop is in the vault."""


@dataclass(frozen=True)
class Difference:
    """A count under the active model and under the other, and how many are in the other alone, or in the active one."""

    before: int
    after: int
    gained: int
    lost: int


@dataclass(frozen=True)
class ModelComparison:
    """What another model would change. Counts alone.

    `by_feeds` counts pairs of identities under one person, by the feeds of the two; `by_tier` links, by what joins
    them. `unsettled` identities would change person in the next refresh under the active model, too: drops, verdicts
    or code are newer than the registry.
    """

    standing: str
    proposed: str
    identities: int
    persons_before: int
    persons_after: int
    ids_ended: int
    ids_minted: int
    identities_moved: int
    unsettled: int
    pairs: Difference
    by_feeds: Mapping[tuple[str, str], Difference]
    by_tier: Mapping[str, Difference]
    review_before: int
    review_after: int
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


class _Outcome(NamedTuple):
    """Who is who under one model: each record with its person, links, and counts."""

    placed: pa.Table
    link: pa.Table
    latest: int
    review: int


def compare(
    warehouse: Warehouse, settings: Settings, standing: Model, proposed: Model, truth: Path | None = None
) -> ModelComparison:
    """Decide who is who under both models, and count the differences; nobody may write meanwhile.

    With the `truth` of a simulated state both are scored; identities that the registry does not hold yet are left out.

    Raises:
        NothingToCompare: nothing was taken in yet.
        NoTruth: `truth` is not about an active drop.
    """
    if truth:
        reading.require_truth(truth)
    before = _outcome(warehouse, settings, standing)
    after = _outcome(warehouse, settings, proposed, before)
    tell("counting differences")
    with scratch_database(settings) as con:
        for name, outcome in (("before", before), ("after", after)):
            con.register(f"{name}_placed", outcome.placed)
            con.register(f"{name}_link", outcome.link)
        con.execute(_PLACED)
        by_feeds = _differences(con, "feeds", _PAIRS)
        pairs = [sum(getattr(item, part.name) for item in by_feeds.values()) for part in fields(Difference)]
        return ModelComparison(
            standing.version,
            proposed.version,
            *con.execute(_PERSONS).fetchall()[0],
            pairs=Difference(*pairs),
            by_feeds=by_feeds,
            by_tier=_differences(con, "tier", _LINKS),
            review_before=before.review,
            review_after=after.review,
            **(_scores(con, warehouse, truth) if truth else {}),
        )


def _outcome(warehouse: Warehouse, settings: Settings, model: Model, before: _Outcome | None = None) -> _Outcome:
    """Decide under a model; ids come from `before`, or from the registry if there is none."""
    tell(f"linking by model {model.version}")
    key = KeyRing.open(settings, warehouse).id
    with scratch_database(settings) as con, reader(warehouse.libpq("linkage")) as read:
        if not decide_everybody(con, read, settings, model).records:
            raise NothingToCompare(
                "Nobody is in the vault yet, so there is nothing to compare. Start with: p20w refresh"
            )
        ids, latest = (before.placed, before.latest) if before else current_ids(read)
        carry_forward(con, ids, latest, key)
        make_edges(con)
        ask_reviewers(con)
        placed = con.sql(
            "select member.*, record.feed, person.person_id, person.mint_ordinal from member "
            "inner join record using (record) inner join person using (cluster) order by record"
        ).to_arrow_table()
        link = con.sql("select left_record as one, right_record as other, tier from edge").to_arrow_table()
        latest, review = con.execute(
            "select max(greatest(mint_ordinal, ?)), (select count(*) from review) from person", [latest]
        ).fetchall()[0]
    return _Outcome(placed, link, latest, review)


def _differences(con: duckdb.DuckDBPyConnection, by: str, query: str) -> dict[Any, Difference]:
    """Differences of what a query with is_before and is_after selects, by one of its columns."""
    rows = con.execute(
        f"""
        select
            {by},
            count(*) filter (where is_before),
            count(*) filter (where is_after),
            count(*) filter (where is_after and not is_before),
            count(*) filter (where is_before and not is_after)
        from ({query}) group by 1 order by 1
        """
    ).fetchall()
    return {row[0]: Difference(*row[1:]) for row in rows}


def _scores(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, truth: Path) -> dict[str, Score]:
    reading.read_registry(con, warehouse)
    reading.read_truth(con, warehouse, truth)
    con.execute(_USES)
    return {f"score_{side}": scores.overall(con, f"{side}_cluster") for side in ("before", "after")}


_PLACED = """
create table placed as
select
    before.record,
    before.identity_id,
    before.feed,
    before.cluster as before_cluster,
    after.cluster as after_cluster,
    before.old_person_id,
    before.person_id as before_person,
    after.person_id as after_person
from before_placed as before
inner join after_placed as after on before.record = after.record
"""

_PERSONS = """
select
    count(*) as identities,
    count(distinct before_person) as persons_before,
    count(distinct after_person) as persons_after,
    count(distinct before_person) filter (where before_person not in (select after_person from placed)) as ended,
    count(distinct after_person) filter (where after_person not in (select before_person from placed)) as minted,
    count(*) filter (where after_person <> before_person) as moved,
    count(*) filter (where before_person is distinct from old_person_id) as unsettled
from placed
"""

# A pair under one person by either model is there once.
_PAIRS = " union ".join(
    f"""
    select
        one.record,
        other.record,
        row(least(one.feed, other.feed), greatest(one.feed, other.feed)) as feeds,
        one.before_cluster = other.before_cluster as is_before,
        one.after_cluster = other.after_cluster as is_after
    from placed as one
    inner join placed as other on one.{side}_cluster = other.{side}_cluster and one.record < other.record
    """
    for side in ("before", "after")
)

_LINKS = """
select tier, before.tier is not null as is_before, after.tier is not null as is_after
from before_link as before
full join after_link as after using (one, other, tier)
"""

_USES = """
alter table use rename to every_use;

create table use as
select every_use.*, placed.before_cluster, placed.after_cluster
from every_use
inner join identity on every_use.identity = identity.identity
inner join placed on identity.identity_id = placed.identity_id;
"""
