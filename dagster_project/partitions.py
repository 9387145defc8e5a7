"""Refreshes as partitions: one a quarter, from the first history to far ahead, known without a database."""

from datetime import date
from typing import TypedDict

import dagster as dg

from p20w.pipeline import calendar

refreshes = dg.StaticPartitionsDefinition(calendar.labels())


class Window(TypedDict):
    """The days of delivery that a run is about, both included."""

    delivered_from: date
    delivered_to: date


def window(context: dg.AssetExecutionContext) -> Window:
    """First and last delivery day of the partitions a run is about; history is one run over many."""
    keys = context.partition_key_range
    return {
        "delivered_from": calendar.first_day(keys.start),
        "delivered_to": calendar.cutoff(keys.end),
    }
