"""Count pairs of identities of different feeds: predicted, true, reachable; how whole and how pure persons are.

Here: the definitions, and counts for the whole, for a pair of feeds and for each person. Not here: groups, causes.

Definitions
- The unit is a pair of identities of different feeds. It is true when both belong to one true person, predicted
  when both are assigned to one person.
- An identity used by several true persons counts for the one with most of its lines (of equals the smallest
  number). Its other uses are errors: the true pairs they would make count as missed.
- A true pair is reachable when a chain of that person's identities joins it, each step having on both sides an
  SSN, or an id in one space, or first name, surname and birth date, whether or not these agree.
- Precision: of the predicted pairs, those that are true. Recall: of the reachable pairs, those predicted.
- Coverage: of all true pairs of two feeds, reachable or not, those predicted.
"""

from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from p20w.registry.quality.intervals import Share, clustered, share
from p20w.registry.statements import arrays, run

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Score:
    """Counts of pairs of identities, and what follows from them.

    `left_feed` and `right_feed` are None for the whole.
    """

    left_feed: str | None
    right_feed: str | None
    predicted: int
    correct: int
    reachable: int
    found: int
    every_true: int

    @property
    def precision(self) -> float:
        """Share of predicted pairs that are true; 1 when nothing is predicted."""
        return self.correct / self.predicted if self.predicted else 1.0

    @property
    def recall(self) -> float:
        """Share of reachable pairs that are predicted; 1 when nothing is reachable."""
        return self.found / self.reachable if self.reachable else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def coverage(self) -> float:
        """Share of all true pairs, reachable or not, that are predicted."""
        return self.correct / self.every_true if self.every_true else 1.0


def pairs(*groups: Integers, feed: Integers) -> int:
    """Pairs of different feeds within groups: all pairs of a group less those of one feed.

    Args:
        groups: parallel arrays; equal values in all of them make a group.
        feed: the feed of each member, as a number.
    """
    within = _key(*groups)
    return _pairs_of(within) - _pairs_of(_key(within, feed))


def _key(*columns: Integers) -> Integers:
    key = columns[0]
    for column in columns[1:]:
        key = np.unique(key, return_inverse=True)[1] * np.int64(column.max(initial=0) + 1) + column
    return key


def _pairs_of(key: Integers) -> int:
    sizes = np.unique(key, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def overall(con: duckdb.DuckDBPyConnection, column: str = "person") -> Score:
    """The whole, with persons as in `column` of table `use`."""
    return score_of(**uses(con, column))


def uses(con: duckdb.DuckDBPyConnection, column: str = "person") -> dict[str, NDArray[Any]]:
    """Table `use` as the arrays that `score_of` takes, feeds numbered in their order."""
    rows = con.execute(
        f"select {column} as person, true_person as true, island, dense_rank() over (order by feed) - 1 as feed, "
        "is_main as main from use order by use_number"
    ).fetchnumpy()
    return {name: np.asarray(values, bool if name == "main" else np.int64) for name, values in rows.items()}


def by_feeds(con: duckdb.DuckDBPyConnection) -> tuple[Score, ...]:
    """A score for each pair of feeds."""
    feeds = [feed for (feed,) in con.execute("select distinct feed from use order by feed").fetchall()]
    columns = uses(con)
    return tuple(
        replace(
            score_of(**{name: values[np.isin(columns["feed"], pair)] for name, values in columns.items()}),
            left_feed=feeds[pair[0]],
            right_feed=feeds[pair[1]],
        )
        for pair in combinations(range(len(feeds)), 2)
    )


def score_of(person: Integers, true: Integers, island: Integers, feed: Integers, main: NDArray[np.bool_]) -> Score:
    """Counts over uses of identities, in parallel arrays."""
    at = (person[main], true[main], island[main])
    return Score(
        None,
        None,
        predicted=pairs(at[0], feed=feed[main]),
        correct=pairs(at[0], at[1], feed=feed[main]),
        reachable=pairs(true, island, feed=feed),
        found=pairs(*at, feed=feed[main]),
        every_true=pairs(true, feed=feed),
    )


def tally_people(con: duckdb.DuckDBPyConnection) -> None:
    """Make tables `owner` (person, true_person) and `tally` (see `tally.sql`) from `use`."""
    run(con, "evaluation/tally")


@dataclass(frozen=True)
class Clusters:
    """Figures about persons as sets of identities.

    `b_cubed_precision`: averaged over identities, the share of the identities of its person that are of the same true
    person. `b_cubed_recall`: averaged over identities, the share of the identities it could be joined with that share
    its person (Bagga & Baldwin 1998). `exact`: true persons whose reachable identities are together, with nobody
    else's. `wrong`: identities whose person is mostly somebody else (the measure Census PVS reports).
    """

    b_cubed_precision: Share
    b_cubed_recall: Share
    exact: Share
    wrong: Share

    @property
    def b_cubed_f1(self) -> float:
        """Harmonic mean of the two."""
        precision, recall = self.b_cubed_precision.value or 0.0, self.b_cubed_recall.value or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def clusters(con: duckdb.DuckDBPyConnection) -> Clusters:
    """Measure table `tally`."""
    measures = "select identities, identities_wrong, pure, joined, is_exact from tally"
    identities, wrong, pure, joined, exact = arrays(con.execute(measures), float)
    return Clusters(
        b_cubed_precision=clustered(pure, identities),
        b_cubed_recall=clustered(joined, identities),
        exact=share(int(exact.sum()), len(identities)),
        wrong=clustered(wrong, identities),
    )
