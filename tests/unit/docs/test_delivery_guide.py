"""The delivery guide says what the schema of manifests and the contracts say."""

import json
import re

import pytest

from p20w.contracts import FeedContract, load_contracts
from p20w.intake.manifest import Manifest, parse
from p20w.settings import PROJECT

GUIDE = (PROJECT / "docs/agencies/delivery.md").read_text(encoding="utf-8")
CONTRACTS = load_contracts(PROJECT / "contracts")
DELIMITERS = {",": "commas", "|": "a vertical bar", "^": "carets", "\t": "tabs"}
ENCODINGS = {"utf-8": "UTF-8", "windows-1252": "Windows-1252", "ascii": "ASCII"}


def test_its_manifest_is_one_and_its_table_has_every_field() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
    assert parse(example.encode())[1] == []
    table = GUIDE.partition("| field | what it says |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) >= set(Manifest.model_fields) == set(json.loads(example))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.feed)
def test_it_shows_periods_and_form_of_each_feed(contract: FeedContract) -> None:
    (row,) = [line for line in GUIDE.splitlines() if line.startswith(f"| `{contract.feed}` ")]
    _, _, periods, form, _ = row.split("|")
    assert all(contract.period(label) for label in re.findall(r"`([^`]+)`", periods))
    assert all(f"-{part.name}`" in periods for part in contract.calendar.parts if part.name.isalpha())
    layout = contract.layout
    kind = {
        "fixed": f"{layout.record_length} bytes a line",
        "record_types": "lines of several types",
        "json_ld": "graph of JSON-LD",
        "xml": f"XML, elements `{layout.record}`",
        "delimited": DELIMITERS[layout.delimiter],
    }[layout.kind]
    assert kind in form
    assert ENCODINGS[layout.encoding] in form
    assert ("with header" in form) == layout.header
