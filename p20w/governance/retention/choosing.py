"""Which drops a purge is about, and whether they may go.

Here: names that people give, whole periods, what may still be kept, files that nobody has decided on. Not here: until
when a drop may be kept (`due`), purging (`purging`).
"""

from collections.abc import Iterable, Sequence, Set
from datetime import date

from p20w.database import Warehouse
from p20w.governance.retention.due import Held
from p20w.intake import pending
from p20w.settings import Settings

NAMED = 5


class NotHeld(LookupError):
    """Nothing of that name is held."""


class MayBeKept(RuntimeError):
    """A drop was to be purged that its agreement still lets be kept."""


class NotWhole(RuntimeError):
    """A period would be left without its active file, or with one that nobody has decided on."""


def choose(held: Sequence[Held], purged: Set[str], scopes: Iterable[str]) -> list[Held]:
    """The drops that are meant: all of a period (`feed/period`), or one submission of it (`feed/period/submission`).

    Args:
        held: what there is (`due.read`).
        purged: names of what was purged already: they may be named again, and mean nothing.
        scopes: the names.

    Raises:
        NotHeld: a scope names nothing that is held.
        NotWhole: an active drop is named without the others of its period.
    """
    chosen: dict[int, Held] = {}
    for scope in scopes:
        found = [drop for drop in held if scope in (drop.scope, f"{drop.feed}/{drop.period}")]
        if not found and scope not in purged:
            raise NotHeld(
                f"Nothing is held under {scope}. Write it like ui_wage/2014Q3 or ui_wage/2014Q3/1; see what is due: "
                "p20w retention due"
            )
        chosen |= {drop.drop_id: drop for drop in found}
    for drop in chosen.values():
        others = [one for one in held if (one.feed, one.period) == (drop.feed, drop.period)]
        if drop.status == "accepted" and any(one.drop_id not in chosen for one in others):
            raise NotWhole(
                f"{drop.scope} is active, and another submission of its period would stay. Name the whole period, "
                f"{drop.feed}/{drop.period}, or take the file out of force first: p20w drops withdraw {drop.scope}"
            )
    return list(chosen.values())


def demand_due(drops: Sequence[Held]) -> None:
    """Demand that no agreement lets any of the drops be kept today.

    Raises:
        MayBeKept: one does; the message names the first of them.
    """
    early = [drop for drop in drops if not drop.is_due(date.today())]
    if early:
        named = ", ".join(f"{drop.scope} until {drop.kept_until}" for drop in early[:NAMED])
        more = f" and {len(early) - NAMED:,} more" if len(early) > NAMED else ""
        raise MayBeKept(
            f"These may still be kept: {named}{more}. Nothing was purged. If they have to go before, because an "
            "agreement ended or a file should never have come, say so: --early"
        )


def demand_decided(
    warehouse: Warehouse, settings: Settings, feed: str, scopes: Set[str], *, is_begun: bool = False
) -> None:
    """No file goes that is not the one on record: it may be a new one that waits for a refresh.

    Once a purge has begun, a manifest may be left whose file is deleted already (`is_begun`).
    """
    waiting = {drop.scope for drop in pending(warehouse, settings, [feed]) if drop.sha256 or not is_begun} & scopes
    if waiting:
        raise NotWhole(
            f"{', '.join(sorted(waiting)[:NAMED])}: the file in the drops folder is not the one on record, and nobody "
            "has decided on it. It was not deleted. Take it in (p20w refresh) or remove it; then purge "
            "again."
        )
