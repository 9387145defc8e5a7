"""How an asset enters the domain: as the one writer, with errors whose words may be kept.

Dagster stores messages and tracebacks of what goes wrong. Here is the one place that makes sure they hold no
value of a row: our own errors are told in their own words, others by class and place only.
"""

from collections.abc import Generator
from contextlib import contextmanager

import dagster as dg

from p20w.database import Warehouse
from p20w.plain_errors import describe
from p20w.progress import tell


@contextmanager
def doorway(warehouse: Warehouse, doing: str) -> Generator[None]:
    """Hold the writer's lock, tell what is being done, and turn an error into a plain `dg.Failure`.

    A failure is never retried by Dagster: a gate stays closed until someone acts, and a rerun is a new run.
    """
    try:
        with warehouse.writer(doing):
            tell(doing)
            yield
    except dg.Failure:
        raise
    except Exception as error:
        raise dg.Failure(description=describe(error), allow_retries=False) from None
