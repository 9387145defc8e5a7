"""The file of the next submission: the drop's, with corrected lines in the place of those that were set aside.

Here: which record comes where, what cannot be put there, and the file itself. Every line that was fine stays byte for
byte as it was. Not here: the manifest and the folder (`replay`). Needs no database.
"""

from collections.abc import Mapping
from pathlib import Path

from p20w.contracts import FeedContract
from p20w.intake.readers import Reader, reader_of
from p20w.intake.sources import Limits, SourceError, open_source
from p20w.quarantine.letter import LEAVE_OUT, LINES, TABLE
from p20w.quarantine.record import QuarantinedDrop
from p20w.quarantine.returned import Returned
from p20w.quarantine.splice import cut, spliced

_LISTED = 5


class NotReplayable(ValueError):
    """Corrected lines cannot be put into the drop; nothing was changed, and the message says what to do."""


def corrections(
    drop: QuarantinedDrop, returned: Returned, contract: FeedContract, limits: Limits, room: Path
) -> dict[int, bytes | None]:
    """The new record of each line that changes; None leaves it out.

    Args:
        drop: whose lines these are.
        returned: what came back.
        contract: of the feed.
        limits: how much a file may ask of the machine.
        room: a private folder, in which the lines are read.

    Raises:
        NotReplayable: the lines are of another drop, were not set aside, do not fit their table, cannot be read, or say
            nothing new.
    """
    if returned.scope != drop.scope:
        raise NotReplayable(f"These lines are of another drop than {drop.scope}; name theirs.")
    strange = sorted({*returned.numbers, *returned.left_out} - drop.places.keys())
    if strange:
        listed = ", ".join(f"{number:,}" for number in strange[:_LISTED])
        raise NotReplayable(
            f"{drop.scope}: {len(strange):,} of the lines were not set aside (line {listed}). A line that was accepted "
            "is corrected by sending the whole file as the next submission."
        )
    file = room / LINES
    file.write_bytes(returned.lines)
    reader = reader_of(file, contract, limits)
    try:
        records = [block.record(index) for block in reader.blocks() for index in range(len(block))]
    except SourceError as error:
        raise NotReplayable(f"{drop.scope}: {LINES} cannot be read: {error}.") from None
    finally:
        file.unlink()
    if len(records) != len(returned.numbers):
        raise NotReplayable(
            f"{drop.scope}: there are {len(records):,} lines, and {len(returned.numbers):,} line numbers that are not "
            f"to be left out. A line that is left out is deleted from {LINES} and keeps its row in {TABLE}, with yes "
            f"under {LEAVE_OUT}. A quote that is not closed joins lines."
        )
    if records and _names(reader) != _names(_begun(drop, contract, limits)):
        raise NotReplayable(f"{drop.scope}: the first line of {LINES} is not the header of the drop's file any more.")
    said = dict(zip(returned.numbers, records, strict=True))
    places = [drop.places[number] for number in drop.places if number in said]
    with open_source(drop.file, limits) as stream:
        before = {place.number: record for place, record in zip(places, cut(stream, places), strict=True)}
    changed = {number: record for number, record in said.items() if record != before[number]}
    if not changed and not returned.left_out:
        raise NotReplayable(f"{drop.scope}: none of the lines differs from what was sent before.")
    return {**changed, **dict.fromkeys(returned.left_out)}


def compose(drop: QuarantinedDrop, instead: Mapping[int, bytes | None], target: Path, limits: Limits) -> None:
    """Write the drop's file, unpacked, with the new records in their places."""
    places = [place for number, place in drop.places.items() if number in instead]
    with open_source(drop.file, limits) as stream, target.open("wb") as out:
        for data in spliced(stream, places, instead):
            out.write(data)


def _begun(drop: QuarantinedDrop, contract: FeedContract, limits: Limits) -> Reader:
    """A reader of the drop's file that has read its header."""
    reader = reader_of(drop.file, contract, limits)
    next(reader.blocks(), None)
    return reader


def _names(reader: Reader) -> tuple[str, ...]:
    return reader.header.names if reader.header else ()
