"""Layouts of fixed width whose lines are of several types, between a header line and a trailer line.

Here: the terms of such a layout, and what columns need under it. A line begins with its type. Its values stand where a
column says for that type: at one place, or at one for each of several records that a line holds. A place in the header
is read for every record of the file. Not here: reading a file (`p20w.intake.readers.record_types`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from p20w.contracts.errors import ContractError

Place = tuple[int, int]
"""First byte from 1, and length."""
Places = Mapping[str, tuple[Place, ...]]
"""By type of record, or by the word that the header begins with."""
_ALPHABET = 10


@dataclass(frozen=True)
class Frame:
    """A line that is no record: what it begins with, and its length in bytes."""

    word: str
    length: int


@dataclass(frozen=True)
class Letters:
    """Letters that stand for digits where the header has `mark` at byte `at`: `digits[0]` for 1, the last for 0."""

    at: int
    mark: str
    digits: str


@dataclass(frozen=True)
class RecordTypes:
    """The lines of a file: `records` are types with the fewest and the most bytes of a line without its break.

    `count` is where the trailer says how many lines are between it and the header, `column` names the column that
    holds the type.
    """

    header: Frame
    trailer: Frame
    count: Place
    column: str
    records: Mapping[str, tuple[int, int]] = field(hash=False)
    letters: Letters | None = None


def place(text: str) -> Place:
    """A place as a contract writes it: `22-29`, first and last byte from 1.

    Raises:
        ValueError: it is none.
    """
    first, last = (int(part) for part in text.split("-"))
    if not 0 < first <= last:
        raise ValueError(f"{text} is no place: first and last byte from 1, like 22-29")
    return first, last - first + 1


def read_record_types(item: Mapping[str, Any]) -> RecordTypes:
    """The terms of a layout of this kind.

    Raises:
        ContractError: types of records differ in length, or letters are not ten.
    """
    records = {str(kind): _lengths(str(kind), said) for kind, said in item["records"].items()}
    if len({len(kind) for kind in records}) != 1:
        raise ContractError("layout: types of records are of one length, like T1 and T2")
    said, letters = item.get("letters"), None
    if said is not None:
        letters = Letters(int(said["at"]), str(said["mark"]), str(said["digits"]))
        if len(set(letters.digits)) != _ALPHABET or len(letters.digits) != _ALPHABET:
            raise ContractError("layout: letters are ten different ones, for the digits 1 to 9 and 0")
    return RecordTypes(
        Frame(str(item["header"]["word"]), int(item["header"]["length"])),
        Frame(str(item["trailer"]["word"]), int(item["trailer"]["length"])),
        place(str(item["count"])), str(item["column"]), records, letters,
    )  # fmt: skip


def _lengths(kind: str, said: object) -> tuple[int, int]:
    fewest, most = (int(part) for part in str(said).split("-"))
    if not 0 < fewest <= most:
        raise ContractError(f"layout: lines of {kind} have from so many to so many bytes, like 117-156")
    return fewest, most


def check_places(name: str, places: Places, types: RecordTypes | None) -> None:
    """Check that a column says where its values stand in lines of these types.

    Args:
        name: of the column.
        places: of the column.
        types: of the layout, None where it has none.

    Raises:
        ContractError: it does not.
    """
    if bool(places) != (types is not None):
        raise ContractError(f"column {name}: a position by type of record is of layouts with several types, and of all")
    if types is None:
        return
    for kind, found in places.items():
        most = types.header.length if kind == types.header.word else types.records.get(kind, (0, 0))[1]
        if not most:
            raise ContractError(f"column {name}: the layout has no records of type {kind}")
        if any(sum(at) - 1 > most for at in found):
            raise ContractError(f"column {name} lies beyond the {most} bytes of a line of {kind}")
