"""When to look and when to publish: the contracts' delivery calendar, and the end of each quarter."""

from datetime import timedelta

import dagster as dg

from dagster_project.jobs import publish, take_in
from dagster_project.resources import OpenWarehouse
from p20w.contracts import read_contracts
from p20w.pipeline import calendar, refreshes
from p20w.reports.deliveries import awaited


@dg.schedule(job=take_in, cron_schedule="0 6 * * *", execution_timezone="UTC")
def deliveries_due(context: dg.ScheduleEvaluationContext, warehouse: OpenWarehouse) -> dg.RunRequest | dg.SkipReason:
    """The morning after a delivery was due, look for it; on other days say what is due next."""
    contracts, broken = read_contracts(warehouse.settings.contracts)
    yesterday = context.scheduled_execution_time.date() - timedelta(days=1)
    ahead = awaited(contracts, cutoff=yesterday - timedelta(days=1), days=400)
    due = [f"{feed} {period}" for day, feed, period in ahead if day == yesterday]
    if due:
        return dg.RunRequest(
            run_key=f"due {yesterday}",
            partition_key=calendar.label_of(yesterday),
            tags={"p20w/due": ", ".join(due)},
        )
    if not ahead:
        return dg.SkipReason("No contract expects a delivery in the year ahead.")
    unread = f" Nothing is known of {', '.join(broken)}, whose contracts cannot be read." if broken else ""
    day, feed, period = ahead[0]
    return dg.SkipReason(f"Nothing was due yesterday. Next: {feed} {period}, due {day}.{unread}")


@dg.schedule(job=publish, cron_schedule="0 7 1 1,4,7,10 *", execution_timezone="UTC")
def quarter_ended(context: dg.ScheduleEvaluationContext, warehouse: OpenWarehouse) -> dg.RunRequest | dg.SkipReason:
    """The morning after a quarter has ended, publish what was delivered in it, if anything was."""
    with warehouse.connect("intake") as connection:
        if not refreshes.has_news(connection):
            return dg.SkipReason("The active drops, linkage model and verdicts are those of the last refresh.")
    return dg.RunRequest(run_key=f"quarter ended before {context.scheduled_execution_time.date()}")
