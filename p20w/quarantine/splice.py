"""Cut records out of a file, and put others in their place: every other byte stays as it is.

Here: the one walk along a file for both. A record is found by its place (first byte and length in the unpacked file),
as intake noted it. Not here: which records (`record`), what comes in their place (`returned`).
"""

from collections.abc import Iterable, Iterator, Mapping

from p20w.intake.sources import DropChanged, Stream
from p20w.quarantine.record import Place

_STEP = 1 << 20


def cut(stream: Stream, places: Iterable[Place]) -> Iterator[bytes]:
    """The records at the places, without their line breaks, in the order of the file.

    Args:
        stream: the unpacked file, from its first byte.
        places: by their first byte; none overlaps another.
    """
    at = 0
    for place in places:
        for _ in _steps(stream, place.offset - at):
            pass
        yield _record(stream, place)
        at = place.offset + place.length


def spliced(stream: Stream, places: Iterable[Place], instead: Mapping[int, bytes | None]) -> Iterator[bytes]:
    """The bytes of a file with other records at some places.

    Args:
        stream: the unpacked file, from its first byte.
        places: of the records that are replaced, by their first byte.
        instead: the new record by line number, without line break; None leaves the line out, its line break too.
    """
    at = 0
    for place in places:
        yield from _steps(stream, place.offset - at)
        _record(stream, place)
        at = place.offset + place.length
        new = instead[place.number]
        if new is not None:
            yield new
            continue
        end = stream.read(1)
        if end == b"\r":
            end += stream.read(1)
        at += len(end)
        if end not in (b"\n", b"\r\n"):  # the last line, and what follows it
            yield end
    while data := stream.read(_STEP):
        yield data


def _record(stream: Stream, place: Place) -> bytes:
    data = stream.read(place.length)
    if len(data) < place.length:
        raise DropChanged("the file is shorter than when it was loaded")
    return data


def _steps(stream: Stream, size: int) -> Iterator[bytes]:
    while size and (data := stream.read(min(size, _STEP))):
        size -= len(data)
        yield data
