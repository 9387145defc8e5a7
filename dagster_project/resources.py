"""The warehouse as Dagster's resource: opened from the environment, or handed in by whoever starts a job."""

import dagster as dg

from p20w.database import Warehouse
from p20w.settings import Settings

# A parameter of this type in an asset receives the resource called `warehouse`.
OpenWarehouse = dg.ResourceParam[Warehouse]


@dg.resource(description="The warehouse of the settings in the environment (P20W_*).")
def warehouse_resource(_: dg.InitResourceContext) -> Warehouse:
    """Open it; the embedded server is started when no other is configured."""
    return Warehouse.open(Settings.load())
