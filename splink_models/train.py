"""Train a model version: how often each level occurs among matches (m) and among strangers (u).

Here: estimation. Not here: making the records. They are identities as `features` wants them; `p20w model train`
reads them from simulated states or from a state's own vault (its values then stay in its folder).

u comes from random pairs, m from expectation maximisation over pairs of different feeds, blocked in two ways so
that each comparison is estimated where it is free; no labels are used, so a state can train on what it has.
Both are deterministic: samples are drawn by hashing record numbers.
"""

import logging
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule

from splink_models.comparisons import COMPARISONS, Comparison, Level, build
from splink_models.features import make_features
from splink_models.model import Model, Values

SEED = 1
RANDOM_PAIRS = 2e6

MOST_PAIRS = 5e6
"""Pairs of one block that m is estimated from; of more, a sample by hash."""

USUAL_SHARE = 0.1
"""Of the usual rates in every m: training data shows the errors of its own agencies only."""

BLOCKS = {
    "names agree": "l.first = r.first and l.last = r.last and l.feed <> r.feed",
    "birth date agrees": "l.birth_text = r.birth_text and l.feed <> r.feed",
}
"""Pairs for estimating m. What a rule blocks on is estimated by the other."""


FEWEST_PAIRS = 500
"""Pairs that a block must have; rates of the rarer levels would be guesses with fewer."""


class TooFewPairs(ValueError):
    """There is too little to learn from."""


@dataclass(frozen=True)
class Training:
    """A trained model, and how it was found (counts, no values)."""

    model: Model
    summary: dict[str, Any]


def train(
    records: pa.Table, version: str, trained_on: str, seed: int = SEED, con: duckdb.DuckDBPyConnection | None = None
) -> Training:
    """Estimate the values of a version. The same records and seed give the same values.

    Args:
        records: the columns of `features.make_features`.
        version: name of the version.
        trained_on: what the records are, for the card.
        seed: of the sample of random pairs.
        con: where to work; a connection in memory if not given.

    Raises:
        TooFewPairs: too few pairs agree in names, or in birth date, to tell m.
    """
    con = con or duckdb.connect()
    con.execute("set enable_progress_bar = false")
    con.register("identity", records)
    make_features(con, target="every_feature")
    con.execute("create table features as select * from every_feature where birthdate is not null order by record")
    con.unregister("identity")
    pairs = {block: _count_pairs(con, rule) for block, rule in BLOCKS.items()}
    for block, count in pairs.items():
        if count < FEWEST_PAIRS:
            raise TooFewPairs(
                f"Only {count:,} pairs of records of two feeds {_agreeing(block)}; {FEWEST_PAIRS:,} are needed to "
                "train. Take in more drops first, or train on simulated states: p20w model train NAME --simulated"
            )
    linker = Linker(DuckDBAPI(con).register("features"), _untrained(), log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(RANDOM_PAIRS, seed=seed, min_count_per_level=None)
    sessions = [_session(linker, block, BLOCKS[block], count) for block, count in pairs.items()]
    counts = dict(con.execute("select feed, count(*) from features group by feed order by feed").fetchall())
    summary = {"version": version, "trained_on": trained_on, "seed": seed, "counts": counts, "sessions": sessions}
    return Training(Model(version, _values(linker), trained_on), summary)


def _count_pairs(con: duckdb.DuckDBPyConnection, rule: str) -> int:
    return con.execute(f"select count(*) from features as l inner join features as r on {rule}").fetchall()[0][0] // 2


def _agreeing(block: str) -> str:
    return {"names agree": "agree in first name and surname", "birth date agrees": "agree in birth date"}[block]


def _session(linker: Linker, block: str, rule: str, pairs: int) -> dict[str, Any]:
    """Estimate m over the pairs of one block, and say how it went."""
    session: Any = linker.training.estimate_parameters_using_expectation_maximisation(
        CustomRule(rule), estimate_without_term_frequencies=True, max_pairs=MOST_PAIRS
    )
    history = session._lambda_history_records
    return {
        "block": block,
        "pairs": pairs,
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
