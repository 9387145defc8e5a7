"""Whether somebody still reads the server's log of statements into the access log.

Here: when it was last read, and when that is too long ago. Not here: reading it (`collecting`), which may happen on
another machine or in another container.
"""

from datetime import timedelta

from p20w.database import Warehouse
from p20w.database.described import logins
from p20w.database.roles import lacks_recording

LONGEST = timedelta(days=2)
"""Reading every night leaves a day's statements, and may fail once."""


def overdue(warehouse: Warehouse) -> str | None:
    """A sentence where statements are recorded and have not been read for long; asked as the role `report`."""
    with warehouse.connect("report") as connection:
        if any(lacks_recording(connection, login.role) for login in logins() if login.is_recorded):
            return None
        read_at, is_late = connection.execute(_LAST, (LONGEST,)).fetchall()[0]
    if not is_late:
        return None
    return (
        f"The server's log of statements was last read on {read_at:%Y-%m-%d}. Until it is, statements lie there with "
        "their values and fill the disk. Run: p20w audit collect (in containers see: docker compose logs collector)"
    )


_LAST = "select max(read_at), max(read_at) < clock_timestamp() - %s from governance.access_reading"
