"""The graph of a drop in JSON-LD, one node a row.

Here: from columns that are paths of terms to nested objects. Not here: other layouts (`writing`), which nodes there
are.
"""

import json
from datetime import date
from typing import Any, cast

import polars as pl

from p20w.contracts import FeedContract
from p20w.contracts.layouts import steps_of

_CONTEXT = "https://credreg.net/ctdl/schema/context/json"


def as_graph(frame: pl.DataFrame, contract: FeedContract) -> bytes:
    """One object with all nodes in `@graph`; a row gives a node its type and what else it says, blanks left out.

    Raises:
        ValueError: the frame has not the contract's headers.
    """
    if set(frame.columns) != {column.header for column in contract.columns}:
        raise ValueError(f"{contract.feed}: what is simulated has not the contract's headers")
    paths = {header: steps_of(header) for header in frame.columns}
    nodes: list[dict[str, Any]] = []
    for number, row in enumerate(frame.iter_rows(named=True)):
        node: dict[str, Any] = {"@id": f"urn:node:{number}"}
        for header, value in row.items():
            if value is not None:
                _put(node, paths[header], value.isoformat() if isinstance(value, date) else value)
        nodes.append(node)
    return json.dumps({"@context": _CONTEXT, "@graph": nodes}, indent=1, ensure_ascii=False).encode() + b"\n"


def _put(node: dict[str, Any], path: list[tuple[str, int | None]], value: object) -> None:
    """Give a node the value at the end of a path; a numbered step makes a list of one."""
    (name, number), *rest = path
    if not rest:
        node[name] = value if number is None else [value]
        return
    below: dict[str, Any] = {}
    held = node.setdefault(name, below if number is None else [below])
    _put(cast("dict[str, Any]", held[0] if isinstance(held, list) else held), rest, value)
