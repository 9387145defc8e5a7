"""Candidate keys: the smallest sets of columns that tell the records of a sample apart.

Here: counting, over columns that can stand in a key. Not here: which ones can (`draft`).
"""

from collections.abc import Sequence

import polars as pl

NEARLY_ALL = 0.99
"""Share of records that a key tells apart; agencies send some twice."""
_MOST_COLUMNS = 6
_MOST_SETS = 400
_KEPT_SETS = 40
_SHOWN = 3
_PROBED = 20_000  # records among which sets are tried; those that hold there are tried among all


def candidate_keys(values: pl.DataFrame, usable: Sequence[str]) -> list[tuple[str, ...]]:
    """Smallest sets of columns, of up to six, that tell nearly all records apart and are hardly ever blank.

    Records that repeat another wholly count once. Sets of columns that come first in the file come first.

    Args:
        values: one column a field, blank as null.
        usable: columns that can stand in a key, in the order of the file.
    """
    records = values.unique(maintain_order=True)
    enough = NEARLY_ALL * records.height
    usable = [c for c in usable if records[c].null_count() <= records.height - enough and records[c].n_unique() > 1]
    probe = records.head(_PROBED)
    codes = {column: _numbered(probe[column]) for column in usable}
    level: list[tuple[tuple[str, ...], pl.Series]] = [((), pl.repeat(0, probe.height, dtype=pl.Int64, eager=True))]
    for _ in range(_MOST_COLUMNS):
        wider = {
            tuple(sorted((*chosen, column), key=usable.index)): numbers * (probe.height + 1) + codes[column]
            for chosen, numbers in level
            for column in usable
            if column not in chosen
        }
        told = {chosen: wider[chosen].n_unique() for chosen in list(wider)[:_MOST_SETS]}
        likely = [chosen for chosen, count in told.items() if count >= NEARLY_ALL * probe.height]
        if found := [chosen for chosen in likely if records.select(chosen).n_unique() >= enough]:
            return found[:_SHOWN]
        kept = sorted(told, key=lambda chosen: -told[chosen])[:_KEPT_SETS]
        level = [(chosen, _numbered(wider[chosen])) for chosen in kept]
    return []


def _numbered(values: pl.Series) -> pl.Series:
    """The same number for the same value, 0 for none."""
    return values.rank("dense").cast(pl.Int64).fill_null(0)
