"""Become a Dagster process with the environment it needs: `deploy/entrypoint.py dagster-webserver --port 3000 …`.

Here: what containers start, and what runs the same processes without them. The URL of Dagster's storage is put
together from the password file here, so that it stands in no compose file and in no container's configuration.
Not here: what the environment is (dagster_project.environment).
"""

import os
import sys

from dagster_project.environment import environment
from p20w.database import Warehouse
from p20w.settings import Settings

if __name__ == "__main__":
    settings = Settings.load()
    os.environ.update(environment(settings, Warehouse.open(settings)))
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606  # no shell is what we want
