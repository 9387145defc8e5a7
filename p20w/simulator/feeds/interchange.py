"""The records of a drop in Ed-Fi bulk interchange, one element a row.

Here: from columns that are paths below the record to nested elements. Not here: other layouts (`writing`), which
records there are, what version of the standard a district writes.
"""

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from p20w.contracts import FeedContract
from p20w.contracts.layouts import steps_of

INTERCHANGE, NAMESPACE = "interchange", "namespace"
"""Columns beside the contract's paths, the same in all rows: the name of the file's element, and its namespace."""


def as_interchange(frame: pl.DataFrame, contract: FeedContract) -> Iterator[bytes]:
    """The file in lines; a row's columns are elements in their order, blanks left out.

    Paths that begin alike and stand together share their elements, so that `Name/FirstName` and `Name/LastSurname` are
    in one `Name`.

    Raises:
        ValueError: a column is no header or alias of the contract, or its namespace is not the contract's.
    """
    known = {header for column in contract.columns for header in (column.header, *column.aliases)}
    if unknown := set(frame.columns) - known - {INTERCHANGE, NAMESPACE}:
        raise ValueError(f"{contract.feed}: the contract has no {', '.join(sorted(unknown))}")
    name, namespace = (frame[column][0] for column in (INTERCHANGE, NAMESPACE))
    if namespace not in contract.layout.namespaces:
        raise ValueError(f"{contract.feed}: {namespace} is no namespace of the contract")
    paths = {column: [name for name, _ in steps_of(column)] for column in frame.columns if column in known}
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns={quoteattr(namespace)}>\n'.encode()
    for row in frame.iter_rows(named=True):
        yield _record(contract.layout.record or "", row, paths).encode()
    yield f"</{name}>\n".encode()


def _record(name: str, row: dict[str, Any], paths: dict[str, list[str]]) -> str:
    """One element with what a row says, indented with tabs as the standard's own samples are."""
    lines, open_ = [f"\t<{name}>"], list[str]()
    said = ((paths[column], row[column]) for column in paths if row[column] is not None)
    for (*above, last), value in chain(said, [([""], None)]):
        shared = next(
            (n for n, (a, b) in enumerate(zip(open_, above, strict=False)) if a != b), min(len(open_), len(above))
        )
        lines += [f"{_tabs(depth)}</{open_[depth]}>" for depth in range(len(open_) - 1, shared - 1, -1)]
        lines += [f"{_tabs(depth)}<{above[depth]}>" for depth in range(shared, len(above))]
        open_ = above
        if value is not None:
            text = value.isoformat() if isinstance(value, date) else str(value)
            lines.append(f"{_tabs(len(above))}<{last}>{escape(text)}</{last}>")
    return "\n".join([*lines, f"\t</{name}>", ""])


def _tabs(depth: int) -> str:
    return "\t" * (depth + 2)
