"""JSON lines: one object a line, one value a member.

Here: from a line to the values of its members, as they are written: types of JSON do not count, the contract's do. Not
here: cutting lines (`cutting`).
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

from p20w.contracts import FeedContract
from p20w.intake.readers.base import ReaderOfValues
from p20w.intake.readers.block import CODES, Block, Values
from p20w.intake.readers.cutting import line_blocks, note_bytes
from p20w.intake.readers.header import expected_header, known_names, plain
from p20w.intake.readers.json_values import as_written
from p20w.intake.readers.rows import Rows
from p20w.intake.sources import Limits

Members = tuple[tuple[str, object], ...]


class JsonLinesReader(ReaderOfValues):
    """Reads JSON lines in UTF-8."""

    def __init__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> None:
        super().__init__(file, contract, limits, size)
        self._known = known_names(contract)
        self._places = {column.name: place for place, column in enumerate(contract.columns)}
        self._spellings: dict[str, int] = {}
        self.header = expected_header(contract)

    def blocks(self) -> Iterator[Block]:
        """As `Reader.blocks`."""
        for block in line_blocks(self._file, self._limits, self._size):
            yield replace(block, values=self._values(block))

    def _values(self, block: Block) -> Values:
        rows = Rows(self._contract)
        for index in range(len(block)):
            self._read(block.record(index), rows)
        values = rows.values()
        return replace(values, faults=note_bytes(values.faults, block, self._contract.layout.encoding))

    def _read(self, record: bytes, rows: Rows) -> None:
        """Add the row of one line."""
        rows.begin()
        try:
            members = as_written(record, tuple)
            if not isinstance(members, tuple):
                raise ValueError("no object")
        except UnicodeDecodeError:
            rows.fault("bad_encoding")
            return
        except (ValueError, RecursionError):  # no JSON, NaN and the like, or nested without end
            rows.fault("bad_record")
            return
        for name, value in cast("Members", members):
            place = self._place(name)
            if place < 0:
                rows.fault("unknown_field")
            elif isinstance(value, (list, tuple)):
                rows.fault("not_scalar", place)
            else:
                rows.put(place, value if value is None or isinstance(value, (str, bool)) else str(value))

    def _place(self, name: str) -> int:
        """Position of the column that a member names, -1 for none; spellings seen before are remembered."""
        place = self._spellings.get(name)
        if place is None:
            place = self._places.get(self._known.get(plain(name), ""), -1)
            if len(self._spellings) < len(self._places) * 8:
                self._spellings[name] = place
        return place

    def looks(self, block: Block) -> str:
        """As `Reader.looks`."""
        record = block.record(0).lstrip() if len(block) else b""
        if record.startswith(b"["):
            return "The file looks like one array of JSON; send one object a line."
        if record in (b"{", b"}"):
            return "The file looks like JSON over several lines; send one object a line."
        if len(block) and block.values is not None and CODES["unknown_field"] in block.values.faults:
            return "It has members that are not in the contract."
        return ""
