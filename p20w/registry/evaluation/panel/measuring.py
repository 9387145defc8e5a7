"""Link each file of the panel, by our model and by plain Splink, and score both over all pairs of records.

Here: which files there are, thresholds and scores. Not here: laying out and weighing; bars (`tests.evaluation.bars`);
printing (`p20w.commands.panel_table`).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

import splink_models
from p20w.progress import tell
from p20w.registry.clustering.components import components
from p20w.registry.deciding import decide
from p20w.registry.evaluation.panel import files, plain_splink
from p20w.registry.evaluation.panel.layout import Line, PanelFile, lay_out
from p20w.registry.evaluation.scores import Score, score_of
from p20w.registry.scratch import scratch_database
from p20w.settings import Settings

Integers = NDArray[np.int64]

PROBABILITY = 0.95
"""From which on plain Splink links, fixed beforehand; records are clustered by connected components."""

WEIGHTS = range(-10, 31)
"""Bits among which the truth chooses the best threshold of plain Splink, for information."""


@dataclass(frozen=True)
class Result:
    """A file, or a part of one: ours at its own threshold, plain Splink at `PROBABILITY` and at its `best_weight`."""

    name: str
    records: int
    people: int
    ours: Score
    plain: Score
    plain_best: Score
    best_weight: int


@dataclass(frozen=True)
class Panel:
    """What was measured, and what could not be and why."""

    results: list[Result]
    missing: list[str]


def panel_files(historical: Path | None = None) -> tuple[list[PanelFile], list[str]]:
    """The files that are here, and why others are not.

    Args:
        historical: the file of historical figures.

    Raises:
        FileMissing: `historical` is not there, or is another file.
    """
    found: list[PanelFile] = []
    missing: list[str] = []
    for name in files.FEBRL:
        try:
            found.append(files.febrl(name))
        except files.FileMissing as reason:
            missing.append(f"{name}: {reason}")
    if historical:
        found.append(files.historical(historical))
    else:
        missing.append(f"{files.HISTORICAL}: name the file with --historical (docs/linkage.md tells where from)")
    return [*found, files.made_up()], missing


def measure_panel(settings: Settings, historical: Path | None = None) -> Panel:
    """All of `panel_files`, a few minutes; of the installation only contracts and home are used, not its warehouse."""
    found, missing = panel_files(historical)
    return Panel([result for file in found for result in measure(file, settings)], missing)


def measure(file: PanelFile, settings: Settings) -> Iterator[Result]:
    """The file as a whole, then its parts if there are several; pairs of two parts count for the whole alone."""
    tell(f"{file.name}: linking {len(file.rows):,} records")
    # files come sorted by person, and ties are broken by the order of records
    shuffled = random.Random(1).sample(file.rows, len(file.rows))  # noqa: S311 (an order, not a secret)
    with scratch_database(settings) as con:
        ours = link(con, [line for _, _, line in shuffled], settings)
        tell(f"{file.name}: plain Splink")
        pairs = plain_splink.weigh(con, file.is_linkage)
    left, right, bits = (np.asarray(pairs[name]) for name in ("record_l", "record_r", "match_weight"))

    def plain(threshold: float) -> Integers:
        kept = bits >= threshold
        return components(len(ours), left[kept], right[kept])

    person = np.unique([person for person, _, _ in shuffled], return_inverse=True)[1].astype(np.int64)
    part = np.array([part for _, part, _ in shuffled])
    fixed = plain(log2(PROBABILITY / (1 - PROBABILITY)))
    best = max(WEIGHTS, key=lambda weight: score(plain(weight), person).f1)
    for name in sorted({"", *part}):
        those = (part == name) | (not name)
        found = [score(labels[those], person[those]) for labels in (ours, fixed, plain(best))]
        title = f"{file.name}: {name}" if name else file.name
        yield Result(title, int(those.sum()), len(np.unique(person[those])), found[0], found[1], found[2], best)


def link(con: duckdb.DuckDBPyConnection, lines: Sequence[Line], settings: Settings) -> Integers:
    """The cluster of each line, found as in a refresh; rates are learned from the lines themselves."""
    lay_out(con, lines, settings)
    decide(con, splink_models.load())
    return np.asarray(con.execute("select cluster from cluster order by record").fetchnumpy()["cluster"], np.int64)


def score(cluster: Integers, person: Integers) -> Score:
    """Count all pairs of records, whatever their feeds; every true pair counts as reachable."""
    each = np.arange(len(person))
    return score_of(cluster, person, person, each, np.ones(len(person), bool))
