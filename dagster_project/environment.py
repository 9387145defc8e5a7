"""What Dagster needs around it: a private folder with its settings, and where its storage is.

Here: the environment of Dagster's processes, for the command line and for jobs run in process. Not here: anything
that needs Dagster imported.
"""

from __future__ import annotations

import shutil

from p20w.database import Warehouse
from p20w.settings import Settings


def environment(settings: Settings, warehouse: Warehouse) -> dict[str, str]:
    """Environment variables for Dagster's processes; makes its folder (`home/dagster`) on the way.

    The same `dagster.yaml` serves the embedded server, a configured one and the containers: it takes the URL
    of its storage, a database apart from the warehouse, from the environment.
    """
    home = settings.private_folder("dagster")
    shutil.copyfile(settings.project / "dagster_project" / "dagster.yaml", home / "dagster.yaml")
    return {
        "DAGSTER_HOME": str(home),
        "P20W_DAGSTER_URL": storage_url(warehouse),
        "DAGSTER_EVENT_BATCH_SIZE": "1000",
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
    }


def storage_url(warehouse: Warehouse) -> str:
    """URL of Dagster's storage, with the driver its storage is written for.

    Without a driver in the URL SQLAlchemy 2.1 takes psycopg 3, which rejects Dagster's `notify` with parameters.
    """
    return warehouse.dagster_url().replace("postgresql://", "postgresql+psycopg2://", 1)
