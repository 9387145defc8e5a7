"""Why a pair weighs what it weighs: the evidence of each pair up for review, part by part.

Here: the levels and weights of single pairs, as they were scored. Not here: scoring (`linking.scores`), drawing
(`p20w.registry.review.weights`).

What is kept are levels and numbers, no values: the review desk can show them without the vault, and they stay as they
were when the model changes.
"""

import json
from collections.abc import Mapping
from math import log2
from typing import Any

import duckdb
import pyarrow as pa

from p20w.registry.linking.levels import beside
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.linking.weighing import Weighing
from p20w.registry.review.sentence import HOUSEHOLD
from splink_models.comparisons import COMPARISONS, LENT, TERMS, Comparison, in_dialect
from splink_models.levels import key_of

TITLES = {"last_name": "Surname", "birthdate": "Birth date", "ssn": "SSN"}
"""Of comparisons whose name does not say it."""

SAYS = {("last_name", "swapped"): "weighed with first name"}
"""Words for levels whose label would not be understood beside two records."""

TELLING = 2.0
"""Bits by which a value must be rarer or more common than usual to be called so."""

Part = dict[str, Any]


def weigh_reviews(con: duckdb.DuckDBPyConnection, weighing: Weighing) -> None:
    """Make table `review_evidence` from `review`, `scored`, `compared` and the terms; pairs not scored are left out.

    evidence: binary jsonb (a version byte, then text) with model_version, prior, accept, and parts of title, says and
    weight; prior and weights add up to the match weight.
    """
    shares = ", ".join(f"greatest(one_{term}.tf_{term}, other_{term}.tf_{term}) as tf_{term}" for term in TERMS)
    terms = " ".join(
        f"left join term_{term} as {side}_{term} on {side}.{term} = {side}_{term}.{term}"
        for term in TERMS
        for side in ("one", "other")
    )
    levels = ", ".join(f"{key_of(item)} as {item.name}" for item in COMPARISONS)
    is_lent = in_dialect(LENT, "duckdb")
    pairs = con.sql(
        f"""
        with found as (

            select left_record as record_l, right_record as record_r, {levels}, {is_lent} as is_lent
            from ({beside("review")}) as beside

        )

        select found.*, scored.match_weight, scored.stranger_weight, {shares}
        from found
        inner join scored using (record_l, record_r)
        inner join compared as one on record_l = one.record
        inner join compared as other on record_r = other.record {terms}
        order by record_l, record_r
        """
    ).to_arrow_table()
    opening = {
        "model_version": weighing.model.version,
        "prior": round(weighing.model.prior(weighing.records)[0], 6),
        "accept": ACCEPT,
    }
    evidence: list[bytes] = []
    rows: list[dict[str, Any]] = pairs.to_pylist()
    for pair in rows:
        parts = [_part(item, weighing, pair) for item in COMPARISONS]
        household = round(pair["match_weight"] - pair["stranger_weight"], 6)
        says = "what two members of one household would share, too"
        parts.append({"title": HOUSEHOLD, "says": says, "weight": household})
        evidence.append(b"\x01" + json.dumps({**opening, "parts": parts}).encode())
    columns = [pairs["record_l"], pairs["record_r"], pa.array(evidence, pa.binary())]
    con.from_arrow(pa.table(columns, ["left_record", "right_record", "evidence"])).create("review_evidence")


def title_of(comparison: Comparison) -> str:
    """What a reviewer calls it."""
    return TITLES.get(comparison.name, comparison.name.replace("_", " ").capitalize())


def _part(comparison: Comparison, weighing: Weighing, pair: Mapping[str, Any]) -> Part:
    """What one comparison of a pair says and weighs, values by how common they are (Splink's term frequency)."""
    level = next(level for level in comparison.levels if level.key == pair[comparison.name])
    says = SAYS.get((comparison.name, level.key), level.label)
    weight = 0.0 if level.is_null else weighing.model.bits(comparison, level, weighing.records)[0]
    if level.term_frequency:
        usual = min(weighing.model.values[comparison.name][level.key]["u"], 1.0)
        rarity = log2(usual / max(pair[f"tf_{level.term_frequency}"] or 0.0, level.rarest or 0.0))
        weight += rarity
        says += ", a rare one" if rarity > TELLING else ", a common one" if rarity < -TELLING else ""
    if comparison.name == "address" and pair["is_lent"]:
        says += ", by that of who else has the SSN"
    return {"title": title_of(comparison), "says": says, "weight": round(weight, 6)}
