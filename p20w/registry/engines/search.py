"""What an engine is asked to weigh, and the one call of Splink that all engines make.

Here: the request, the form of the answer. Not here: how tables reach an engine and come back (`on_duckdb`, `on_spark`).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from splink import Linker

from splink_models import Model


@dataclass(frozen=True)
class Search:
    """Pairs to be weighed, from tables of the workshop with the columns of `splink_models.features` and `node`.

    The answer is table `target` (record_l, record_r, match_weight, match_probability), one row a pair at or above
    `at_least` bits, the smaller record first, in order of the records.
    """

    model: Model
    expected: int
    """Records, or groups already joined, in the whole registry: the prior (`Model.settings`)."""
    at_least: float
    records: str = "comparable"
    """Compared with one another."""
    frequencies: Mapping[str, str] | None = None
    """Column -> table (<column>, tf_<column>) of how common its values are; None counts them in `records`."""
    target: str = "scored"


def predict(api: Any, search: Search, table: Callable[[str], Any]) -> Any:
    """Have Splink weigh the pairs of a search.

    Args:
        api: Splink's database interface of the engine.
        search: what is asked.
        table: from the name of a table in the workshop to something that `api` can register.

    Returns:
        Splink's handle to the pairs.
    """
    records = api.register(table(search.records))
    settings = search.model.settings(search.expected, apart="node")
    linker = Linker(records, settings, log_level=logging.ERROR, validate_settings=False)
    for column, counted in (search.frequencies or {}).items():
        linker.table_management.register_term_frequency_lookup(api.register(table(counted)), column)
    if search.frequencies:
        return linker.inference.predict_within(records, threshold_match_weight=search.at_least)
    return linker.inference.predict(threshold_match_weight=search.at_least)


def answer(pairs: str) -> str:
    """SQL (DuckDB) for the answer out of `pairs`, a table or a function that reads one.

    Engines add in different orders, so that weights differ in the 15th digit. Rounded to the six decimals that
    trained values are good for, what is equal in one engine is equal in all, and ties are broken alike.
    """
    return f"""
    select
        least(record_l, record_r) as record_l,
        greatest(record_l, record_r) as record_r,
        round(match_weight, 6) as match_weight,
        1 / (1 + power(2, -round(match_weight, 6))) as match_probability
    from {pairs}
    order by record_l, record_r
    """
