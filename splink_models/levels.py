"""SQL (DuckDB) that says which level of a comparison a pair is on.

Here: from two records side by side, and from the numbers that Splink gives to levels. Not here: the levels
(`comparisons`), what they weigh (`model`), laying records side by side (`p20w.registry.linking.levels`).
"""

from collections.abc import Callable

from splink_models.comparisons import Comparison, Level, in_dialect


def key_of(comparison: Comparison) -> str:
    """SQL for the key of the first level that holds, over columns suffixed `_l` and `_r`."""
    return f"case {_branches(comparison, lambda level: repr(level.key))} else 'other' end"


def gamma_of(comparison: Comparison) -> str:
    """SQL for the number of the first level that holds; Splink gives one number to all levels without weight."""
    return f"case {_branches(comparison, lambda level: comparison.gamma(level.key))} else 0 end"


def is_level(comparison: Comparison, *keys: str) -> str:
    """SQL for whether a pair of `scored` agrees in one of these ways."""
    numbers = ", ".join(str(comparison.gamma(key)) for key in keys)
    return f"coalesce(scored.gamma_{comparison.name} in ({numbers}), false)"


def _branches(comparison: Comparison, value: Callable[[Level], object]) -> str:
    return " ".join(
        f"when {in_dialect(level.condition, 'duckdb')} then {value(level)}"
        for level in comparison.levels
        if level.condition != "ELSE"
    )
