"""What each comparison weighs for the pairs up for review, so that a reviewer sees why they look alike or not.

Here: the levels and weights of single pairs, as Splink gives them, from the same comparisons and trained values. Not
here: weighing all candidate pairs (`links`), drawing (`p20w.registry.desk.weights`).

What is kept are levels and numbers, no values: the review desk can show them without the vault, and they stay as they
were when the model changes.
"""

import json
import math

import duckdb

from p20w.registry.agreement import level_of
from p20w.registry.frozen import Frozen
from p20w.registry.links import ACCEPT
from splink_models import Model
from splink_models.comparisons import COMPARISONS, Comparison, Level

TITLES = {
    "first_name": "First name",
    "middle_name": "Middle name",
    "last_name": "Surname",
    "birthdate": "Birth date",
    "sex": "Sex",
    "suffix": "Suffix",
    "address": "Address",
    "ssn": "SSN",
}

SAYS = {
    ("ssn", "missing"): "not counted: missing, or under another name",
    ("last_name", "swapped"): "weighed with first name",
}
"""Words for levels whose label would not be understood beside two records."""

TELLING = 2.0
"""Bits by which a value must be rarer or more common than usual to be called so."""


def weigh_reviews(con: duckdb.DuckDBPyConnection, model: Model, frozen: Frozen | None = None) -> None:
    """Make table `review_evidence` (left_record, right_record, evidence) from `review`, `comparable` and `features`.

    Values are as rare as those that pairs were weighed by: the frozen ones, or as counted in `comparable`.

    evidence: binary jsonb (a version byte, then text) with model_version, prior, accept, and parts of title, says and
    weight; prior and weights add up to the match weight.
    """
    con.execute(_SIDES)
    columns = [row[0] for row in con.execute("describe review_side").fetchall() if row[0] not in ("record", "node")]
    _count_values(con, frozen)
    sides = ",\n".join(
        f"{side}.{column} as {column}_{side[0]}" for side in ("left_side", "right_side") for column in columns
    )
    levels = ",\n".join(f"{level_of(item)} as {item.name}_level" for item in COMPARISONS)
    parts = " || ', ' || ".join(_part(item, model) for item in COMPARISONS)
    nodes = frozen.nodes if frozen else con.execute("select count(distinct node) from comparable").fetchall()[0][0]
    prior = 1.0 / max(nodes, 2)
    opening = {"model_version": model.version, "prior": round(math.log2(prior / (1 - prior)), 6), "accept": ACCEPT}
    con.execute(
        f"""
        create table review_evidence as
        with pair as (

            select review.left_record, review.right_record, {sides}
            from review
            inner join review_side as left_side on review.left_record = left_side.record
            inner join review_side as right_side on review.right_record = right_side.record

        ),

        levelled as (

            select *, {levels} from pair

        )

        select
            left_record,
            right_record,
            encode(chr(1) || {_text(json.dumps(opening)[:-1] + ', "parts": [')} || {parts} || ']}}') as evidence
        from levelled
        order by left_record, right_record
        """
    )


# A record that no link was looked for is laid out as those that were; see `links`.
_SIDES = """
create temp table review_side as
with wanted as (

    select left_record as record from review
    union
    select right_record as record from review

)

select comparable.*
from comparable
inner join wanted on comparable.record = wanted.record

union all by name

select
    features.* exclude (feed, ssn, near, places, place_parts, postal_codes, cities),
    node.node,
    coalesce(owned_ssn.ssn, node_ssn.ssn) as ssn,
    coalesce(near_ssn.near, []) as near,
    coalesce(node_place.places, []) as places,
    coalesce(node_place.place_parts, []) as place_parts,
    coalesce(node_place.postal_codes, []) as postal_codes,
    coalesce(node_place.cities, []) as cities
from features
inner join wanted on features.record = wanted.record
inner join node on features.record = node.record
left join owned_ssn on features.record = owned_ssn.record
left join node_ssn on node.node = node_ssn.node
left join near_ssn on coalesce(owned_ssn.ssn, node_ssn.ssn) = near_ssn.ssn
left join node_place on node.node = node_place.node
where not exists (select 1 from comparable where comparable.record = features.record);
"""


def _count_values(con: duckdb.DuckDBPyConnection, frozen: Frozen | None) -> None:
    """Table `value_share` (name, value, share): how common the values are that are weighed by it."""
    if frozen:
        parts = (
            f"select '{name}' as name, {name} as value, tf_{name} as share from {table} "
            f"where {name} in (select {name} from review_side)"
            for name, table in frozen.frequencies.items()
        )
        con.execute("create temp table value_share as " + "\nunion all\n".join(parts))
        return
    names = sorted({level.term_frequency for item in COMPARISONS for level in item.levels if level.term_frequency})
    con.execute(
        "create temp table value_share as "
        + "\nunion all\n".join(
            f"""
            select
                '{name}' as name,
                {name} as value,
                count(*)::double / (select count({name}) from comparable) as share
            from comparable
            where {name} in (select {name} from review_side)
            group by {name}
            """
            for name in names
        )
    )


def _part(comparison: Comparison, model: Model) -> str:
    """SQL for the JSON of one comparison, chosen by its level."""
    branches = "\n".join(f"when '{level.key}' then {_branch(comparison, level, model)}" for level in comparison.levels)
    return f"case {comparison.name}_level {branches} end"


def _branch(comparison: Comparison, level: Level, model: Model) -> str:
    says = SAYS.get((comparison.name, level.key), level.label)
    opening = json.dumps({"title": TITLES.get(comparison.name, comparison.name), "says": says})[:-2]
    weight, rarity = 0.0, "0.0"
    if not level.is_null:
        values = model.values[comparison.name][level.key]
        weight = math.log2(values["m"] / values["u"])
        if level.term_frequency:
            rarity = _rarity(comparison, level, model)
    rare, common = f"{rarity} > {TELLING} then ', a rare one'", f"{rarity} < -{TELLING} then ', a common one'"
    words = f"case when {rare} when {common} else '' end"
    number = f"printf('%.6f', {weight!r} + {rarity})"
    return f"""{_text(opening)} || {words} || '", "weight": ' || {number} || '}}'"""


def _rarity(comparison: Comparison, level: Level, model: Model) -> str:
    """SQL for the bits by which the shared value is rarer than values are on average (Splink's term frequency)."""
    exact = next(
        item for item in comparison.levels if item.term_frequency == level.term_frequency and item.key == "exact"
    )
    average = math.log2(model.values[comparison.name][exact.key]["u"])
    share = ", ".join(
        f"coalesce((select share from value_share where name = '{level.term_frequency}' "
        f"and value = {level.term_frequency}_{side}), 0)"
        for side in "lr"
    )
    return f"({average!r} - log2(greatest({share}, {level.rarest or 0.0!r})))"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
