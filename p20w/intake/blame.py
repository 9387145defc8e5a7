"""Who is to blame when an error ends the work on one drop: the drop, or the machine and the database under it.

Here: the one rule by which a drop is refused while others go on, or everything stops and no drop is refused. Not here:
faults of drops that are foreseen (`inspection`), what is said of an error (`p20w.plain_errors`).
"""

import psycopg
from polars.exceptions import PanicException

from p20w.intake.near_worker import WorkerEnded
from p20w.intake.sources import SourceError
from p20w.plain_errors import is_ours

ERRORS = (Exception, PanicException)
"""What work on a drop may raise. A panic of Polars is no `Exception`, and still comes from the data."""

_DATA = ("22", "23", "54")  # data exception, integrity constraint, program limit (such as a value too long to index)


def stops_everything(error: BaseException) -> bool:
    """Whether an error is none of the drop: the disk, memory, the database, a worker, or our own set-up failed.

    Whoever asks raises it then, and no drop is refused for it.
    """
    if isinstance(error, psycopg.Error):
        code = error.sqlstate
        return not (code.startswith(_DATA) if code else isinstance(error, psycopg.DataError))
    if isinstance(error, SourceError):
        return False
    return isinstance(error, (OSError, MemoryError, WorkerEnded)) or is_ours(error)
