"""Whether agencies still err as the model was trained to expect.

Here: how often names and birth dates agree in which way among pairs that one SSN proves, against the trained values;
the drift between the two. Not here: training (`splink_models.train`).

The population stability index sums (a - b) ln(a / b) over the ways of agreeing: under 0.1 little has changed, over 0.25
much has, by a convention of credit scoring (Siddiqi 2006).
"""

from math import log

import duckdb
import numpy as np

from p20w.registry.agreement import level_of, pair_columns
from p20w.registry.evaluation.figure import Figure, of_share
from p20w.registry.evaluation.intervals import share
from p20w.registry.evaluation.sample import Sample
from splink_models import Model
from splink_models.comparisons import BIRTH, FIRST, LAST, MIDDLE, SEX, Comparison
from splink_models.train import USUAL_SHARE

COMPARED = (FIRST, MIDDLE, LAST, BIRTH, SEX)
"""Addresses are left out: their weights are capped, so that trained values are no shares of anything."""

LEAST_PAIRS = 200
"""Fewer proven pairs say nothing about shares of a percent."""


def patterns(con: duckdb.DuckDBPyConnection, sample: Sample, model: Model) -> list[Figure]:
    """Shares of each way of agreeing, observed and trained, and one index of drift a comparison.

    Args:
        con: with table `identity` (person as the registry has it).
        sample: whose features are compared.
        model: the model in use.
    """
    con.register("read_record", sample.tables["record"].select(["record", "identity_id", "ssn", "id_space"]))
    con.register("read_features", sample.tables["features"])
    levels = ", ".join(f"{level_of(comparison)} as {comparison.name}" for comparison in COMPARED)
    con.execute(_PAIRS.format(columns=pair_columns("left_side", "right_side"), levels=levels))
    con.unregister("read_record")
    con.unregister("read_features")
    figures: list[Figure] = []
    for comparison in COMPARED:
        rows = dict(con.execute(f"select {comparison.name}, count(*) from pattern group by all").fetchall())
        counts = {level.key: int(rows.get(level.key, 0)) for level in comparison.weighed}
        if (total := sum(counts.values())) < LEAST_PAIRS:
            continue
        trained = learned(comparison, model)
        for key, count in counts.items():
            figures.append(of_share("agreement", share(count, total), comparison.name, ("level", key)))
            figures.append(Figure("agreement_trained", trained[key], comparison.name, "level", key))
        drift = stability_index([count / total for count in counts.values()], list(trained.values()))
        figures.append(Figure("drift", drift, comparison.name, whole=total))
    return figures


def learned(comparison: Comparison, model: Model) -> dict[str, float]:
    """Shares of each level among matches as training saw them, without the usual rates mixed into the weights."""
    values = {level.key: model.values[comparison.name][level.key]["m"] for level in comparison.weighed}
    usual = {level.key: level.usual for level in comparison.weighed}
    seen = {key: max(0.0, m / sum(values.values()) - USUAL_SHARE * usual[key]) for key, m in values.items()}
    return {key: share / sum(seen.values()) for key, share in seen.items()}


def stability_index(observed: list[float], expected: list[float], least: float = 5e-4) -> float:
    """The population stability index of two distributions; shares under `least` count as `least`."""
    pairs = zip(np.maximum(observed, least).tolist(), np.maximum(expected, least).tolist(), strict=True)
    return sum((one - other) * log(one / other) for one, other in pairs)


_PAIRS = """
create table pattern as
with side as (

    select read_record.identity_id, read_record.ssn as number, read_record.id_space, identity.person, read_features.*
    from read_features
    inner join read_record on read_features.record = read_record.record
    inner join identity on read_record.identity_id = identity.identity_id
    where read_record.ssn is not null and read_features.birthdate is not null

),

pair as (

    select {columns}
    from side as left_side
    inner join side as right_side
        on left_side.number = right_side.number
        and left_side.person = right_side.person
        and left_side.id_space <> right_side.id_space
        and left_side.record < right_side.record

)

select {levels} from pair;
"""
