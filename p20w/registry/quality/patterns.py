"""Whether agencies still err as they did when weights were frozen.

Here: how often names, birth dates and sex agree in which way among records of one person, now and as learned; the
drift between the two. Not here: learning (`p20w.registry.linking.rates`).

Pairs are those that rates are learned from, counted alike (`splink_models.rates`): of two files, found by a number, a
birth date or both names, which then say nothing of themselves; each counts as much as it is likely to be one person.
The population stability index sums (a - b) ln(a / b) over the ways of agreeing: under 0.1 little has changed, over 0.25
much has, by a convention of credit scoring (Siddiqi 2006).
"""

from math import log

import duckdb
import numpy as np

from p20w.registry.linking.weighing import Weighing
from p20w.registry.quality.figure import Figure
from splink_models import Model
from splink_models.comparisons import BIRTH, FIRST, ID, LAST, MIDDLE, SEX, SSN, Comparison
from splink_models.rates import DEFINED_BY, TEACH_M, TRUST

COMPARED = (FIRST, MIDDLE, LAST, BIRTH, SEX)

FOUND_BY = dict(zip(TEACH_M, ((SSN,), (ID,), (BIRTH,), (FIRST, LAST)), strict=True))
"""Block that teaches rates -> the comparisons whose exact agreement finds its pairs."""

LEAST_PAIRS = 200
"""Fewer pairs say nothing about shares of a percent."""


def patterns(con: duckdb.DuckDBPyConnection, weighing: Weighing, version: Model) -> list[Figure]:
    """Shares of each way of agreeing, as seen and as learned, and one index of drift a comparison, from `scored`.

    Args:
        con: the scratch database.
        weighing: the active values, as learned when they were frozen.
        version: the model version that few pairs are drawn towards, now as then.
    """
    figures: list[Figure] = []
    for item in COMPARED:
        counted = dict(con.execute(_COUNTED.format(gamma=f"gamma_{item.name}", times=_times(item))).fetchall())
        pairs = {level.key: counted.get(item.gamma(level.key), 0.0) for level in item.weighed}
        if (total := sum(pairs.values())) < LEAST_PAIRS:
            continue
        learned, before = ([model.values[item.name][key]["m"] for key in pairs] for model in (weighing.model, version))
        seen = [
            (count + TRUST["m"] * one / sum(before)) / (total + TRUST["m"])
            for count, one in zip(pairs.values(), before, strict=True)
        ]
        for key, now, then in zip(pairs, seen, learned, strict=True):
            figures.append(Figure("agreement", now, item.name, "level", key))
            figures.append(Figure("agreement_trained", then, item.name, "level", key))
        figures.append(Figure("drift", stability_index(seen, learned), item.name, whole=round(total)))
    return figures


def _times(item: Comparison) -> str:
    """SQL for how often a pair counts: once for each block that finds it and lets this comparison speak."""
    blocks = [
        " and ".join(f"gamma_{by.name} = {by.gamma('exact')}" for by in found_by)
        for block, found_by in FOUND_BY.items()
        if item.name not in DEFINED_BY[block]
    ]
    return " + ".join(f"({block})::integer" for block in blocks)


def stability_index(observed: list[float], expected: list[float], least: float = 5e-4) -> float:
    """The population stability index of two distributions; shares under `least` count as `least`."""
    pairs = zip(np.maximum(observed, least).tolist(), np.maximum(expected, least).tolist(), strict=True)
    return sum((one - other) * log(one / other) for one, other in pairs)


_COUNTED = """
select scored.{gamma}, sum(scored.match_probability * ({times})) as pairs
from scored
inner join compared as one on scored.record_l = one.record
inner join compared as other on scored.record_r = other.record and one.feed <> other.feed
where scored.{gamma} >= 0
group by scored.{gamma}
"""
