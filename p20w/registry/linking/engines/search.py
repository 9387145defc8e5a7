"""What an engine is asked to weigh, and the one call of Splink that all engines make.

Here: the request, the form of the answer. Not here: how tables reach an engine and come back (`on_duckdb`, `on_spark`).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from splink import Linker

from p20w.registry.linking.levels import GAMMAS
from splink_models import Model
from splink_models.comparisons import COMPARISONS, TERMS
from splink_models.model import level_told_by

HOPELESS = -12.0
"""Bits against strangers below which a candidate pair is forgotten, unless it agrees on a number: it would join nobody,
and the evidence against it is no more than against any two people."""


@dataclass(frozen=True)
class Search:
    """Candidate pairs to be weighed against strangers, from table `compared` and the terms.

    The answer is table `predicted` (record_l, record_r, stranger_weight, gamma_<comparison>), one row a candidate pair
    that is not hopeless, the smaller record first.
    """

    model: Model
    expected: int
    """Records of the whole registry: the prior (`Model.settings`)."""
    every_pair: bool = False
    """Of a few records: every pair, though no rule may find it, and though it may be hopeless."""


def predict(api: Any, search: Search, table: Callable[[str], Any]) -> Any:
    """Have Splink weigh the pairs of a search.

    Args:
        api: Splink's database interface of the engine.
        search: what is asked.
        table: from the name of a table in the scratch database to something that `api` can register.

    Returns:
        Splink's handle to the pairs.
    """
    records = api.register(table("compared"))
    settings = search.model.settings(search.expected)
    linker = Linker(records, settings, log_level=logging.ERROR, validate_settings=False)
    for term in TERMS:
        linker.table_management.register_term_frequency_lookup(api.register(table(f"term_{term}")), term)
    if search.every_pair:
        return linker.inference.predict_within(records, blocking_rules_to_generate_predictions=["1 = 1"])
    return linker.inference.predict_within(records)


WEIGHTS = tuple(f"mw_{item.name}" for item in COMPARISONS)

COLUMNS = ("record_l", "record_r", "match_weight", *WEIGHTS)
"""Of Splink's pairs, what an answer is made of."""


def answer(pairs: str, search: Search) -> str:
    """SQL (DuckDB) for the answer to `search` out of `pairs`, a table or a function that reads one."""
    gammas = ", ".join(
        f"if({weight} = 0, -1, {level_told_by(weight)})::tinyint as {gamma}"
        for gamma, weight in zip(GAMMAS, WEIGHTS, strict=True)
    )
    return f"""
    create table predicted as
    select
        least(record_l, record_r) as record_l,
        greatest(record_l, record_r) as record_r,
        match_weight as stranger_weight,
        {gammas}
    from {pairs}
    where {search.every_pair} or match_weight >= {HOPELESS} or gamma_ssn > 0 or gamma_agency_id > 1
    """
