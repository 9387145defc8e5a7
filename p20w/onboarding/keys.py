"""Candidate keys: the smallest sets of columns that tell the records of a sample apart.

Here: counting, over columns that can stand in a key. Not here: which ones can (`draft`).
"""

from collections.abc import Sequence

import polars as pl

NEARLY_ALL = 0.99
"""Share of records that a key tells apart; agencies send some twice."""
_MOST_COLUMNS = 4
_MOST_SETS = 400
_KEPT_SETS = 40
_SHOWN = 3


def candidate_keys(values: pl.DataFrame, usable: Sequence[str]) -> list[tuple[str, ...]]:
    """Smallest sets of columns, of up to four, that tell nearly all records apart and are hardly ever blank.

    Records that repeat another wholly count once. Sets of columns that come first in the file come first.

    Args:
        values: one column a field, blank as null.
        usable: columns that can stand in a key, in the order of the file.
    """
    records = values.unique()
    enough = NEARLY_ALL * records.height
    usable = [c for c in usable if records[c].null_count() <= records.height - enough and records[c].n_unique() > 1]
    level: list[tuple[str, ...]] = [()]
    for _ in range(_MOST_COLUMNS):
        wider = [(*chosen, c) for chosen in level for c in usable if c not in chosen]
        sets = list(dict.fromkeys(tuple(sorted(chosen, key=usable.index)) for chosen in wider))[:_MOST_SETS]
        told = {chosen: records.select(pl.struct(chosen).n_unique()).item() for chosen in sets}
        if found := [chosen for chosen in sets if told[chosen] >= enough]:
            return found[:_SHOWN]
        level = sorted(sets, key=lambda chosen: -told[chosen])[:_KEPT_SETS]
    return []
