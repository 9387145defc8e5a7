"""Train a model version: how often each level occurs among matches (m) and among strangers (u).

    python -m splink_models.train RECORDS.parquet --version v1 --trained-on "simulator seeds 101 and 102"

Here: estimation. Not here: making the records. They are identities as `features` wants them; `p20w model train`
reads them from simulated states, a state may read them from its own vault (its values then stay in its folder).

u comes from random pairs, m from expectation maximisation over pairs of different feeds, blocked in two ways so
that each comparison is estimated where it is free; no labels are used, so a state can train on what it has.
Both are deterministic: samples are drawn by hashing record numbers.
"""

import argparse
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule

from splink_models.card import write_card
from splink_models.comparisons import COMPARISONS, Comparison, Level, build
from splink_models.features import make_features
from splink_models.model import FOLDER, LATEST, Model, Values, save

SEED = 1
RANDOM_PAIRS = 2e6

USUAL_SHARE = 0.1
"""Of the usual rates in every m: training data shows the errors of its own agencies only."""

BLOCKS = {
    "names agree": "l.first = r.first and l.last = r.last and l.feed <> r.feed",
    "birth date agrees": "l.birth_text = r.birth_text and l.feed <> r.feed",
}
"""Pairs for estimating m. What a rule blocks on is estimated by the other."""


@dataclass(frozen=True)
class Training:
    """A trained model, how it was found, and the synthetic features it was found on."""

    model: Model
    summary: dict[str, Any]
    con: duckdb.DuckDBPyConnection


def train(records: pa.Table, version: str, trained_on: str) -> Training:
    """Estimate the values of a version.

    Args:
        records: the columns of `features.make_features`.
        version: name of the version.
        trained_on: what the records are, for the card.
    """
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    con.register("identity", records)
    make_features(con, target="every_feature")
    con.execute("create table features as select * from every_feature where birthdate is not null order by record")
    linker = Linker(DuckDBAPI(con).register("features"), _untrained(), log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(RANDOM_PAIRS, seed=SEED, min_count_per_level=None)
    sessions = [_session(linker, con, block, rule) for block, rule in BLOCKS.items()]
    counts = dict(con.execute("select feed, count(*) from features group by feed order by feed").fetchall())
    summary = {"version": version, "trained_on": trained_on, "counts": counts, "sessions": sessions}
    return Training(Model(version, _values(linker), trained_on), summary, con)


def _session(linker: Linker, con: duckdb.DuckDBPyConnection, block: str, rule: str) -> dict[str, Any]:
    """Estimate m over the pairs of one block, and say how it went."""
    session: Any = linker.training.estimate_parameters_using_expectation_maximisation(
        CustomRule(rule), estimate_without_term_frequencies=True
    )
    pairs = con.execute(f"select count(*) from features as l inner join features as r on {rule}").fetchall()[0][0]
    history = session._lambda_history_records
    return {
        "block": block,
        "pairs": pairs // 2,
        "rounds": len(history) - 1,
        "share_matching": float(f"{history[-1]['probability_two_random_records_match']:.4g}"),
    }


def _untrained() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        comparisons=[build(comparison) for comparison in COMPARISONS],
        blocking_rules_to_generate_predictions=[],
        retain_intermediate_calculation_columns=True,
    )


def _values(linker: Linker) -> Values:
    found = {item["output_column_name"]: item for item in linker.misc.save_model_to_json()["comparisons"]}
    return {comparison.name: _of_comparison(comparison, found[comparison.name]) for comparison in COMPARISONS}


def _of_comparison(comparison: Comparison, found: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Trained values of a comparison: m is mixed with the usual rates and adds up to 1 before any cap."""
    estimates = [level for level in found["comparison_levels"] if not level.get("is_null_level")]
    pairs = list(zip(comparison.weighed, estimates, strict=True))
    m = [_mixed_m(level, estimate) for level, estimate in pairs]
    values: dict[str, dict[str, float]] = {}
    for (level, estimate), share in zip(pairs, m, strict=True):
        u = level.u if level.u is not None else max(float(estimate.get("u_probability", 0.0)), level.rarest_u)
        weighed = share / sum(m)
        if level.at_most is not None:
            weighed = min(weighed, u * 2**level.at_most)
        values[level.key] = _rounded({"m": weighed, "u": u})
    return values


def _mixed_m(level: Level, estimate: dict[str, Any]) -> float:
    estimated = estimate.get("m_probability")
    if estimated is None or level.by_hand:
        return level.usual
    return (1 - USUAL_SHARE) * float(estimated) + USUAL_SHARE * level.usual


def _rounded(level: dict[str, float]) -> dict[str, float]:
    """Six significant digits: more would claim a precision that no training data has."""
    return {name: float(f"{value:.6g}") for name, value in level.items()}


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description="Train a linkage model from identity records without labels.")
    parser.add_argument("records", type=Path, help="Parquet file of identity records (see splink_models.features)")
    parser.add_argument("--version", default=LATEST)
    parser.add_argument("--trained-on", default="a file of identity records")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where versions are kept")
    arguments = parser.parse_args()
    trained = train(pq.read_table(arguments.records), arguments.version, arguments.trained_on)
    print(f"Wrote {save(trained.model, arguments.folder)}")
    print(f"Wrote {write_card(trained.model, trained.summary, trained.con, arguments.folder)}")


if __name__ == "__main__":
    main()
