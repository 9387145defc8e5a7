"""Make the next submission of a drop and of the lines its agency corrected; from there on it is a drop like any other.

Here: whether there may be one, its folder, its check, and the record. It appears among the drops whole or not
at all: it is made in a hidden folder beside the submissions, which intake passes by, and moved from there. Not here:
its data file (`compose`), its manifest (`manifest`), taking it in (`p20w.intake.receive`).
"""

import getpass
import shutil
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import psycopg

from p20w.contracts import FeedContract, load_contracts
from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.intake.check import check_file
from p20w.intake.drops import is_address
from p20w.intake.manifest import MANIFEST, read_manifest
from p20w.intake.receipt import Receipt
from p20w.intake.sources import Limits
from p20w.private import for_us_alone
from p20w.quarantine import manifest
from p20w.quarantine.compose import NotReplayable, compose, corrections
from p20w.quarantine.export import demand_lines
from p20w.quarantine.letter import suffix
from p20w.quarantine.record import QuarantinedDrop, quarantined_drop
from p20w.quarantine.returned import Returned
from p20w.settings import Settings

WORKSHOP = ".replay"
"""Folder beside the submissions in which the next one is made."""


@dataclass(frozen=True)
class Replayed:
    """The submission that was made: its name and folder, what changed, control totals, and what a check says of it."""

    scope: str
    folder: Path
    corrected: int
    left_out: int
    totals: Mapping[str, tuple[Decimal, Decimal]]
    """By column: as the agency promised for the earlier submission, and as the new one adds up."""
    receipt: Receipt


def replay(warehouse: Warehouse, settings: Settings, scope: str, returned: Returned) -> Replayed:
    """Put the next submission among the drops.

    Args:
        warehouse: the warehouse; this call is its one writer, and the caller acts as `steward`.
        settings: where drops and contracts are.
        scope: `<feed>/<period>/<submission>`, the active drop the lines are of.
        returned: what the agency sent back.

    Raises:
        NotQuarantined: no such active drop, nothing of it is set aside, or its file is not the one that was loaded.
        NotReplayable: a newer submission is there, the lines do not fit, or intake would refuse the new one.
        WriterBusy: another process is writing.
    """
    with warehouse.writer("replaying corrected lines"), warehouse.connect("steward") as connection:
        drop = quarantined_drop(connection, settings, scope)
        contract = load_contracts(settings.contracts)[drop.feed]
        demand_lines(drop, contract, Limits.of(settings))
        number = _next_number(connection, drop)
        connection.commit()  # a large file takes minutes, and no transaction waits for it
        period_folder = drop.file.parent.parent
        with for_us_alone(), _workshop(period_folder) as room:
            folder = room / drop.feed / drop.period / str(number)
            folder.mkdir(parents=True)
            instead = corrections(drop, returned, contract, Limits.of(settings), room)
            totals = _fill(folder, number, drop, instead, contract, Limits.of(settings))
            receipt = check_file(folder, settings)
            if receipt.refusals:
                raise NotReplayable(
                    f"{scope}: with these lines the next submission would be refused. {' '.join(receipt.refusals)}"
                )
            corrected = sum(record is not None for record in instead.values())
            done = (corrected, len(instead) - corrected)
            said = (drop.drop_id, *done, number, getpass.getuser())
            connection.execute("select governance.record_lines_replay(%s, %s, %s, %s, %s)", said)
            connection.commit()
            reach("quarantine.before_put")
            place = folder.rename(period_folder / str(number))
    return Replayed(f"{drop.feed}/{drop.period}/{number}", place, *done, totals, receipt)


def _next_number(connection: psycopg.Connection, drop: QuarantinedDrop) -> int:
    """The first number after all that were used; none may be there that nobody has decided on yet."""
    rows = connection.execute(
        """
        select submission, bool_and(status in ('received', 'loaded') or status = 'rejected' and reason_code is null)
        from governance.drop
        where feed = %s and period = %s and submission > %s
        group by submission
        """,
        (drop.feed, drop.period, drop.submission),
    ).fetchall()
    decided = {submission for submission, is_open in rows if not is_open}
    there = {int(path.name) for path in drop.file.parent.parent.iterdir() if is_address(path)}
    waiting = {number for number in there if number > drop.submission} - decided
    waiting |= {submission for submission, is_open in rows if is_open}
    if waiting:
        raise NotReplayable(
            f"{drop.scope}: submission {min(waiting)} of this period is there already, and nobody has decided on it. "
            "Take it in first (p20w refresh); where it becomes active, these lines are not needed."
        )
    return max({drop.submission, *there, *decided}) + 1


@contextmanager
def _workshop(period_folder: Path) -> Generator[Path]:
    """An empty folder beside the submissions, gone afterwards; what a crash left in it goes first."""
    room = period_folder / WORKSHOP
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _fill(
    folder: Path,
    number: int,
    drop: QuarantinedDrop,
    instead: Mapping[int, bytes | None],
    contract: FeedContract,
    limits: Limits,
) -> dict[str, tuple[Decimal, Decimal]]:
    """Write data file and manifest of the submission; control totals before and after."""
    earlier, _ = read_manifest(drop.file.with_name(MANIFEST), drop.feed, drop.period, drop.submission)
    if earlier is None:
        raise NotReplayable(f"{drop.scope}: its manifest cannot be read any more. Restore it, then try again.")
    file = folder / f"{drop.feed}_{drop.period}_{number}{suffix(drop.file.name)}"
    compose(drop, instead, file, limits)
    following = manifest.following(earlier, number, file, contract, limits)
    (folder / MANIFEST).write_text(manifest.as_json(following), encoding="utf-8")
    return {name: (earlier.control_totals[name], total) for name, total in following.control_totals.items()}
