"""SQL that says how two records agree, from the same levels the model weighs.

Here: turning a comparison's levels into one case expression. Not here: the levels (`splink_models.comparisons`),
what agreement is enough for what (`tiers`, `links`).
"""

from collections.abc import Sequence

from splink_models.comparisons import BIRTH, FIRST, LAST, Comparison, in_dialect

PAIR_COLUMNS = (
    *("first", "first_forms", "first_sound", "middle", "last", "last_whole", "last_parts", "last_sound"),
    *("birth_text", "birth_year", "sex", "suffix"),
)
"""Columns of `features` that the agreement expressions read, suffixed `_l` and `_r`."""


def level_of(comparison: Comparison) -> str:
    """SQL for the key of the first level that holds, over columns suffixed `_l` and `_r`."""
    branches = "\n".join(
        f"    when {in_dialect(level.condition, 'duckdb')} then '{level.key}'"
        for level in comparison.levels
        if level.condition != "ELSE"
    )
    return f"case\n{branches}\n    else 'other'\nend"


def pair_columns(left: str, right: str, columns: Sequence[str] = PAIR_COLUMNS) -> str:
    """Select list that lays two rows side by side."""
    sides = ((left, "l"), (right, "r"))
    return ",\n    ".join(f"{alias}.{column} as {column}_{side}" for alias, side in sides for column in columns)


LEVELS = f"""
    {level_of(FIRST)} as first_level,
    {level_of(LAST)} as last_level,
    {level_of(BIRTH)} as birth_level
"""
"""Select list: how the names and birth dates of a pair agree."""
