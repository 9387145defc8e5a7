"""The form of a sample file: format, encoding, delimiter and the names of its fields.

Here: what can be seen without a contract. Whether a line is a header is never guessed: its fields would become names of
columns, and in a file without header they are somebody's values. Not here: values (`sample`).
"""

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from p20w.contracts import Layout
from p20w.intake.readers.appearance import DELIMITERS
from p20w.intake.readers.parquet import field_names as parquet_names
from p20w.intake.sources import Limits, open_regular, open_source
from p20w.onboarding.xml_form import xml_form

LOOKED_AT = 200
"""Records at the beginning that show a form."""
_BEGINNING = 4 << 20
_CHUNK = 1 << 20
_BOM = b"\xef\xbb\xbf"
_NAME = re.compile(r"[A-Za-z_][\w .,/()#&'?-]{0,79}")
_KNOWN = re.compile(
    r"(?i)ssn|name|date|birth|dob|_id$|^id$|id$|identifier|code|number|year|quarter|type|status|address|city|state|zip|"
    r"county|sex|gender|race|ethnic|grade|level|amount|wage|hours|total|flag|indicator|term|school|program|class|"
    r"description|label|title|count|first|last|middle|suffix|degree|major|phone|mail|value|field|length|note"
)


class SampleError(ValueError):
    """A sample cannot be profiled; the message says what to tell, and repeats nothing of the file."""


@dataclass(frozen=True)
class Form:
    """How a file is written, and its fields: header, member or path, and the position of fixed ones."""

    layout: Layout
    headers: tuple[str, ...]
    positions: tuple[tuple[int, int] | None, ...]


@dataclass(frozen=True)
class Told:
    """What a person says of a file; anything left out is found, or asked for."""

    delimiter: str | None = None
    header: bool | None = None
    positions: Path | None = None
    record: str | None = None
    encoding: str | None = None


def form_of(file: Path, told: Told, limits: Limits) -> Form:
    """The form of a file.

    Raises:
        SampleError: it is not plain; the message says which option decides.
        SourceError: the file cannot be read.
    """
    with open_regular(file) as opened:
        magic = opened.read(4)
    if magic == b"PAR1":
        return _named(Layout("parquet", "utf-8"), parquet_names(file, limits))
    encoding = told.encoding or _encoding(file, limits)
    start = _start(file, limits).decode(encoding, errors="replace")
    if told.positions:
        return _fixed(start, encoding, told.positions)
    if start.lstrip().startswith("<"):
        record, spaces, paths = xml_form(file, told.record, limits)
        return _named(Layout("xml", "utf-8", header=False, record=record, namespaces=spaces), paths)
    if start.lstrip().startswith("{"):
        return _named(Layout("json_lines", "utf-8", header=False), _members(start))
    return _delimited(start, encoding, told)


def _named(layout: Layout, headers: Sequence[str]) -> Form:
    return Form(layout, tuple(headers), (None,) * len(headers))


def _start(file: Path, limits: Limits) -> bytes:
    """Whole lines at the beginning."""
    with open_source(file, limits) as stream:
        data = stream.read(_BEGINNING)
    if len(data) == _BEGINNING and b"\n" in data:
        data = data[: data.rindex(b"\n")]
    return data.removeprefix(_BOM)


def _encoding(file: Path, limits: Limits) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with open_source(file, limits) as stream:
        try:
            while data := stream.read(_CHUNK):
                decoder.decode(data)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "windows-1252"
    return "utf-8"


def _members(start: str) -> list[str]:
    """Names of members in the order in which they come."""
    names: dict[str, None] = {}
    for line in start.splitlines()[:LOOKED_AT]:
        try:
            item: object = json.loads(line)
        except ValueError:
            continue
        if isinstance(item, dict):
            names.update(dict.fromkeys(cast("dict[str, object]", item)))
    if not names:
        raise SampleError("it looks like JSON, but no line is an object: send one object a line")
    if bad := [number for number, name in enumerate(names, start=1) if not _NAME.fullmatch(name)]:
        raise SampleError(f"member {bad[0]} of its objects has a name that is no name of a column")
    return list(names)


