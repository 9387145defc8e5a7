"""Take a drop out of force: an agency says that a file should never have come.

Here: the drop's status, on record. Not here: what follows from it; the next refresh leaves the drop's lines out of
facts and undoes what its identities did in the registry.

Lines and identities stay where they are (an earlier vintage may have been built on them) until retention drops them.
"""

import getpass
import json
from dataclasses import dataclass

from p20w.database import Warehouse


class NotActive(LookupError):
    """No such drop is in force, so there is nothing to withdraw."""


@dataclass(frozen=True)
class Withdrawal:
    """A drop that is no longer in force, and the submission that is again (None: the period is left without)."""

    scope: str
    restored_submission: int | None


def withdraw(warehouse: Warehouse, scope: str, reason: str) -> Withdrawal:
    """Withdraw a drop that is in force; the submission it superseded, if there is one, is active again.

    Args:
        warehouse: the caller is its one writer; written to as role `intake`.
        scope: `<feed>/<period>/<submission>`.
        reason: why, in words of the agency or the steward; nothing about a person.

    Raises:
        NotActive: the drop is unknown, refused, superseded or withdrawn already.
    """
    with warehouse.connect("intake") as connection:
        row = connection.execute(
            """
            update governance.drop set status = 'withdrawn', reason_code = 'withdrawn', reason = %s
            where feed || '/' || period || '/' || submission = %s and status = 'accepted'
            returning feed, period
            """,
            (reason, scope),
        ).fetchone()
        if row is None:
            raise NotActive(
                f"{scope} is not active, so nothing was changed. Write it like ui_wage/2024Q3/1; "
                "see which are: p20w drops status --all"
            )
        restored = connection.execute(
            """
            update governance.drop set status = 'accepted'
            where drop_id = (
                select drop_id from governance.drop
                where feed = %s and period = %s and status = 'superseded'
                order by submission desc
                limit 1
            )
            returning submission
            """,
            row,
        ).fetchone()
        outcome = Withdrawal(scope, restored[0] if restored else None)
        connection.execute(
            "insert into governance.audit (action, subject) values ('drop withdrawn', %s)",
            (
                json.dumps(
                    {
                        "drop": scope,
                        "restored_submission": outcome.restored_submission,
                        "reason": reason,
                        "person": getpass.getuser(),
                    }
                ),
            ),
        )
        connection.commit()
    return outcome
