"""Whether statements of people's logins are recorded on a server, and where the server's log of them is.

Here: the one condition that everything else asks for. Not here: settings of logins (roles), reading the log
(`p20w.governance.access_log`).
"""

from pathlib import Path

import psycopg

from p20w.database import embedded
from p20w.database.server_settings import OF_RECORDING, RECORDED_SETTINGS
from p20w.settings import Settings


def log_folder(settings: Settings) -> Path | None:
    """Folder of the server's log of statements; None where it is not ours to read."""
    return embedded.locate(settings).statements if settings.server_url is None else settings.server_log


def is_recording(connection: psycopg.Connection, settings: Settings) -> bool:
    """Whether the server writes its log where we read it and nowhere else: only then may statements go into it."""
    if log_folder(settings) is None:
        return False
    names = ["log_destination", "logging_collector"]
    rows = connection.execute("select name, setting from pg_settings where name = any(%s)", (names,)).fetchall()
    return dict(rows) == {"log_destination": "csvlog", "logging_collector": "on"}


def session_options(connection: psycopg.Connection, settings: Settings) -> str:
    """Options of libpq that put one session of this login on record; none where that cannot be."""
    may = all(
        connection.execute("select has_parameter_privilege(%s, 'set')", (name,)).fetchone() == (True,)
        for name in OF_RECORDING
    )
    if not may or not is_recording(connection, settings):
        return ""
    return " ".join(f"-c {name}={RECORDED_SETTINGS[name]}" for name in OF_RECORDING)
