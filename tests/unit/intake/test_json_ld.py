"""Graphs of JSON-LD: what is no graph refuses the file, what a node says wrongly sets that node aside."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from p20w.contracts import ContractError
from p20w.contracts.layouts import check_place, read_layout
from p20w.intake.readers import reader_of
from tests.integration.intake.formats import as_json_ld, of_format
from tests.unit.intake.test_formats import CTE, ROWS, SECRET, aside, measured, participation

WHOLE = as_json_ld(ROWS)
CONTRACT = of_format(CTE, "json_ld")
FIRST = {"@type": "Row", **{name: value for name, value in participation(900).items() if value}}


def graph(*nodes: Any) -> bytes:
    return json.dumps({"@graph": list(nodes)}).encode()


GRAPHS = {
    "nested without end": (b'{"@graph": [' + b'{"a":' * 5_000, "nested more than"),
    "lists without end": (b"[" * 5_000, "nested more than"),
    "cut off": (WHOLE[:-300], "ends in the middle"),
    "a text without end": (b'{"@graph": [{"a": "' + SECRET.encode(), "ends in the middle"),
    "brackets that do not match": (b'{"@graph": [{"a": 1]}}', "brackets do not match"),
    "closed twice": (b'{"@graph": []}}', "brackets do not match"),
    "no graph": (b'{"graph": [{"@type": "Row"}]}', "no list @graph"),
    "a graph elsewhere": (b'{"a": {"@graph": [{"@type": "Row"}]}}', "no list @graph"),
    "a list of nodes": (b'[{"@type": "Row"}]', "no list @graph"),
    "no JSON": (f"{SECRET},1\n".encode(), "no list @graph"),
    "a NUL": (b'{"@graph": ["\0"]}', "NUL"),
    "a node without end": (graph({"@type": "Row", "CipCode": "x" * 2_000_000}), "more than 1,000,000 bytes"),
    "a context without end": (b'{"@context": "' + b"x" * 2_000_000, "more than 1,000,000 bytes"),
    "inflated": (gzip.compress(b'{"@graph": [' + b" " * 60_000_000), "times the bytes of its archive"),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_what_is_no_graph_is_refused_with_a_reason(name: str, tmp_path: Path) -> None:
    data, words = GRAPHS[name]
    found = measured(tmp_path, data, CONTRACT)
    assert found.first_fault == "file_unreadable"
    assert words in found.figures["source_fault"]
    assert SECRET not in str(found)


NODES: dict[str, tuple[object, str]] = {
    "a list of one": (["2"], ""),
    "a value in an object": ({"@value": "2", "@type": "xsd:integer"}, ""),
    "a number": (2, ""),
    "two values": (["2", "3"], "repeated_field"),
    "an object that says nothing": ({"a": "2"}, "not_scalar"),
    "an object in a list": ([[{"@value": "2"}]], "not_scalar"),
    "no value": ([], ""),
}


@pytest.mark.parametrize("name", NODES)
def test_a_value_may_stand_alone_in_a_list_or_in_an_object(name: str, tmp_path: Path) -> None:
    value, reason = NODES[name]
    data = graph(
        *({**FIRST, "StudentIdentifierState": str(10**9 + n)} for n in range(9)), FIRST | {"CteCoursesPassed": value}
    )
    found = measured(tmp_path, data, CONTRACT, count=10)
    assert (found.first_fault, found.lines) == (None, 10)
    assert [(line, code) for line, _, code, _ in aside(found, CONTRACT)] == ([(10, reason)] if reason else [])


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (b'{"@type": "Row", "CipCode": NaN}', "bad_record"),
        (b'{"@type": "Row" "CipCode": 1}', "bad_record"),
        (b'{"@type": "Row", "CipCode": "1", "CipCode": "2"}', "bad_record"),
        (b'{"@type": "Row", "a": "\xff"}', "bad_encoding"),
    ],
    ids=["not a number", "a comma missing", "a name twice", "no UTF-8"],
)
def test_a_node_that_is_no_json_is_set_aside_alone(node: bytes, reason: str, tmp_path: Path) -> None:
    place = WHOLE.rindex(b"{", 0, WHOLE.index(b"_:other7"))
    data = WHOLE[:place] + node + b"," + WHOLE[place:]
    found = measured(tmp_path, data, CONTRACT, count=81)
    assert (found.first_fault, found.lines) == (None, 81)
    assert [(line, code) for line, _, code, _ in aside(found, CONTRACT)] == [(8, reason)]


def test_nodes_of_other_types_and_those_within_nodes_are_no_records(tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    file.write_bytes(WHOLE)
    assert sum(len(block) for block in reader_of(file, CONTRACT, size=700).blocks()) == len(ROWS)


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"kind": "json_ld"}, "needs nodes"),
        ({"kind": "json_ld", "nodes": []}, "types of those that are records"),
        ({"kind": "json_ld", "nodes": ["a b"]}, "types of those that are records"),
        ({"kind": "json_ld", "nodes": ["x:A"], "record": "A"}, "has no record"),
    ],
)
def test_a_layout_says_which_nodes_are_records(terms: dict[str, Any], words: str) -> None:
    with pytest.raises(ContractError, match=words):
        read_layout(terms)


def test_columns_are_paths_of_terms() -> None:
    layout = read_layout({"kind": "json_ld", "nodes": ["ceterms:License"]})
    for header in ("ceterms:ctid", "@type", "ceterms:name/en-US", "ceterms:occupationType[1]/ceterms:codedNotation"):
        check_place("a", (header,), None, {}, layout)
    for header in ("ceterms:name[0]", "a//b", "a b", "/a"):
        with pytest.raises(ContractError, match="no path of terms"):
            check_place("a", (header,), None, {}, layout)
