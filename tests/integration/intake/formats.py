"""One table in every format, and the contract of its feed for that format.

Here: writing rows as an agency's program would, and what hostile files are made of. Not here: reading them.
"""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from p20w.contracts import FeedContract, Layout

Row = Mapping[str, str | None]
LAYOUTS = {
    "json_lines": Layout("json_lines", "utf-8", header=False),
    "json_ld": Layout("json_ld", "utf-8", header=False, nodes=("Row",)),
    "parquet": Layout("parquet", "utf-8"),
    "xml": Layout("xml", "utf-8", header=False, record="Row"),
}
TERMS: Mapping[str, Mapping[str, Any]] = {
    "json_lines": {"kind": "json_lines"},
    "json_ld": {"kind": "json_ld", "nodes": ["Row"]},
    "parquet": {"kind": "parquet"},
    "xml": {"kind": "xml", "record": "Row"},
}


def of_format(contract: FeedContract, kind: str) -> FeedContract:
    """The contract of a delimited feed, had its agency agreed on another format."""
    return replace(contract, layout=LAYOUTS[kind])


def write_contracts(source: Path, target: Path, kind: str, feeds: Sequence[str]) -> Path:
    """A folder of contracts in which some feeds have another format."""
    target.mkdir(parents=True)
    for path in source.glob("*.yaml"):
        if path.stem in feeds:
            said = yaml.safe_load(path.read_text())
            for item in said["customProperties"]:
                if item["property"] == "layout":
                    item["value"] = dict(TERMS[kind])
            (target / path.name).write_text(yaml.safe_dump(said, sort_keys=False))
        else:
            (target / path.name).write_bytes(path.read_bytes())
    return target


def as_json_lines(rows: Sequence[Row]) -> bytes:
    """One object a row; blanks are left out or null, by turns."""
    said = (
        {name: value for name, value in row.items() if value is not None or number % 2}
        for number, row in enumerate(rows)
    )
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in said).encode()


def as_json_ld(rows: Sequence[Row]) -> bytes:
    """One node a row, among nodes of another type and within objects that no path names; blanks are left out."""
    graph: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        graph.append({"@id": f"_:other{number}", "@type": "Other", "Row": [{"@type": "Row"}, '} ] \\ " {']})
        said = {name: [value] if number % 2 else {"@value": value} for name, value in row.items() if value is not None}
        graph.append({"@id": f"_:{number}", "@type": ["Thing", "Row"], **said, "More": {"@graph": [{"@type": "Row"}]}})
    whole = {"@context": {"@vocab": "urn:x", "@graph": "no list"}, "@graph": graph, "@id": "_:all"}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def as_parquet(rows: Sequence[Row], **how: Any) -> bytes:
    """Columns of text, in groups of a few rows."""
    out = io.BytesIO()
    names = rows[0].keys()
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in names})
    pq.write_table(table, out, row_group_size=37, **how)
    return out.getvalue()


def as_xml(rows: Sequence[Row]) -> bytes:
    """One element a row, among others; blanks are left out."""
    parts = ["<?xml version='1.0' encoding='UTF-8'?>\n<Rows>\n<!-- <Row/> -->"]
    for row in rows:
        fields = "".join(f"\n  <{k}>\n {escape(v)} </{k}>" for k, v in row.items() if v is not None)
        parts.append(f"<Other><Row2/></Other>\n<Row note='a > b'>{fields}<More><Row/></More></Row >\n")
    return "".join([*parts, "</Rows>\n"]).encode()


WRITES: Mapping[str, Callable[[Sequence[Row]], bytes]] = {
    "json_lines": as_json_lines,
    "json_ld": as_json_ld,
    "parquet": as_parquet,
    "xml": as_xml,
}
