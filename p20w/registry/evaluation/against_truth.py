"""Hold the registry against the truth of a simulated state.

Here: the order of the measurements and what they come to. Not here: the measurements, estimates without a truth
(`p20w.registry.quality`), printing (`p20w.commands`).
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from p20w.database import Warehouse
from p20w.progress import tell
from p20w.registry.evaluation import calibration, causes, reading, relatives, scores, subgroups
from p20w.registry.evaluation.reading import NoTruth
from p20w.registry.evaluation.scores import Score
from p20w.registry.quality.intervals import Share, clustered
from p20w.registry.scratch import scratch_database
from p20w.registry.statements import arrays
from p20w.settings import Settings

__all__ = ["Evaluation", "NoTruth", "evaluate"]


@dataclass(frozen=True)
class Evaluation:
    """The registry held against the truth.

    `precision` and `recall` are those of `overall` with intervals clustered by person. `shared_identities` are
    identities used by several true persons, `lines_misplaced` their lines under another's name. `relatives`,
    `under_one_ssn` and parts of `subgroups` are empty where the truth does not say who people are.
    """

    overall: Score
    precision: Share
    recall: Share
    by_feeds: tuple[Score, ...]
    clusters: scores.Clusters
    calibration: calibration.Calibration
    relatives: tuple[relatives.Relatives, ...]
    under_one_ssn: Share
    subgroups: subgroups.Subgroups
    wrongly_joined: tuple[causes.Cause, ...]
    left_apart: tuple[causes.Cause, ...]
    identities: int
    true_persons: int
    persons: int
    shared_identities: int
    lines_misplaced: int


def evaluate(warehouse: Warehouse, settings: Settings, truth: Path) -> Evaluation:
    """Score the current assignment.

    Args:
        warehouse: read as role `linkage`.
        settings: where the private folder is.
        truth: folder of `<feed>/<period>/<submission>.parquet` with `line_number` and `true_person`, and
            `persons.parquet` where there is one.

    Raises:
        NoTruth: no file of `truth` is about an active drop.
    """
    with scratch_database(settings) as con:
        tell("reading the registry and the truth")
        reading.read_registry(con, warehouse)
        reading.read_truth(con, warehouse, truth)
        reading.read_edges(con, warehouse)
        tell("counting pairs")
        overall, by_feeds = scores.overall(con), scores.by_feeds(con)
        scores.tally_people(con)
        tally = con.execute("select found, reachable, linked_right, linked from tally")
        found, reachable, right, linked = arrays(tally, float)
        counted = con.sql(_COUNTS)
        counts = dict(zip(counted.columns, counted.fetchall()[0], strict=True))
        tell("looking at groups and relatives")
        of_groups = subgroups.subgroups(con, warehouse)
        of_relatives = relatives.relatives(con, warehouse)
        tell("looking for causes")
        measured = partial(
            Evaluation,
            overall=overall,
            precision=clustered(right, linked),
            recall=clustered(found, reachable),
            by_feeds=by_feeds,
            clusters=scores.clusters(con),
            relatives=of_relatives,
            under_one_ssn=relatives.under_one_ssn(con),
            subgroups=of_groups,
            wrongly_joined=causes.wrongly_joined(con),
            left_apart=causes.left_apart(con),
            **counts,
        )
        known = con.sql(_KNOWN).to_arrow_table()
    return measured(calibration=calibration.calibration(warehouse, settings, known))


_COUNTS = """
select
    count(distinct identity) as identities,
    count(distinct true_person) as true_persons,
    count(distinct person) as persons,
    count(distinct identity) filter (where not is_main) as shared_identities,
    coalesce(sum(lines) filter (where not is_main), 0)::bigint as lines_misplaced
from use
"""

_KNOWN = """
select identity.identity_id, identity.person, use.true_person
from identity
left join use on identity.identity = use.identity and use.is_main
order by identity.identity
"""
