"""Cut a graph of JSON into its nodes, one after the other.

Here: where each object in the list `@graph` begins and ends; what stands around that list is not looked at but for its
brackets. Memory stays that of one node and one piece of the file. Not here: what a node says (`json_ld`), opening files
(`sources`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from p20w.intake.readers.cutting import LineTooLong, chunks
from p20w.intake.sources import Limits, SourceError

MOST_NESTED = 60
"""Objects and lists within each other; CTDL has about six."""
_MARK = re.compile(rb'"(?:[^"\\]+|\\.)*("?)|[{}\[\]]', re.DOTALL)
_GRAPH, _OPENS, _CLOSES = b'"@graph"', b"{[", b"}]"


@dataclass(frozen=True)
class Node:
    """The bytes of a node, and where they begin in the unpacked file."""

    data: bytes
    at: int


def nodes(path: Path, limits: Limits, size: int) -> Iterator[Node]:
    """The nodes of the graph in a file, in their order.

    Args:
        path: the data file.
        limits: how much the file may ask of the machine.
        size: bytes to read at a time, at most.

    Raises:
        SourceError: it is no graph, ends in the middle, or goes beyond the limits.
    """
    cut = _Cut(limits)
    for chunk in chunks(path, limits, size):
        yield from cut.feed(chunk)
    cut.end()


class _Cut:
    """One pass over a file: how deep it is in objects and lists, and the node that is open."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        # what is kept of the file, where it lies, and how much of it was gone through
        self._data, self._data_at, self._seen = b"", 0, 0
        self._open = bytearray()
        self._is_graph_next = self._is_graph = self._had_graph = False
        self._node_at = -1
        self._count = 0

    def feed(self, chunk: bytes) -> Iterator[Node]:
        """Go through some more bytes; the nodes that end in them."""
        self._data += chunk
        seen = len(self._data)
        for mark in _MARK.finditer(self._data, self._seen):
            token = mark.group()
            if token.startswith(b'"'):
                if not mark.group(1):  # a text that goes on in the next piece
                    seen = mark.start()
                    break
                if len(self._open) == 1:
                    self._is_graph_next = token == _GRAPH
            elif token in _OPENS:
                self._begin(token, self._data_at + mark.start())
            elif (node := self._finish(token, mark.end())) is not None:
                yield node
        kept = seen if self._node_at < 0 else self._node_at - self._data_at
        self._demand_short(len(self._data) - kept)
        self._data, self._data_at, self._seen = self._data[kept:], self._data_at + kept, seen - kept

    def end(self) -> None:
        """The end of the file.

        Raises:
            SourceError: something is open, or there was no graph.
        """
        if self._open or self._data.strip():
            raise SourceError("it is no whole JSON: it ends in the middle")
        if not self._had_graph:
            raise SourceError("it has no list @graph; send one object of JSON-LD with all nodes in it")

    def _begin(self, token: bytes, at: int) -> None:
        if len(self._open) >= MOST_NESTED:
            raise SourceError(f"its objects are nested more than {MOST_NESTED} deep")
        if self._is_graph and len(self._open) == 2 and token == b"{":
            self._node_at = at
        self._open += token
        if self._is_graph_next and len(self._open) == 2:
            self._is_graph, self._had_graph = token == b"[", self._had_graph or token == b"["
            self._is_graph_next = False

    def _finish(self, token: bytes, end: int) -> Node | None:
        """Close what is open; the node that ends with it."""
        if not self._open or _OPENS.index(self._open[-1:]) != _CLOSES.index(token):
            raise SourceError("it is no well-formed JSON: brackets do not match")
        self._open.pop()
        if len(self._open) == 1:
            self._is_graph = False
        if self._node_at < 0 or len(self._open) != 2:
            return None
        start = self._node_at - self._data_at
        self._demand_short(end - start)
        node, self._node_at = Node(self._data[start:end], self._node_at), -1
        self._count += 1
        return node

    def _demand_short(self, length: int) -> None:
        if length > self._limits.line_bytes:
            limit = self._limits.line_bytes
            raise LineTooLong(f"node {self._count + 1:,} has more than {limit:,} bytes (setting P20W_MAX_LINE_BYTES)")
