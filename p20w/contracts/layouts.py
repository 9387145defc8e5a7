"""The format of a feed's files, as the contract's `layout` says it.

Here: the terms of each format and what columns need under it. Not here: reading a file (`p20w.intake.readers`), the
other terms of a contract (`load`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from p20w.contracts.errors import ContractError
from p20w.contracts.record_types import Places, RecordTypes, check_places, read_record_types

LayoutKind = Literal["delimited", "fixed", "record_types", "json_lines", "json_ld", "parquet", "xml"]

_ASCII_COMPATIBLE = re.compile(r"utf-?8|ascii|us-ascii|windows-125\d|cp125\d|iso-?8859-\d+|latin-?1")
_NAME = r"[A-Za-z_][\w.-]*"
_PATH = re.compile(rf"(?:{_NAME}(?:\[[1-9]\d{{0,2}}\])?/)*(?:{_NAME}(?:\[[1-9]\d{{0,2}}\])?|@{_NAME})")
_TERM = r"@?[A-Za-z_][\w.:-]*"
_TERMS_PATH = re.compile(rf"{_TERM}(?:\[[1-9]\d{{0,2}}\])?(?:/{_TERM}(?:\[[1-9]\d{{0,2}}\])?)*")
_TERMS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {  # needed, and those that may be left out
    "delimited": (frozenset({"kind", "encoding", "delimiter"}), frozenset({"header"})),
    "fixed": (frozenset({"kind", "encoding", "recordLength"}), frozenset()),
    "record_types": (
        frozenset({"kind", "encoding", "header", "trailer", "count", "column", "records"}),
        frozenset({"letters"}),
    ),
    "json_lines": (frozenset({"kind"}), frozenset()),
    "json_ld": (frozenset({"kind", "nodes"}), frozenset()),
    "parquet": (frozenset({"kind"}), frozenset()),
    "xml": (frozenset({"kind", "record"}), frozenset({"namespaces"})),
}


@dataclass(frozen=True)
class Layout:
    """How the records of a file are written.

    A fixed layout has a `record_length` and no header; one of several types of records has them in `types`. The records
    of XML are elements called `record`; it and the elements in it are of one of the `namespaces`, or of none where
    there are none. Those of JSON-LD are the nodes of the graph that have one of the types in `nodes`.
    """

    kind: LayoutKind
    encoding: str
    delimiter: str = ","
    header: bool = True
    record_length: int | None = None
    record: str | None = None
    namespaces: tuple[str, ...] = ()
    types: RecordTypes | None = None
    nodes: tuple[str, ...] = ()


def read_layout(item: Mapping[str, Any]) -> Layout:
    """The contract's `layout`.

    Raises:
        ContractError: no such format, or a term of it is missing, malformed or of another format.
    """
    kind = str(item.get("kind"))
    if kind not in _TERMS:
        raise ContractError(f"layout: kind is one of {', '.join(get_args(LayoutKind))}")
    needed, optional = _TERMS[kind]
    if missing := needed - item.keys():
        raise ContractError(f"layout: a {kind} layout needs {', '.join(sorted(missing))}")
    if unknown := item.keys() - needed - optional:
        raise ContractError(f"layout: a {kind} layout has no {', '.join(sorted(unknown))}")
    encoding = str(item.get("encoding", "utf-8")).lower()
    if not _ASCII_COMPATIBLE.fullmatch(encoding):
        raise ContractError(f"encoding {encoding!r} is not one that keeps ASCII as it is (utf-8, windows-1252, …)")
    if kind == "fixed":
        return Layout("fixed", encoding, header=False, record_length=int(item["recordLength"]))
    if kind == "record_types":
        return Layout("record_types", encoding, header=False, types=read_record_types(item))
    if kind == "delimited":
        delimiter = str(item["delimiter"])
        if len(delimiter.encode()) != 1:
            raise ContractError("layout: a delimiter is one character")
        return Layout("delimited", encoding, delimiter, bool(item.get("header", True)))
    if kind == "xml":
        if not re.fullmatch(_NAME, str(item["record"])):
            raise ContractError("layout: record is the name of an element, without its namespace")
        names = tuple(str(name) for name in item.get("namespaces") or ())
        return Layout("xml", encoding, header=False, record=str(item["record"]), namespaces=names)
    if kind == "json_ld":
        names = tuple(str(name) for name in item["nodes"] or ())
        if not names or not all(re.fullmatch(_TERM, name) for name in names):
            raise ContractError("layout: nodes are the types of those that are records, like [ceterms:License]")
        return Layout("json_ld", encoding, header=False, nodes=names)
    return Layout(cast("LayoutKind", kind), encoding, header=kind == "parquet")


def steps_of(path: str) -> list[tuple[str, int | None]]:
    """What a path through XML or JSON-LD names, step by step, each with its number among its like, from 1, or None."""
    parts = (part.removesuffix("]").partition("[") for part in path.split("/"))
    return [(name, int(number) if number else None) for name, _, number in parts]


def check_place(
    name: str, headers: tuple[str, ...], position: tuple[int, int] | None, places: Places, layout: Layout
) -> None:
    """Check that a column says where its values stand in a file of this layout.

    Args:
        name: of the column.
        headers: its header and aliases.
        position: first byte from 1, and length; of fixed layouts alone.
        places: positions by type of record; of layouts with several types alone.
        layout: of the feed.

    Raises:
        ContractError: it does not.
    """
    if (position is None) == (layout.kind == "fixed"):
        raise ContractError(f"column {name}: fixed layouts need a position, others have none")
    check_places(name, places, layout.types)
    if layout.kind == "xml" and (bad := [header for header in headers if not _PATH.fullmatch(header)]):
        raise ContractError(f"column {name}: {bad[0]!r} is no path below the record, like Name/FirstName or Race[2]")
    if layout.kind == "json_ld" and (bad := [header for header in headers if not _TERMS_PATH.fullmatch(header)]):
        raise ContractError(f"column {name}: {bad[0]!r} is no path of terms, like ceterms:name/en-US")
    if position and layout.record_length and sum(position) - 1 > layout.record_length:
        raise ContractError(f"column {name} lies beyond the record length of {layout.record_length} bytes")
