"""What each stage of a refresh did and how long it took (`governance.stage_run`).

Here: the record that the table at the end of a refresh and the board's report are made of. Not here: gates.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from p20w.database import Role, Warehouse

# The order in which a refresh goes through them.
STAGES = ("drops", "intake", "registry", "core", "marts", "report")


@contextmanager
def stage(warehouse: Warehouse, role: Role, refresh_id: int, name: str) -> Generator[dict[str, Any]]:
    """Time a stage and keep the figures put into the yielded dict (counts and names of things, no values).

    A stage that raises leaves its row without `finished_at`.
    """
    figures: dict[str, Any] = {}
    with warehouse.connect(role, autocommit=True) as connection:
        connection.execute(
            """
            insert into governance.stage_run (refresh_id, stage, started_at) values (%s, %s, clock_timestamp())
            on conflict (refresh_id, stage) do update set
                started_at = excluded.started_at, finished_at = null, figures = '{}'
            """,
            (refresh_id, name),
        )
    yield figures
    with warehouse.connect(role, autocommit=True) as connection:
        connection.execute(
            """
            update governance.stage_run set finished_at = clock_timestamp(), figures = %s
            where refresh_id = %s and stage = %s
            """,
            (json.dumps(figures, default=str), refresh_id, name),
        )
