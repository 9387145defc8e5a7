"""Who would be who at other thresholds of acceptance.

Here: person maps that follow only links of at least so many bits, and how they score. Not here: which threshold is
used (`p20w.registry.linking.scores`), what maps do to answers (`answers`).

A stricter map drops weighed links below its threshold from the current edges. A looser one adds to the current persons
the pairs that the registry left to a reviewer for want of evidence. Nothing is compared anew.
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from p20w.registry.clustering.components import Integers, components
from p20w.registry.evaluation.scores import Score, score_of, uses
from p20w.registry.linking.scores import ACCEPT

THRESHOLDS = (1.0, 3.0, 4.5, ACCEPT, 7.0, 8.0, 10.0, 12.0, 14.0, 17.0, 20.0, 25.0)
"""Bits. From minus 1.2 on the registry asks a reviewer."""

NEARLY = "nearly enough evidence"
"""The reason under which the registry queues pairs below its threshold."""


@dataclass(frozen=True)
class Point:
    """One threshold, and the score of the person map it makes."""

    threshold: float
    is_current: bool
    score: Score


def persons_at(con: duckdb.DuckDBPyConnection, threshold: float) -> Integers:
    """The person of each identity when links of at least `threshold` bits are followed, as smallest identities.

    Reads tables `identity`, `edge` and `asked`.
    """
    found = con.execute(_STRICTER if threshold > ACCEPT else _LOOSER, {"least": threshold}).fetchnumpy()
    left, right = (np.asarray(found[name], np.int64) for name in ("left_identity", "right_identity"))
    return components(con.execute("select count(*) from identity").fetchall()[0][0], left, right)


def curve(con: duckdb.DuckDBPyConnection) -> tuple[Point, ...]:
    """Precision and recall over thresholds, of tables `use`, `identity`, `edge` and `asked`."""
    columns, points = uses(con, "identity"), list[Point]()
    identity = columns["person"]
    for at in THRESHOLDS:
        columns["person"] = persons_at(con, at)[identity]
        points.append(Point(at, at == ACCEPT, score_of(**columns)))
    return tuple(points)


_STRICTER = "select left_identity, right_identity from edge where match_weight is null or match_weight >= $least"

_LOOSER = f"""
select min(identity) over (partition by person) as left_identity, identity as right_identity from identity
union all
select left_identity, right_identity
from asked
where reason = '{NEARLY}' and match_weight >= $least and match_weight < {ACCEPT}
"""
