"""Whether agencies still err as they did when weights were frozen.

Here: how often names and birth dates agree in which way among pairs that one SSN proves, against what was
learned then; the drift between the two. Not here: learning (`p20w.registry.linking.rates`).

The population stability index sums (a - b) ln(a / b) over the ways of agreeing: under 0.1 little has changed, over 0.25
much has, by a convention of credit scoring (Siddiqi 2006).
"""

from math import log

import duckdb
import numpy as np

from p20w.registry.linking.levels import pairs_with_levels
from p20w.registry.quality.figure import Figure, of_share
from p20w.registry.quality.intervals import share
from p20w.registry.quality.sample import Sample
from p20w.registry.statements import run
from splink_models import Model
from splink_models.comparisons import BIRTH, FIRST, LAST, MIDDLE, SEX

COMPARED = (FIRST, MIDDLE, LAST, BIRTH, SEX)

LEAST_PAIRS = 200
"""Fewer proven pairs say nothing about shares of a percent."""


def patterns(con: duckdb.DuckDBPyConnection, sample: Sample, model: Model) -> list[Figure]:
    """Shares of each way of agreeing, observed and learned, and one index of drift a comparison.

    Args:
        con: with table `identity` (person as the registry has it).
        sample: whose features are compared.
        model: the model in use, with the rates of this state.
    """
    for name in ("record", "features", "near_ssn", "presence", "employed"):
        con.register(name, sample.tables[name])
    run(con, "linking/compared")
    con.execute(_PAIRS)
    con.execute(f"create table pattern as {pairs_with_levels('proven_pair')}")
    figures: list[Figure] = []
    for comparison in COMPARED:
        gamma = f"gamma_{comparison.name}"
        rows = dict(con.execute(f"select {gamma}, count(*) from pattern group by all").fetchall())
        counts = {level.key: int(rows.get(comparison.gamma(level.key), 0)) for level in comparison.weighed}
        if (total := sum(counts.values())) < LEAST_PAIRS:
            continue
        expected = {level.key: model.values[comparison.name][level.key]["m"] for level in comparison.weighed}
        for key, count in counts.items():
            figures.append(of_share("agreement", share(count, total), comparison.name, ("level", key)))
            figures.append(Figure("agreement_trained", expected[key], comparison.name, "level", key))
        drift = stability_index([count / total for count in counts.values()], list(expected.values()))
        figures.append(Figure("drift", drift, comparison.name, whole=total))
    for name in ("record", "features", "near_ssn", "presence", "employed"):
        con.unregister(name)
    return figures


def stability_index(observed: list[float], expected: list[float], least: float = 5e-4) -> float:
    """The population stability index of two distributions; shares under `least` count as `least`."""
    pairs = zip(np.maximum(observed, least).tolist(), np.maximum(expected, least).tolist(), strict=True)
    return sum((one - other) * log(one / other) for one, other in pairs)


_PAIRS = """
create table proven_pair as
with side as (

    select record.record, record.ssn, record.id_space, identity.person
    from record
    inner join identity on record.identity_id = identity.identity_id
    inner join features on record.record = features.record
    where record.ssn is not null and features.birthdate is not null

)

select one.record as left_record, other.record as right_record
from side as one
inner join side as other
    on one.ssn = other.ssn
    and one.person = other.person
    and one.id_space <> other.id_space
    and one.record < other.record
"""
