"""Who sits at the desk: the steward's login, and the reviewer's name.

Here: opening the one connection the desk works with. Not here: what is asked through it.
"""

import getpass
from collections.abc import Generator
from contextlib import contextmanager

import psycopg

from p20w.database import Warehouse
from p20w.database.roles import login

LONGEST_NAME = 60


class NotASteward(RuntimeError):
    """The login may do more, or less, than a steward."""


class NoReviewer(ValueError):
    """A verdict needs the name of who gives it."""


@contextmanager
def steward(warehouse: Warehouse) -> Generator[psycopg.Connection]:
    """A connection of the steward, each statement its own transaction; errors as of `demand_steward`."""
    with warehouse.connect("steward", autocommit=True) as connection:
        demand_steward(connection)
        yield connection


def demand_steward(connection: psycopg.Connection) -> None:
    """Refuse every login but the steward's own: whoever may read more would leave no trace.

    Raises:
        NotASteward: it is another role's, or has been given too much.
    """
    row = connection.execute(
        "select rolname, rolsuper, has_schema_privilege('vault', 'usage') from pg_roles where rolname = session_user"
    ).fetchone()
    if row != (login("steward"), False, False):
        raise NotASteward(
            "The review desk opens for the steward's login only, which can read no table of the vault.\n"
            "Use the password of p20w_steward, and have an administrator take other privileges from it."
        )


def reviewer_name(given: str | None) -> str:
    """The name under which verdicts are kept: as given, or the system user's.

    Raises:
        NoReviewer: it is empty, too long or not printable.
    """
    name = (given if given is not None else getpass.getuser()).strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise NoReviewer(f"A reviewer's name has 1 to {LONGEST_NAME} printable characters. Set it with --reviewer.")
    return name
