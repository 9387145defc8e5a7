"""Fixed-width files whose lines are of several types, between a header line and a trailer line.

Here: that header and trailer are there, once, and that the trailer counts the lines between them; the records of each
line, of which one may hold several (docs/decisions/two-records-in-a-line.md); letters that stand for the digits of
SSNs. Not here: cutting lines (`cutting`), the terms of such a layout (`p20w.contracts.record_types`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl

from p20w.contracts import FeedContract
from p20w.contracts.record_types import Frame, Letters, RecordTypes
from p20w.intake.readers.base import ReaderOfValues
from p20w.intake.readers.block import CODES, Block, Codes, Values
from p20w.intake.readers.cutting import line_blocks, note_bytes
from p20w.intake.readers.header import expected_header
from p20w.intake.readers.text import at, texts_of, trimmed
from p20w.intake.sources import Limits, SourceError

_LINE, _PART, _FAULT = "=line", "=part", "=fault"
_NOTHING = "^[ 0]*$"


class RecordTypesReader(ReaderOfValues):
    """Reads such a file; each block has the records of its lines, in their order."""

    def __init__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> None:
        super().__init__(file, contract, limits, size)
        if contract.layout.types is None:
            raise TypeError("a layout without types of records")
        self._types = contract.layout.types
        self.header = expected_header(contract)

    def blocks(self) -> Iterator[Block]:
        """As `Reader.blocks`."""
        records, header, framed = 0, "", _Framed(self._types)
        for lines in line_blocks(self._file, self._limits, self._size):
            texts = texts_of(lines, self._contract.layout.encoding)
            framed.read(texts)
            first = int(lines.first_line == 1)
            header = texts[0] if first else header
            body = slice(first, len(texts) - int(framed.has_ended))
            block = self._records(lines, texts, body, header, records + 1)
            records += len(block)
            yield block
        framed.demand_end()

    def _records(self, lines: Block, texts: pl.Series, body: slice, header: str, first: int) -> Block:
        """The records of lines of a block, numbered from `first`."""
        odd = note_bytes(np.zeros(len(lines), np.uint8), lines, self._contract.layout.encoding)[body]
        found = _read(texts[body], header, self._contract, self._types)
        line = found[_LINE].to_numpy()
        faults, places = found[_FAULT].to_numpy().astype(np.uint8), np.full(len(line), -1, np.int16)
        faults = np.where(odd[line] > 0, odd[line], faults)
        text = found.drop(_LINE, _PART, _FAULT)
        if self._types.letters and header[self._types.letters.at - 1 :][:1] == self._types.letters.mark:
            text = self._with_digits(text, self._types.letters, faults, places)
        starts, ends = lines.starts[body][line], lines.ends[body][line]
        return Block(
            first, lines.offset, b"", starts, ends, lines.terminated, Values(text, faults, places),
            at=lines.offset + starts, joined=int(np.count_nonzero(found[_PART].to_numpy())),
        )  # fmt: skip

    def _with_digits(self, text: pl.DataFrame, letters: Letters, faults: Codes, places: np.ndarray) -> pl.DataFrame:
        """The text with digits in the column of SSNs; a record with other letters than those agreed has a fault."""
        column = self._contract.identifying("ssn")
        if column is None:
            return text
        known = text[column.name].str.replace_all(f"[{letters.digits}]", "").str.len_bytes().fill_null(0) == 0
        wrong = ~known.to_numpy() & (faults == 0)
        faults[wrong], places[wrong] = CODES["bad_pattern"], self._contract.columns.index(column)
        digits = pl.col(column.name).str.replace_many(list(letters.digits), list("1234567890"))
        return text.with_columns(digits)


class _Framed:
    """What header and trailer say, while the lines of a file come by; a fault refuses the file and names the line."""

    def __init__(self, types: RecordTypes) -> None:
        self._types, self._lines, self.has_ended, self._said = types, 0, False, ""

    def read(self, texts: pl.Series) -> None:
        """Look at some more lines.

        Raises:
            SourceError: the first is no header, a later one is, or a line comes after the trailer.
        """
        header, trailer = self._types.header, self._types.trailer
        before, self._lines = self._lines, self._lines + len(texts)
        if not before and not _is(texts[0], header):
            _refuse(1, f"is no {header.word} of {header.length} characters, with which the file begins")
        if self.has_ended:
            _refuse(before + 1, f"comes after the {trailer.word}, with which the file ends")
        again = texts.str.starts_with(header.word).arg_true().to_list()
        if found := [place for place in again if before + place]:
            _refuse(before + found[0] + 1, f"is a second {header.word}; two files may have been joined")
        ends = texts.str.starts_with(trailer.word).arg_true().to_list()
        if ends:
            self.has_ended, self._said = True, texts[ends[0]]
            if ends[0] + 1 < len(texts):
                _refuse(before + ends[0] + 2, f"comes after the {trailer.word}, with which the file ends")

    def demand_end(self) -> None:
        """Demand the trailer.

        Raises:
            SourceError: it is missing, or counts other lines than there are.
        """
        if not self._lines:
            return
        trailer, between = self._types.trailer, self._lines - 2
        if not self.has_ended:
            _refuse(self._lines, f"is no {trailer.word}, with which the file ends; it may have been cut short")
        count = at(self._said, self._types.count)
        if len(self._said) > trailer.length or not (count.isascii() and count.isdigit()):
            _refuse(self._lines, f"is no {trailer.word} of {trailer.length} characters with a count of lines")
        if int(count) != between:
            _refuse(self._lines, f"says {int(count):,} lines, and there are {between:,} before it")


def _read(texts: pl.Series, header: str, contract: FeedContract, types: RecordTypes) -> pl.DataFrame:
    """The records of lines: text of each column, `=line` from 0, `=part` of the line from 0, and `=fault`."""
    width = len(next(iter(types.records)))
    lines = pl.DataFrame({"text": texts, _LINE: np.arange(len(texts), dtype=np.int64)})
    kind, length = pl.col("text").str.slice(0, width), pl.col("text").str.len_chars()
    frames = [_of_no_type(lines.filter(~kind.is_in(list(types.records))), contract, CODES["bad_record"])]
    for name, (fewest, most) in types.records.items():
        mine = lines.filter(kind == name)
        sound = length.is_between(fewest, most)
        frames.append(_of_no_type(mine.filter(~sound), contract, CODES["line_length"]))
        frames += _of_type(mine.filter(sound), name, header, contract, types)
    return pl.concat(frames).sort(_LINE, _PART)


def _of_no_type(lines: pl.DataFrame, contract: FeedContract, fault: int) -> pl.DataFrame:
    """Lines with a fault, as records without values."""
    blank = pl.lit(None, pl.String)
    return lines.select(
        *(blank.alias(column.name) for column in contract.columns), _LINE,
        pl.lit(0, pl.Int32).alias(_PART), pl.lit(fault, pl.Int32).alias(_FAULT),
    )  # fmt: skip


def _of_type(
    lines: pl.DataFrame, kind: str, header: str, contract: FeedContract, types: RecordTypes
) -> Iterator[pl.DataFrame]:
    """The records of sound lines of a type: the first part of each, and further parts that say anything."""
    parts = max((len(column.places.get(kind, ())) for column in contract.columns), default=0)
    for part in range(max(parts, 1)):
        values: list[pl.Expr] = []
        own: list[pl.Expr] = []
        for column in contract.columns:
            found = column.places.get(kind, ())
            if types.header.word in column.places:
                values.append(trimmed(pl.lit(at(header, column.places[types.header.word][0])), column.name))
            elif not found:
                values.append(pl.lit(None, pl.String).alias(column.name))
            else:
                first, length = found[part] if part < len(found) else found[0]
                text = pl.col("text").str.slice(first - 1, length)
                values.append(trimmed(text, column.name))
                own += [text] if len(found) > 1 else []
        said = lines.filter(~pl.concat_str(own).str.contains(_NOTHING)) if part else lines
        yield said.select(*values, _LINE, pl.lit(part, pl.Int32).alias(_PART), pl.lit(0, pl.Int32).alias(_FAULT))


def _is(text: str, frame: Frame) -> bool:
    return text.startswith(frame.word) and len(text) == frame.length


def _refuse(line: int, why: str) -> NoReturn:
    raise SourceError(f"its line {line:,} {why}")
