"""JSON-LD: a record is a node of `@graph` that has one of the contract's types, a column is a path of terms in it.

Here: from the nodes of a graph to rows (credential registries publish CTDL in this form). Terms and values are read as
they are written, with their prefix: `@context` is agreed and never fetched. What no path names, and nodes of other
types, are not read. Not here: choosing types and paths (the contract), cutting a file into nodes (`nodes`).

A path names member after member: `ceterms:name/en-US`. Where a member is a list, the path says which, as in
`ceterms:occupationType[1]/ceterms:codedNotation`; without a number it is the only one. At the end of a path stands one
value, or an object that says it as `@value` or points to it as `@id`. Of a column's header and aliases the first that
finds a value counts.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from p20w.contracts import FeedContract
from p20w.contracts.layouts import steps_of
from p20w.intake.readers.base import ReaderOfValues
from p20w.intake.readers.block import Block
from p20w.intake.readers.header import expected_header
from p20w.intake.readers.json_values import as_written
from p20w.intake.readers.nodes import Node, nodes
from p20w.intake.readers.rows import Rows
from p20w.intake.sources import Limits

Steps = Sequence[tuple[str, int | None]]


class JsonLdReader(ReaderOfValues):
    """Reads graphs of JSON-LD in UTF-8."""

    def __init__(self, file: Path, contract: FeedContract, limits: Limits, size: int) -> None:
        super().__init__(file, contract, limits, size)
        self.header = expected_header(contract)
        self._types = frozenset(contract.layout.nodes)
        self._paths = [[steps_of(path) for path in (column.header, *column.aliases)] for column in contract.columns]

    def blocks(self) -> Iterator[Block]:
        """As `Reader.blocks`."""
        held, rows, size, first = list[Node](), Rows(self._contract), 0, 1
        for node in nodes(self._file, self._limits, self._size):
            if not self._read(node.data, rows):
                continue
            held.append(node)
            size += len(node.data)
            if size >= self._size:
                yield _block(first, held, rows)
                first += len(held)
                held, rows, size = [], Rows(self._contract), 0
        if held:
            yield _block(first, held, rows)

    def _read(self, data: bytes, rows: Rows) -> bool:
        """Add the row of one node, unless it is of another type; one that cannot be read is a record with a fault."""
        reason = ""
        try:
            node = cast("dict[str, Any]", as_written(data, _once))
        except UnicodeDecodeError:
            reason = "bad_encoding"
        except (ValueError, RecursionError):
            reason = "bad_record"
        else:
            said = node.get("@type")
            if not self._types.intersection(said if isinstance(said, list) else [said]):
                return False
            rows.begin()
            for place, paths in enumerate(self._paths):
                self._put(rows, place, node, paths)
            return True
        rows.begin()
        rows.fault(reason)
        return True

    @staticmethod
    def _put(rows: Rows, place: int, node: dict[str, Any], paths: Sequence[Steps]) -> None:
        """Give the row the value that the first path with one leads to."""
        for path in paths:
            found, reason = _walk(node, path)
            if reason:
                rows.fault(reason, place)
                return
            if found is not None:
                rows.put(place, found)
                return


def _walk(found: Any, path: Steps) -> tuple[str | bool | None, str]:
    """The value that a path leads to, None where there is none; or why what is there is no single value."""
    for name, number in path:
        if not isinstance(found, dict):
            return None, ""
        found, reason = _one_of(cast("dict[str, Any]", found).get(name), number)
        if reason:
            return None, reason
    if isinstance(found, dict):
        of = cast("dict[str, Any]", found)
        found = of.get("@value", of.get("@id"))
        if found is None:
            return None, "not_scalar"
    if found is None or isinstance(found, (str, bool)):
        return found, ""
    return None, "not_scalar"


def _one_of(value: Any, number: int | None) -> tuple[Any, str]:
    """The member of a list that a step takes; what is no list is the first and only one."""
    several = cast("list[Any]", value) if isinstance(value, list) else [value]
    if number is None:
        return (several[0] if several else None), "repeated_field" if len(several) > 1 else ""
    return (several[number - 1] if number <= len(several) else None), ""


def _block(first: int, held: Sequence[Node], rows: Rows) -> Block:
    return Block.of_records(first, [node.data for node in held], [node.at for node in held], rows.values())


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose members have a name each."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a name twice")
    return found
