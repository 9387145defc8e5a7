"""What Dagster loads: `dagster code-server start -m dagster_project.definitions`, or simply `make ui`."""

import dagster as dg

from dagster_project.defs import drops, intake, registry, reports, warehouse
from dagster_project.jobs import publish, take_in
from dagster_project.resources import warehouse_resource
from dagster_project.schedules import deliveries_due, quarter_ended
from dagster_project.sensors import arrivals

defs = dg.Definitions(
    assets=[*drops.assets, *intake.assets, *registry.assets, *warehouse.assets(), *reports.assets],
    jobs=[take_in, publish],
    schedules=[deliveries_due, quarter_ended],
    sensors=[arrivals],
    resources={"warehouse": warehouse_resource},
    executor=dg.in_process_executor,
)
