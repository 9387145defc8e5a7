"""Why a pair weighs what it weighs: the evidence of each pair up for review, part by part.

Here: the levels and weights of single pairs, as they were scored. Not here: scoring (`linking.scores`), drawing
(`p20w.registry.review.weights`).

What is kept are levels and numbers, no values: the review desk can show them without the vault, and they stay as they
were when the model changes.
"""

import json
import math

import duckdb

from p20w.registry.linking.scores import ACCEPT
from p20w.registry.linking.weighing import Weighing
from p20w.registry.review.sentence import HOUSEHOLD
from splink_models.comparisons import COMPARISONS, Comparison, Level

TITLES = {
    "first_name": "First name",
    "middle_name": "Middle name",
    "last_name": "Surname",
    "birthdate": "Birth date",
    "sex": "Sex",
    "suffix": "Suffix",
    "address": "Address",
    "employer": "Employer",
    "ssn": "SSN",
    "agency_id": "Agency id",
}

SAYS = {("last_name", "swapped"): "weighed with first name"}
"""Words for levels whose label would not be understood beside two records."""

TELLING = 2.0
"""Bits by which a value must be rarer or more common than usual to be called so."""


def weigh_reviews(con: duckdb.DuckDBPyConnection, weighing: Weighing) -> None:
    """Make table `review_evidence` (left_record, right_record, evidence) from `review`, `scored` and `compared`.

    evidence: binary jsonb (a version byte, then text) with model_version, prior, accept, and parts of title, says and
    weight; prior and weights add up to the match weight. Null for a pair that was not scored.
    """
    prior = round(weighing.model.prior(weighing.records)[0], 6)
    opening = {"model_version": weighing.model.version, "prior": prior, "accept": ACCEPT}
    parts = " || ', ' || ".join(_part(item, weighing) for item in COMPARISONS)
    says = "what two members of one household would share, too"
    household = _text(f', {{"title": "{HOUSEHOLD}", "says": "{says}", "weight": ')
    off = "printf('%.6f', match_weight - stranger_weight)"
    con.execute(
        f"""
        create table review_evidence as
        with pair as (

            select scored.*, one.first, one.last, one.birth_text,
                other.first as other_first, other.last as other_last, other.birth_text as other_birth_text
            from review
            inner join scored on review.left_record = scored.record_l and review.right_record = scored.record_r
            inner join compared as one on scored.record_l = one.record
            inner join compared as other on scored.record_r = other.record

        )

        select
            record_l as left_record,
            record_r as right_record,
            encode(
                chr(1) || {_text(json.dumps(opening)[:-1] + ', "parts": [')} || {parts}
                || {household} || {off} || '}}]}}'
            ) as evidence
        from pair
        order by left_record, right_record
        """
    )


def _part(comparison: Comparison, weighing: Weighing) -> str:
    """SQL for the JSON of one comparison, chosen by its level."""
    silent = [level for level in comparison.levels if level.is_null]
    branches = [
        f"when {comparison.gamma(level.key)} then {_branch(comparison, level, weighing)}"
        for level in comparison.weighed
    ]
    return f"case gamma_{comparison.name} {' '.join(branches)} else {_branch(comparison, silent[0], weighing)} end"


def _branch(comparison: Comparison, level: Level, weighing: Weighing) -> str:
    says = SAYS.get((comparison.name, level.key), level.label)
    opening = json.dumps({"title": TITLES.get(comparison.name, comparison.name), "says": says})[:-2]
    weight, rarity = 0.0, "0.0"
    if not level.is_null:
        weight = weighing.model.bits(comparison, level, weighing.records)[0]
        if level.term_frequency:
            rarity = _rarity(comparison, level, weighing)
    rare, common = f"{rarity} > {TELLING} then ', a rare one'", f"{rarity} < -{TELLING} then ', a common one'"
    words = f"case when {rare} when {common} else '' end"
    number = f"printf('%.6f', {weight!r} + {rarity})"
    return f"""{_text(opening)} || {words} || '", "weight": ' || {number} || '}}'"""


def _rarity(comparison: Comparison, level: Level, weighing: Weighing) -> str:
    """SQL for the bits by which the shared value is rarer than values are on average (Splink's term frequency)."""
    values = weighing.model.values[comparison.name][level.key]
    average = math.log2(min(values["u"], 1.0))
    term = level.term_frequency
    share = ", ".join(
        f"coalesce((select tf_{term} from term_{term} where term_{term}.{term} = pair.{name}), 0)"
        for name in (term, f"other_{term}")
    )
    return f"({average!r} - log2(greatest({share}, {level.rarest or 0.0!r})))"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
