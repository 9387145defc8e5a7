"""Refreshes as partitions: one a quarter, from the first history to far ahead, known without a database."""

import dagster as dg

from p20w.pipeline import calendar

refreshes = dg.StaticPartitionsDefinition(calendar.labels())


def window(context: dg.AssetExecutionContext) -> dict[str, calendar.date]:
    """First and last delivery day of the partitions a run is about; history is one run over many."""
    keys = context.partition_key_range
    return {
        "delivered_from": calendar.first_day(keys.start),
        "delivered_to": calendar.cutoff(keys.end),
    }
