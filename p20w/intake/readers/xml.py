"""XML: a record is an element of one name, a column is a path below it.

Here: from the elements of a file to rows (Ed-Fi bulk interchange is of this form). A path is of element names, `@` for
an attribute at its end; where an element comes more than once, the path says which: `Address[2]/City`. Versions may
write a value as text of an element or of one within it (`Sex`, `Sex/CodeValue`): the one that is there is read. What no
path names is not read: an interchange holds more than an agreement covers. A document type (DOCTYPE) is refused, and
with it every entity. Not here: choosing paths (the contract), resolving descriptors (they are codes like others).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from p20w.contracts import FeedContract
from p20w.intake.readers.base import ReaderOfValues
from p20w.intake.readers.block import Block
from p20w.intake.readers.cutting import LineTooLong, chunks
from p20w.intake.readers.header import expected_header
from p20w.intake.readers.paths import Step, read_paths
from p20w.intake.readers.rows import Rows
from p20w.intake.sources import Limits, SourceError

MOST_NESTED = 60
"""Elements within each other; Ed-Fi has about ten."""
MOST_MEMBERS = 10_000
"""Elements of one record; the largest of Ed-Fi, a student's attendance of a year, has a few hundred."""
_BLANKS = " \t\r\n"
_TAG = re.compile(rb"<(?:[^\"'>]|\"[^\"]*\"|'[^']*')*>")
_ENCODINGS = ("utf-8", "utf8", "ascii", "us-ascii")


class XmlReader(ReaderOfValues):
    """Reads XML in UTF-8."""

    def __init__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> None:
        super().__init__(file, contract, limits, size)
        self.header = expected_header(contract)

    def blocks(self) -> Iterator[Block]:
        """As `Reader.blocks`."""
        parse = _Parse(self._contract, self._limits, self._size)
        for chunk in chunks(self._file, self._limits, self._size):
            yield from parse.feed(chunk)
        yield from parse.end()


class _Parse:
    """One pass of a parser over a file."""

    def __init__(self, contract: FeedContract, limits: Limits, size: int) -> None:
        layout = contract.layout
        self._contract, self._limits, self._size = contract, limits, size
        self._spaces = {f"{space} " for space in layout.namespaces} or {""}
        self._record, self._top = layout.record or "", read_paths(contract)
        self._parser = expat.ParserCreate("utf-8", " ")  # whatever the file declares
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.XmlDeclHandler = self._declaration
        self._raw, self._raw_at, self._event_at = b"", 0, 0
        self._depth, self._record_depth, self._record_at, self._members = 0, 0, 0, 0
        self._open: list[tuple[list[Step], dict[str, int]]] = []  # in a record: steps matched, children by name so far
        self._reading: int | None = None  # depth of the element whose text is read, and the columns it is for
        self._for: list[int] = []
        self._text: list[str] = []
        self._numbered = 0
        self._done: list[Block] = []
        self._begin_block()

    def _begin_block(self) -> None:
        self._rows, self._records, self._at, self._held = Rows(self._contract), list[bytes](), list[int](), 0

    def _end_block(self) -> None:
        """Make a block of the records read since the last one; no record is open then."""
        self._done.append(Block.of_records(self._numbered + 1, self._records, self._at, self._rows.values()))
        self._numbered += len(self._records)
        self._begin_block()

    def end(self) -> list[Block]:
        """The end of the file: what is left of it.

        Raises:
            SourceError: it ends in the middle.
        """
        blocks = self.feed(b"", last=True)
        if self._records:
            self._end_block()
        return [*blocks, *self._done]

    def feed(self, chunk: bytes, *, last: bool = False) -> list[Block]:
        """Parse some more bytes; the blocks that end in them.

        Raises:
            SourceError: they are no XML, or go beyond the limits.
        """
        keep_from = self._record_at if self._record_depth else self._event_at
        self._raw, self._raw_at = self._raw[keep_from - self._raw_at :] + chunk, keep_from
        try:
            self._parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise SourceError(
                f"it is no well-formed XML at line {error.lineno:,}, character {error.offset + 1:,}: "
                f"{expat.ErrorString(error.code)}"
            ) from None
        since = self._record_at if self._record_depth else self._event_at
        if self._raw_at + len(self._raw) - since > self._limits.line_bytes:
            raise self._too_long()
        done, self._done = self._done, []
        return done

    def _too_long(self) -> LineTooLong:
        number, limit = self._numbered + len(self._at) + 1, self._limits.line_bytes
        return LineTooLong(f"record {number:,} has more than {limit:,} bytes (setting P20W_MAX_LINE_BYTES)")

    # --------------------------------------------------------------- handlers

    def _doctype(self, *_: Any) -> None:
        raise SourceError("it has a document type (DOCTYPE); send it without one, and without entities")

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in _ENCODINGS:
            raise SourceError("it declares another encoding than UTF-8")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._event_at = self._parser.CurrentByteIndex
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise SourceError(f"its elements are nested more than {MOST_NESTED} deep")
        local = self._local(name)
        if self._depth == 1 and local is None:
            raise SourceError("its elements are of another namespace than the contract's")
        if self._record_depth:
            self._child(local, attributes)
        elif local == self._record:
            self._record_depth, self._record_at, self._members = self._depth, self._event_at, 0
            self._rows.begin()
            self._enter([self._top], attributes)

    def _local(self, name: str) -> str | None:
        """The name without its namespace, None where that is another than the contract's."""
        space, blank, local = name.rpartition(" ")
        return local if space + blank in self._spaces else None

    def _child(self, local: str | None, attributes: dict[str, str]) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise SourceError(f"a record has more than {MOST_MEMBERS:,} elements")
        parents, counts = self._open[-1]
        steps: list[Step] = []
        if local is not None:
            counts[local] = number = counts.get(local, 0) + 1
            steps = [step for parent in parents for step in parent.below(local, number)]
        if self._reading is not None:
            if not any(parent.children for parent in parents):
                self._rows.fault("not_scalar", self._for[0])
            self._reading, self._parser.CharacterDataHandler = None, None  # the value is in an element within
        self._enter(steps, attributes)

    def _enter(self, steps: list[Step], attributes: dict[str, str]) -> None:
        self._open.append((steps, {}))
        for step in steps:
            for attribute, place in step.attributes.items():
                if attribute in attributes:
                    self._rows.put(place, attributes[attribute].strip(_BLANKS))
        places = [step.place for step in steps if step.place >= 0]
        if places and self._reading is None:
            self._reading, self._for, self._text = self._depth, places, []
            self._parser.CharacterDataHandler = self._text.append

    def _end(self, _: str) -> None:
        self._event_at = self._parser.CurrentByteIndex
        if self._record_depth:
            self._open.pop()
            if self._reading == self._depth:
                self._parser.CharacterDataHandler = None
                self._reading = None
                for place in self._for:
                    self._rows.put(place, "".join(self._text).strip(_BLANKS))
            if self._depth == self._record_depth:
                self._close()
        self._depth -= 1

    def _close(self) -> None:
        """The end of a record: keep its bytes, for who asks where and what it is."""
        found = _TAG.match(self._raw, self._event_at - self._raw_at)
        end = found.end() if found else len(self._raw)
        record = self._raw[self._record_at - self._raw_at : end]
        if len(record) > self._limits.line_bytes:
            raise self._too_long()
        self._record_depth = 0
        self._records.append(record)
        self._at.append(self._record_at)
        self._held += len(record)
        if self._held >= self._size:
            self._end_block()
