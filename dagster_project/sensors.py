"""Arrivals: drops in the folder that nobody has looked at yet start `take_in` for their quarter. News: alerts."""

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


@dg.sensor(minimum_interval_seconds=600)
def news(context: dg.SensorEvaluationContext, warehouse: OpenWarehouse) -> dg.SkipReason:
    """Tell by e-mail or webhook what was refused, is late or missing, and which gates closed; starts no run."""
    from p20w.alerts import send_news

    if not warehouse.settings.alert_channels:
        return dg.SkipReason("Alerts are off (docs/ops/alerts.md).")
    sent = send_news(warehouse, warehouse.settings)
    for warning in sent.warnings:
        context.log.warning(warning)
    told = ", ".join(f"{count} by {channel}" for channel, count in sent.told.items())
    return dg.SkipReason(f"Told: {told or 'nothing'}." + "".join(f" {warning}" for warning in sent.warnings))
