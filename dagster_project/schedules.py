"""The delivery calendar of the contracts as a schedule."""

from datetime import timedelta

import dagster as dg

from dagster_project.jobs import take_in
from dagster_project.resources import OpenWarehouse
from p20w.contracts import load_contracts
from p20w.governance import calendar, deliveries


@dg.schedule(job=take_in, cron_schedule="0 6 * * *", execution_timezone="UTC")
def deliveries_due(context: dg.ScheduleEvaluationContext, warehouse: OpenWarehouse) -> dg.RunRequest | dg.SkipReason:
    """The morning after a delivery was due, look for it; on other days say what is due next."""
    yesterday = context.scheduled_execution_time.date() - timedelta(days=1)
    contracts = load_contracts(warehouse.settings.contracts)
    due = deliveries.due_on(contracts, yesterday)
    if due:
        names = ", ".join(f"{feed} {period}" for feed, period in due)
        return dg.RunRequest(
            run_key=f"due {yesterday}",
            partition_key=calendar.label_of(yesterday),
            tags={"p20w/due": names},
        )
    following = deliveries.next_due(contracts, yesterday)
    if following is None:
        return dg.SkipReason("No contract expects a delivery in the year ahead.")
    feed, period, day = following
    return dg.SkipReason(f"Nothing was due yesterday. Next: {feed} {period}, due {day}.")
