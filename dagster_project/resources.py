"""The warehouse as Dagster's resource: opened from the environment, or handed in by whoever starts a job."""

import dagster as dg

from p20w.database import Warehouse
from p20w.settings import Settings

# A parameter of this type in an asset receives what the resource called `warehouse` makes.
OpenWarehouse = dg.ResourceParam[Warehouse]


class WarehouseOfSettings(dg.ConfigurableResource[Warehouse]):
    """The warehouse of the settings in the environment (P20W_*).

    Nothing is configured in Dagster, which would store it.
    """

    def create_resource(self, context: dg.InitResourceContext) -> Warehouse:
        """Open it; the embedded server is started when no other is configured."""
        return Warehouse.open(Settings.load())