def _delimited(start: str, encoding: str, told: Told) -> Form:
    if told.delimiter is not None and len(told.delimiter.encode()) != 1:
        raise SampleError("a delimiter is one character, such as --delimiter '|'")
    delimiter = told.delimiter or _delimiter(start)
    rows = _rows(start, delimiter)
    if not rows:
        raise SampleError("the file is empty")
    width = Counter(map(len, rows)).most_common(1)[0][0]
    has_header = _has_header(rows, width) if told.header is None else told.header
    headers = [field.strip() for field in rows[0]] if has_header else [f"column_{n + 1}" for n in range(width)]
    if blank := [number for number, header in enumerate(headers, start=1) if not header]:
        raise SampleError(f"field {blank[0]} of the header has no name: name it, or say --no-header")
    return _named(Layout("delimited", encoding, delimiter, has_header), headers)


def _rows(start: str, delimiter: str) -> list[list[str]]:
    lines = csv.reader(io.StringIO(start), delimiter=delimiter)
    return [row for row, _ in zip(lines, range(LOOKED_AT), strict=False) if row]


def _delimiter(start: str) -> str:
    """The delimiter that gives nearly all records the same number of fields, and the most of them."""
    best, most = "", 1
    for delimiter in DELIMITERS:
        try:
            widths = Counter(map(len, _rows(start, delimiter)))
        except csv.Error:
            continue
        width, times = widths.most_common(1)[0] if widths else (1, 0)
        if width > most and times >= 0.9 * widths.total():
            best, most = delimiter, width
    if not best:
        raise SampleError("no delimiter is recognized: say --delimiter, or --positions for a file of fixed width")
    return best


def _has_header(rows: list[list[str]], width: int) -> bool:
    """Whether the first record is plainly a header, or plainly none.

    Raises:
        SampleError: neither is plain.
    """
    first = [field.strip() for field in rows[0]]
    if any(not _NAME.fullmatch(field) for field in first) or len(set(first)) < len(first):
        return False
    if len(first) == width and sum(bool(_KNOWN.search(field)) for field in first) * 2 >= len(first):
        return True
    raise SampleError("it is not plain whether the first line is a header: say --header or --no-header")


def _fixed(start: str, encoding: str, file: Path) -> Form:
    """A form by a table of positions: name, first and last byte a line."""
    places = [_place(line, number) for number, line in enumerate(_lines_of(file), start=1)]
    if not places:
        raise SampleError("the table of positions is empty: each line is name,first,last, counted from 1")
    last = max(first + size - 1 for _, first, size in places)
    every = [len(line.encode(encoding, errors="replace")) for line in start.splitlines() if line]
    lengths = Counter(length for length in every if length >= last)  # headers and trailers may be shorter
    if not lengths:
        raise SampleError(f"no record has the {last:,} bytes that the table of positions wants")
    length = lengths.most_common(1)[0][0]
    layout = Layout("fixed", "ascii" if start.isascii() else encoding, header=False, record_length=length)
    return Form(layout, tuple(name for name, *_ in places), tuple((first, size) for _, first, size in places))


def _lines_of(file: Path) -> list[str]:
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return lines[1:] if lines and not lines[0].split(",")[-1].strip().isdigit() else lines


def _place(line: str, number: int) -> tuple[str, int, int]:
    name, first, last = [*(part.strip() for part in line.split(",")), "", ""][:3]
    if not (_NAME.fullmatch(name) and first.isdigit() and last.isdigit() and 0 < int(first) <= int(last)):
        raise SampleError(f"line {number} of the table of positions is not name,first,last, counted from 1")
    return name, int(first), int(last) - int(first) + 1
