"""What a file looks like, in words: told beside what the contract wants.

Here: recognizing another delimiter, record length or a title before the header in the first records, and a row of
totals in the last one. Nothing here changes what is read. Not here: other kinds of file (`sources`), other encodings
(`encoding`), the verdict (`inspection`).
"""

import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from p20w.contracts import FeedContract, Layout
from p20w.intake.readers.block import Block
from p20w.intake.readers.header import read_header

LOOKED_AT = 20
"""Records at the beginning that show how a file is written."""

DELIMITERS = {",": "a comma", ";": "a semicolon", "|": "a vertical bar", "\t": "a tab", "^": "a caret", "~": "a tilde"}
"""Characters that files are delimited by, in words."""
_TOTAL = re.compile(r"[\s\"',;|]*(grand )?(totals?|sum|count|trailer|trl|tlr|end of (file|data))\b", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9][0-9,]*")
MOST_TOTALS = 3
"""Numbers in a row of totals; lines of data have more."""


def beginning(block: Block) -> list[bytes]:
    """The first records of a block."""
    return [block.record(index) for index in range(min(len(block), LOOKED_AT))]


def of_fixed(records: list[bytes]) -> str:
    """What records look like that have not the agreed length.

    Returns:
        A sentence that holds no content of the file, or nothing where nothing is recognized; the same below.
    """
    if not records:
        return ""
    separator = next((d for d in DELIMITERS if _same_number(records, d)), None)
    if separator:
        return f"The file looks delimited by {DELIMITERS[separator]}."
    length, times = Counter(map(len, records)).most_common(1)[0]
    return f"Its records look {length:,} bytes long." if times * 2 > len(records) else ""


def of_delimited(records: list[bytes], contract: FeedContract) -> str:
    """What records look like, header included where there is one, that have not the agreed fields."""
    if not records:
        return ""
    layout = contract.layout
    if layout.header:
        for place, record in enumerate(records):
            if _is_header(record, contract):
                lines = "1 line" if place == 1 else f"{place} lines"
                return (
                    f"It looks as if {lines} of title came before the header; send the file without." if place else ""
                )
            if other := next((d for d in DELIMITERS if _is_header(_respelled(record, d, layout), contract)), None):
                return f"The file looks delimited by {DELIMITERS[other]}."
    if layout.header and records[0].count(layout.delimiter.encode()) + 1 == len(contract.columns):
        return "It looks as if the header was missing."
    others = [d for d in DELIMITERS if d != layout.delimiter and _same_number(records, d)]
    if others:
        return f"The file looks delimited by {DELIMITERS[others[0]]}."
    if len({len(record) for record in records}) == 1 and len(records) > 1:
        return f"The file looks like one of fixed width, {len(records[0]):,} bytes a line."
    return ""


def _is_header(record: bytes, contract: FeedContract) -> bool:
    return read_header(record, contract).fits(contract)


def _respelled(record: bytes, delimiter: str, layout: Layout) -> bytes:
    return record.replace(layout.delimiter.encode(), b" ").replace(delimiter.encode(), layout.delimiter.encode())


def _same_number(records: Iterable[bytes], delimiter: str) -> bool:
    """Whether a delimiter comes in all records, and as often in each."""
    counts = {record.count(delimiter.encode()) for record in records}
    return len(counts) == 1 and 0 not in counts


def is_totals(record: bytes, lines_before: int, totals: Iterable[Decimal]) -> bool:
    """Whether a record may sum up the lines before it: it says so, or holds their count or a sum. Sound lines may, too.

    Args:
        record: the last one of a file.
        lines_before: how many data lines come before it.
        totals: the sums that the manifest promises.
    """
    text = record.decode("ascii", errors="replace")
    if _TOTAL.match(text):
        return True
    said = [int(number.replace(",", "")) for number in _NUMBER.findall(text)]
    return len(said) <= MOST_TOTALS and bool({*_counts(lines_before), *totals} & set(said))


def _counts(lines_before: int) -> range:
    """What a trailer may say: the lines of data, with itself, with a header too."""
    return range(lines_before, lines_before + 3)
