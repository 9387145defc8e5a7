"""Arrivals: drops in the folder that nobody has looked at yet start `take_in` for their quarter."""

import json

import dagster as dg

from dagster_project.jobs import take_in
from dagster_project.resources import OpenWarehouse
from p20w.pipeline import calendar


@dg.sensor(job=take_in, minimum_interval_seconds=300)
def arrivals(context: dg.SensorEvaluationContext, warehouse: OpenWarehouse) -> dg.SensorResult | dg.SkipReason:
    """One run for each quarter with new drops, named by their content: the same files never start two runs.

    The cursor holds the contents already asked for, so that a drop that keeps waiting (its run failed, or
    another writer is busy) is told about and not asked for again every few minutes.
    """
    from p20w.intake import pending

    waiting = list(pending(warehouse, warehouse.settings))
    if not waiting:
        return dg.SkipReason(f"No drop is waiting in {warehouse.settings.drops}.")
    asked: set[str] = set(json.loads(context.cursor or "[]"))
    fresh = [drop for drop in waiting if drop.mark not in asked]
    if not fresh:
        names = ", ".join(drop.scope for drop in waiting[:5])
        return dg.SkipReason(f"{len(waiting)} drops wait for a run that was already asked for: {names}.")
    quarters: dict[str, list[str]] = {}
    for drop in fresh:
        quarters.setdefault(calendar.label_of(drop.delivered_on), []).append(drop.mark)
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(run_key=f"{quarter}:{','.join(sorted(hashes))[:200]}", partition_key=quarter)
            for quarter, hashes in sorted(quarters.items())
        ],
        cursor=json.dumps(sorted({drop.mark for drop in waiting})),
    )
