"""The engines that weigh pairs of records, behind one function each.

Here: choosing the engine an installation asks for. What is compared and how much it weighs is the same for all of
them (`splink_models`), and so is everything that follows. Not here: which records are compared (`links`), which
links are followed.
"""

from collections.abc import Callable
from functools import partial

import duckdb

from p20w.registry.linking.engines.search import Search
from p20w.settings import Settings

__all__ = ["Engine", "Search", "engine_of"]

Engine = Callable[[duckdb.DuckDBPyConnection, Search], None]
"""Makes the table of scored pairs that a search asks for; see `search.Search`."""


def engine_of(settings: Settings) -> Engine:
    """The engine of an installation (`P20W_LINKAGE_BACKEND`)."""
    if settings.linkage_backend == "spark":
        from p20w.registry.linking.engines import on_spark

        return partial(on_spark.weigh, settings)
    from p20w.registry.linking.engines import on_duckdb

    return on_duckdb.weigh
