"""Measure a candidate assignment: the figures that the registry gate judges.

Here: counts and shares over the scratch database. Not here: what figure is good enough (`expectations/registry`).
"""

import duckdb
import psycopg

from p20w.registry.inputs.naming import naming
from p20w.registry.statements import figures


def measure(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """Facts about the candidate, by name; counts and shares, nothing personal."""
    return figures(con, "persons/facts") | naming(con)


def recorded(connection: psycopg.Connection, refresh_id: int) -> dict[str, float]:
    """What was measured of a refresh's candidate, current or not."""
    query = "select fact, observed from registry.candidate_fact where refresh_id = %s"
    return dict(connection.execute(query, (refresh_id,)).fetchall())
