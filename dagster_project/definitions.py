"""What Dagster loads: `dagster code-server start -m dagster_project.definitions`, or simply `make ui`."""

import dagster as dg

from dagster_project.defs import intake, registry, reports, warehouse
from dagster_project.feeds import feeds_of
from dagster_project.jobs import publish, take_in
from dagster_project.resources import WarehouseOfSettings
from dagster_project.schedules import deliveries_due, quarter_ended
from dagster_project.sensors import arrivals, news
from p20w.settings import Settings


def definitions(settings: Settings) -> dg.Definitions:
    """Every asset, check, job, schedule, sensor and resource, as contracts and dbt's models ask for them."""
    feeds = feeds_of(settings.contracts)
    return dg.Definitions(
        assets=[
            intake.taken_in(feeds),
            registry.refresh(feeds),
            registry.assignment,
            *warehouse.assets(settings),
            reports.board_report,
        ],
        jobs=[take_in, publish],
        schedules=[deliveries_due, quarter_ended],
        sensors=[arrivals, news],
        resources={"warehouse": WarehouseOfSettings()},
        executor=dg.in_process_executor,
    )


defs = definitions(Settings.load())
