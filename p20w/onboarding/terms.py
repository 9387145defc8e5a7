"""The terms of a contract around its columns, as far as a sample shows them.

Here: layout, rules that every feed has, and places to be filled in, each saying what to write and why. Not here:
columns (`draft`).
"""

from typing import Any

from p20w.contracts import SECTORS
from p20w.contracts.open_places import MARK
from p20w.onboarding.sample import MISSING, Sample

_FORMATS = {
    "delimited": "csv",
    "fixed": "fixed",
    "record_types": "fixed",
    "json_lines": "jsonl",
    "json_ld": "jsonld",
    "parquet": "parquet",
    "xml": "xml",
}


class Inline(dict[str, Any]):
    """A term that is written in one line."""


def fill(what: str) -> str:
    """A place to be filled in, with what to write."""
    return f"{MARK} {what}"


def contract_of(
    feed: str, sample: Sample, columns: list[dict[str, Any]], constants: list[str], order: int, *, people: bool
) -> dict[str, Any]:
    """The contract around its columns.

    Args:
        feed: its name.
        sample: that was read.
        columns: of the contract.
        constants: columns that may repeat a fact of the period.
        order: an `intakeOrder` that no feed has.
        people: whether records are of people.
    """
    layout = sample.form.layout
    custom: dict[str, Any] = {
        "shortName": fill("what pages call the feed, in two or three words"),
        "intakeOrder": order,
        "layout": _layout(sample),
        "content": fill(
            "period (a drop holds its period), snapshot (all that is in force on a day) or restated (all periods again)"
        ),
        "missing": list(MISSING),
        "usual": Inline(lines=10),
        "refreshWaits": False,
        "authoritativeSource": fill("the agency whose word counts for these facts"),
        "period": _period(constants),
    }
    if people:
        custom["identity"] = Inline(
            idSpace=fill("whose numbers its ids are, such as k12_state_id; {} where people are known by SSN alone")
        )
    custom["agreement"] = _agreement()
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": feed,
        "name": fill("the feed in a few words, such as UI wage records, by quarter"),
        "version": "1.0.0",
        "status": "draft",
        "tenant": fill("the state"),
        "domain": fill(f"the sector, one of {', '.join(SECTORS)}"),
        "dataProduct": "p20w",
        "description": {
            "purpose": fill("what the feed tells"),
            "usage": fill("what the agreement lets it be used for"),
            "limitations": fill("whom or what it leaves out, so that nobody takes a gap for an answer"),
        },
        "servers": [
            {
                "server": "drops",
                "type": "local",
                "path": f"drops/{feed}/{{period}}/{{submission}}",
                "format": _FORMATS[layout.kind],
            }
        ],
        "schema": [
            {
                "name": feed,
                "physicalName": f"intake.{feed}",
                "physicalType": "table",
                "logicalType": "object",
                "description": fill("what a record is about"),
                "dataGranularityDescription": fill("one row per what: the key in words"),
                "quality": _rules(),
                "properties": columns,
            }
        ],
        "team": {
            "name": fill("the office that sends the file"),
            "members": [Inline(username=f"{feed.replace('_', '-')}-steward", role=fill("a role to ask, no person"))],
        },
        "customProperties": [{"property": name, "value": value} for name, value in custom.items()],
    }


def _layout(sample: Sample) -> Inline:
    layout = sample.form.layout
    terms: dict[str, Any] = {"kind": layout.kind}
    match layout.kind:
        case "delimited":
            terms |= {"delimiter": layout.delimiter, "encoding": layout.encoding, "header": layout.header}
        case "fixed":
            terms |= {"encoding": layout.encoding, "recordLength": layout.record_length}
        case "xml":
            terms |= {"record": layout.record, "namespaces": list(layout.namespaces)}
        case "json_ld":
            terms |= {"nodes": list(layout.nodes)}
        case _:
            pass
    return Inline(terms)


def _period(constants: list[str]) -> dict[str, Any]:
    kinds = "month, quarter, school_year, collection, term or snapshot (docs/agencies/new-feed.md says what each needs)"
    period: dict[str, Any] = {
        "kind": fill(f"what a drop describes: {kinds}"),
        "dueAfterDays": fill("days from the end of a period until its file should be here, a number"),
    }
    if constants:
        period["columns"] = Inline(
            {name: fill("the fact of the period it repeats: year, quarter, school_year …") for name in constants}
        )
    return period


def _agreement() -> dict[str, Any]:
    return {
        "id": fill("number of the data-sharing agreement; each manifest repeats it"),
        "legalAuthority": fill(
            "the law that lets the agency share this, such as 34 CFR 99.31(a)(3) or 20 CFR 603.5(e)"
        ),
        "purposes": [fill("each purpose that it allows, such as program_evaluation, outcome_reporting, linkage")],
        "permittedLinkages": [fill("each feed with which it may be linked, by name")],
        "minimumCellSize": fill("fewest people in a published cell, a number; 10 unless it says more"),
        "retentionYears": fill("years until the data is destroyed, a number"),
        "inForceFrom": fill("first day, like 2024-07-01, in quotes"),
        "inForceTo": fill("last day, like 2034-06-30, in quotes"),
    }


def _rules() -> list[dict[str, Any]]:
    return [
        {
            "name": "enough_lines",
            "type": "library",
            "metric": "rowCount",
            "mustBeGreaterThan": 0,
            "severity": "critical",
            "dimension": "completeness",
            "description": "A file has at least one record.",
            "businessImpact": fill("what would seem true if an empty file took the place of an earlier one"),
        },
        {
            "name": "few_lines_set_aside",
            "type": "library",
            "metric": "invalidValues",
            "unit": "percent",
            "mustBeLessThan": 10,
            "severity": "critical",
            "dimension": "conformity",
            "description": "Fewer than one line in ten is quarantined.",
            "businessImpact": "A file that breaks its layout this often is a broken export, and its counts mislead.",
        },
    ]
