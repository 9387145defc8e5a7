"""What each stage of a refresh did and how long it took (`governance.stage_run`).

Here: the record that the table at the end of a refresh and the board's report are made of. Not here: gates.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg

from p20w.database import Role, Warehouse

# The order in which a refresh goes through them.
STAGES = ("intake", "registry", "core", "marts", "report")


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


def record_arrivals(connection: psycopg.Connection, refresh_id: int) -> None:
    """Keep what was taken in since the refresh before: the figures of stage `intake`.

    From the first arrival to the last acceptance; drops may have come over weeks. The caller commits.
    """
    connection.execute(
        """
        with arrived as (
            select *
            from governance.drop
            where status in ('accepted', 'superseded', 'rejected')
                and received_at > (
                    select coalesce(max(started_at), '-infinity')
                    from governance.refresh
                    where refresh_id < %(refresh)s
                )
        ),

        figures as (
            select
                coalesce(min(received_at), clock_timestamp()) as started_at,
                coalesce(max(accepted_at), clock_timestamp()) as finished_at,
                jsonb_build_object(
                    'drops', count(*),
                    'drops_refused', count(*) filter (where status = 'rejected'),
                    'lines_in', coalesce(sum(lines_total), 0),
                    'lines_accepted', coalesce(sum(lines_accepted), 0),
                    'lines_quarantined', coalesce(sum(lines_quarantined), 0)
                ) as figures
            from arrived
        )

        insert into governance.stage_run (refresh_id, stage, started_at, finished_at, figures)
        select %(refresh)s, 'intake', started_at, finished_at, figures from figures
        on conflict (refresh_id, stage) do update set
            started_at = excluded.started_at, finished_at = excluded.finished_at, figures = excluded.figures
        """,
        {"refresh": refresh_id},
    )


def summary(connection: psycopg.Connection, refresh_id: int) -> dict[str, dict[str, Any]]:
    """Figures of each stage of a refresh, with `seconds`, `gates_run` and `gates_passed`, in order."""
    gates = dict[str, tuple[int, int]]()
    for gate, ran, passed in connection.execute(
        """
        with judged as (
            select distinct on (gate, scope) gate, scope, passed
            from governance.gate_run
            where finished_at is not null
                and (
                    refresh_id = %(refresh)s
                    or (
                        gate in ('drop', 'intake')
                        and started_at > (
                            select coalesce(max(finished_at), '-infinity')
                            from governance.refresh
                            where refresh_id < %(refresh)s
                        )
                    )
                )
            order by gate, scope, gate_run_id desc
        )

        select gate, count(*), count(*) filter (where passed) from judged group by gate
        """,
        {"refresh": refresh_id},
    ):
        stage_name = "intake" if gate == "drop" else gate
        earlier = gates.get(stage_name, (0, 0))
        gates[stage_name] = (earlier[0] + ran, earlier[1] + passed)
    rows = connection.execute(
        """
        select stage, figures, extract(epoch from finished_at - started_at)::float
        from governance.stage_run
        where refresh_id = %s
        """,
        (refresh_id,),
    ).fetchall()
    found = {row[0]: {**row[1], "seconds": row[2]} for row in rows}
    return {
        name: {"gates_run": gates.get(name, (0, 0))[0], "gates_passed": gates.get(name, (0, 0))[1], **found[name]}
        for name in STAGES
        if name in found
    }
