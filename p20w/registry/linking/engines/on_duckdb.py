"""Weigh pairs where the records are: in the scratch database's own engine."""

import duckdb
from splink import DuckDBAPI

from p20w.registry.linking.engines.search import Search, answer, predict


def weigh(con: duckdb.DuckDBPyConnection, search: Search) -> None:
    """Make table `predicted` (`search.Search`)."""
    pairs = predict(DuckDBAPI(con), search, str)
    con.execute(answer(pairs.physical_name, search))
    con.execute(f"drop table {pairs.physical_name}")
