"""Take a drop out of force: an agency says that a file should never have come.

Here: the drop's status, on record. Not here: what follows from it; the next refresh leaves the drop's lines out of
facts and undoes what its identities did in the registry.

Lines and identities stay where they are (an earlier vintage may have been built on them) until they are purged
(`p20w.governance.retention`).
"""

import getpass
from dataclasses import dataclass

import psycopg

from p20w.database import Warehouse
from p20w.database.errors import WRONG_STATE


class NotActive(LookupError):
    """No such drop is active, so there is nothing to withdraw."""


@dataclass(frozen=True)
class Withdrawal:
    """A drop that is no longer active, and the submission that is again (None: the period is left without)."""

    scope: str
    restored_submission: int | None


def withdraw(warehouse: Warehouse, scope: str, reason: str) -> Withdrawal:
    """Withdraw an active drop; the submission it superseded, if there is one, is active again.

    Args:
        warehouse: the caller is its one writer; written to as role `intake`.
        scope: `<feed>/<period>/<submission>`.
        reason: why, in words of the agency or the steward; nothing about a person.

    Raises:
        NotActive: the drop is unknown, refused, superseded or withdrawn already.
    """
    with warehouse.connect("intake") as connection:
        said = (scope, reason, getpass.getuser())
        try:
            ((restored,),) = connection.execute("select governance.withdraw_drop(%s, %s, %s)", said).fetchall()
        except psycopg.Error as error:
            if error.sqlstate != WRONG_STATE:
                raise
        else:
            connection.commit()
            return Withdrawal(scope, restored)
    raise NotActive(
        f"{scope} is not active, so nothing was changed. Write it like ui_wage/2024Q3/1; "
        "see which are: p20w drops status --all"
    )
