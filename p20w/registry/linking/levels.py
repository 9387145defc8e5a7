"""Pairs of records side by side, with the level that each comparison finds.

Here: SQL over table `compared`. Not here: the levels (`splink_models.comparisons`, `splink_models.levels`), scoring
candidate pairs, which is Splink's work (`scores`).
"""

from splink_models.comparisons import COMPARISONS
from splink_models.levels import gamma_of

COLUMNS = (
    *("first", "first_forms", "first_sound", "middle", "last", "last_whole", "last_parts", "last_sound"),
    *("birth_text", "birth_year", "sex", "suffix", "places", "place_parts", "postal_codes", "cities", "employers"),
    *("ssn", "near", "remainders", "is_ssn_lent", "lent_parts", "source", "id_space", "drops", "feed"),
)
"""Columns of `compared` that conditions of levels read, suffixed `_l` and `_r`."""

GAMMAS = tuple(f"gamma_{item.name}" for item in COMPARISONS)
"""What Splink calls the columns that say which level each comparison found."""


def beside(pairs: str) -> str:
    """Query for the pairs of a table (left_record, right_record) with the columns of both sides, `_l` and `_r`."""
    sides = ", ".join(f"{side}.{name} as {name}_{side[0]}" for side in ("left_side", "right_side") for name in COLUMNS)
    return f"""
        select pair.*, {sides}
        from {pairs} as pair
        inner join compared as left_side on pair.left_record = left_side.record
        inner join compared as right_side on pair.right_record = right_side.record
    """


def pairs_with_levels(pairs: str, also: str = "") -> str:
    """Query for left_record, right_record, what `also` names, and the level of each comparison.

    Args:
        pairs: a table with left_record and right_record.
        also: further columns of `pairs` to keep, each followed by a comma.
    """
    gammas = ", ".join(f"{gamma_of(item)} as gamma_{item.name}" for item in COMPARISONS)
    return f"select left_record, right_record, {also} {gammas} from ({beside(pairs)}) as beside"
