"""Read contracts: check them against the Open Data Contract Standard, then turn them into `FeedContract`.

Here: the standard's pydantic model and its JSON schema (the model alone lets misspelled keys through), and the
custom properties this project adds. Not here: what a contract means for a file (`p20w.intake`).
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from p20w.contracts import contradictions
from p20w.contracts.codes import DatedCode, dated, read_code
from p20w.contracts.errors import ContractError
from p20w.contracts.groups import check_fields, read_groups
from p20w.contracts.layouts import check_place, read_layout
from p20w.contracts.model import (
    ORDERS,
    SECTORS,
    USUAL_WARNS,
    Agreement,
    Column,
    FeedContract,
    Identifies,
    QualityRule,
    SetsAside,
)
from p20w.contracts.open_places import open_places
from p20w.contracts.periods import PeriodCalendar, PeriodKind, PeriodPart
from p20w.contracts.record_types import place

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,62}")


def read_contracts(folder: Path) -> tuple[dict[str, FeedContract], dict[str, ContractError]]:
    """By feed, the contracts of a folder that can be read, and why each of the others cannot.

    For whoever shows all feeds. Whoever works with feeds takes `load_contracts`, which goes on without none.
    """
    contracts: dict[str, FeedContract] = {}
    broken: dict[str, ContractError] = {}
    for path in contract_files(folder):
        try:
            contracts[path.stem] = load_contract(path)
        except ContractError as error:
            broken[path.stem] = error
    return contracts, broken


def load_contracts(folder: Path) -> dict[str, FeedContract]:
    """All contracts of a folder by feed, in the order in which feeds of one day are taken in.

    Raises:
        ContractError: one is invalid, or there is none.
    """
    contracts = {path.stem: load_contract(path) for path in contract_files(folder)}
    if not contracts:
        raise ContractError(f"no contract in {folder}: each feed needs one file <feed>.yaml")
    ordered = {contract.feed: contract for contract in sorted(contracts.values(), key=lambda c: c.intake_order)}
    _check_together(ordered)
    return ordered


def _check_together(contracts: Mapping[str, FeedContract]) -> None:
    """Each feed has a short name and a place of its own, after the feed that its ids come from."""
    for term, said in (
        ("shortName", {feed: contract.short_name for feed, contract in contracts.items()}),
        ("intakeOrder", {feed: contract.intake_order for feed, contract in contracts.items()}),
    ):
        for feed, value in said.items():
            if others := [other for other in said if other != feed and said[other] == value]:
                free = max(contract.intake_order for contract in contracts.values()) + 1
                hint = f"; the next one that is free is {free}" if term == "intakeOrder" else ""
                raise ContractError(f"{feed}.yaml: {term} {value} is also that of {', '.join(others)}{hint}")
    for feed, contract in contracts.items():
        parent = contracts.get(contract.parent or "")
        if parent and parent.intake_order > contract.intake_order:
            raise ContractError(
                f"{feed}.yaml: its ids are those of {parent.feed}, which is taken in after it: give it an intakeOrder "
                f"above {parent.intake_order}"
            )


def contract_files(folder: Path) -> list[Path]:
    """One file a feed; files that begin with an underscore are no contracts."""
    return [path for path in sorted(folder.glob("*.yaml")) if not path.name.startswith("_")]


def load_contract(path: Path) -> FeedContract:
    """Read and check one contract.

    Raises:
        ContractError: it breaks the standard's model or schema, or this project's terms.
    """
    stat = path.stat()
    return _load_contract(path, stat.st_mtime_ns, stat.st_size)


@cache
def _load_contract(path: Path, _modified: int, _size: int) -> FeedContract:
    try:
        text = path.read_text(encoding="utf-8")
        data = cast("dict[str, Any]", yaml.load(text, yaml.CSafeLoader))
        _check_complete(data)
        check_standard(data)
        return _feed_contract(data, path.stem)
    except ContractError as error:
        raise ContractError(f"{path.name}: {error}") from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else "somewhere"
        raise ContractError(f"{path.name}: no YAML, {line}: {error.problem or error.context}") from None
    except (yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ContractError(f"{path.name}: a term is missing or malformed: {error!r}") from error


def _check_complete(data: object) -> None:
    places = list(open_places(data))
    if places:
        first = "; ".join(f"at {path}: {what}" for path, what in places[:3])
        raise ContractError(f"a draft, with {len(places)} places to be filled in; {first}")


def check_standard(data: Mapping[str, Any]) -> None:
    """Check a contract against the standard's pydantic model and its JSON schema.

    Raises:
        ContractError: names the first places that break either.
    """
    from pydantic import ValidationError

    model, validator = _standard()
    try:
        model.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise ContractError(f"at {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    faults = sorted(validator.iter_errors(data), key=lambda fault: list(map(str, fault.instance_path)))
    if faults:
        places = [f"at {'.'.join(map(str, f.instance_path)) or 'top'}: {f.message[:160]}" for f in faults[:3]]
        raise ContractError("; ".join(places))


@cache
def _standard() -> tuple[Any, Any]:
    import jsonschema_rs
    from open_data_contract_standard.model import OpenDataContractStandard

    schema = json.loads(OpenDataContractStandard.json_schema())
    return OpenDataContractStandard, jsonschema_rs.validator_for(schema)


def _custom(item: Mapping[str, Any]) -> dict[str, Any]:
    return {entry["property"]: entry["value"] for entry in item.get("customProperties") or ()}


def _feed_contract(data: Mapping[str, Any], feed: str) -> FeedContract:
    custom = _custom(data)
    table = data["schema"][0]
    if not data["id"] == table["name"] == feed or not _IDENTIFIER.fullmatch(feed):
        raise ContractError(f"file, id and schema must share one name in snake case, here {feed!r}")
    columns = tuple(_column(item) for item in table["properties"])
    rules = [_rule(item, None) for item in table.get("quality") or ()]
    for item in table["properties"]:
        rules += [_rule(rule, item["name"]) for rule in item.get("quality") or ()]
    identity = custom.get("identity")
    period, layout = custom["period"], read_layout(custom["layout"])
    contract = FeedContract(
        feed=feed,
        version=data["version"],
        title=data["name"],
        purpose=_text(data["description"]["purpose"]),
        limitations=_text(data["description"].get("limitations", "")),
        granularity=table["dataGranularityDescription"],
        authoritative_source=custom["authoritativeSource"],
        layout=layout,
        content=custom["content"],
        calendar=_calendar(period),
        period_columns=dict(period.get("columns") or {}),
        latest_column=period.get("latest"),
        columns=columns,
        rules=tuple(rules),
        short_name=custom["shortName"],
        sector=data["domain"],
        intake_order=custom["intakeOrder"],
        id_space=(identity or {}).get("idSpace"),
        parent=(identity or {}).get("parent"),
        has_identities=identity is not None,
        agreement=_agreement(custom["agreement"]),
        steward=data["team"]["members"][0]["role"],
        groups=read_groups(custom["otherLayout"], [layout.encoding]) if "otherLayout" in custom else None,
        refresh_waits=_yes_or_no(custom, "refreshWaits"),
        missing=tuple(str(mark) for mark in custom.get("missing") or ()),
        usual={str(figure): float(times) for figure, times in (custom.get("usual") or {}).items()},
    )
    _check(contract)
    return contract


def _yes_or_no(custom: Mapping[str, Any], term: str) -> bool:
    value = custom.get(term, False)
    if not isinstance(value, bool):
        raise ContractError(f"{term} is true or false, not {value!r}")
    return value


def _text(words: str) -> str:
    return " ".join(words.split())


def _month_day(text: str) -> date:
    """A day of each year, as `MM-DD`, in some year without a leap day."""
    return datetime.strptime(f"1999-{text}", "%Y-%m-%d").date()


def _calendar(item: Mapping[str, Any]) -> PeriodCalendar:
    kind = cast("PeriodKind", item["kind"])
    if kind in ("collection", "term"):
        named = item["parts"].items()
        parts = [_part(name, part["starts"], part["ends"], part["dueAfterDays"]) for name, part in named]
    elif kind == "snapshot":
        parts = [_part(day, day, day, item["dueAfterDays"]) for day in item["days"]]
    elif kind == "quarter" and "parts" in item:
        parts = [_part(name, "01-01", "12-31", part["dueAfterDays"]) for name, part in item["parts"].items()]
    elif kind in get_args(PeriodKind):
        ends = item.get("ends", "06-30")
        parts = [_part("", f"{_month_day(ends) + timedelta(days=1):%m-%d}", ends, item["dueAfterDays"])]
    else:
        raise ContractError(f"period kind {kind!r} is none of {', '.join(get_args(PeriodKind))}")
    return PeriodCalendar(kind, tuple(parts))


def _part(name: str, starts: str, ends: str, due_after_days: int) -> PeriodPart:
    first, last = _month_day(starts), _month_day(ends)
    return PeriodPart(name, (first.month, first.day), (last.month, last.day), int(due_after_days))


def _agreement(item: Mapping[str, Any]) -> Agreement:
    return Agreement(
        id=item["id"],
        legal_authority=item["legalAuthority"],
        purposes=tuple(item["purposes"]),
        permitted_linkages=tuple(item["permittedLinkages"]),
        minimum_cell_size=int(item["minimumCellSize"]),
        retention_years=int(item["retentionYears"]),
        in_force_from=date.fromisoformat(item["inForceFrom"]),
        in_force_to=date.fromisoformat(item["inForceTo"]),
    )


_OF_COLUMNS = frozenset({
    "ceds", "pirl", "identifies", "aliases", "position", "unreadable", "contradicts", "mayBeAbsent", "lostZero", "kept",
    "proven",
})  # fmt: skip
"""Custom properties of columns."""


def _column(item: Mapping[str, Any]) -> Column:
    custom = _custom(item)
    options: Mapping[str, Any] = item.get("logicalTypeOptions") or {}
    enum, labels, codes = _enumeration(item["name"], item.get("enum"))
    unknown = set(custom) - _OF_COLUMNS
    if unknown:
        raise ContractError(f"column {item['name']}: unknown custom properties {sorted(unknown)}")
    if custom.get("identifies") not in (None, *get_args(Identifies)):
        raise ContractError(f"column {item['name']}: identifies is one of {', '.join(get_args(Identifies))}")
    if custom.get("lostZero") not in (None, "read") or ("lostZero" in custom and custom.get("identifies") != "ssn"):
        raise ContractError(f"column {item['name']}: lostZero is read, and of the column that holds the SSN")
    if "proven" in custom and (custom["proven"] is not True or custom.get("identifies") != "birthdate"):
        raise ContractError(f"column {item['name']}: proven is true, and of the column that holds the birth date")
    if "mayBeAbsent" in custom and (custom["mayBeAbsent"] is not True or item.get("required")):
        raise ContractError(f"column {item['name']}: mayBeAbsent is true, and of a column that is not required")
    if custom.get("kept") not in (None, False):
        raise ContractError(f"column {item['name']}: kept is false, or left out for a column that is kept")
    position = _position(custom["position"]) if "position" in custom else None
    return Column(
        name=item["name"],
        header=item["physicalName"],
        logical_type=item["logicalType"],
        description=_text(item["description"]),
        classification=item["classification"],
        required=bool(item.get("required", False)),
        aliases=tuple(custom.get("aliases") or ()),
        position=position if isinstance(position, tuple) else None,
        places=position if isinstance(position, dict) else {},
        physical_format=item.get("physicalType"),
        minimum=options.get("minimum"),
        maximum=options.get("maximum"),
        max_length=options.get("maxLength"),
        pattern=options.get("pattern"),
        size=options.get("format"),
        enum=enum,
        labels=labels,
        codes=codes,
        ceds=custom.get("ceds"),
        pirl=custom.get("pirl"),
        identifies=custom.get("identifies"),
        key_position=item.get("primaryKeyPosition"),
        unreadable=_unreadable(item, custom.get("unreadable")),
        contradicts=_text(custom["contradicts"]) if "contradicts" in custom else None,
        reads_lost_zero="lostZero" in custom,
        may_be_absent="mayBeAbsent" in custom,
        is_kept="kept" not in custom,
        is_proven="proven" in custom,
    )


def _unreadable(item: Mapping[str, Any], said: object) -> SetsAside:
    """What a value sets aside that cannot be read: its line, unless an optional column says that it is the field."""
    if said not in (None, *get_args(SetsAside)):
        raise ContractError(f"column {item['name']}: unreadable is {' or '.join(get_args(SetsAside))}")
    needed = bool(item.get("required")) or item.get("primaryKeyPosition") is not None
    if needed and said == "field":
        raise ContractError(
            f"column {item['name']}: its line means nothing without it (it is required, or part of the key), "
            "so an unreadable value sets aside the line; leave unreadable out, or make the column optional"
        )
    return cast("SetsAside", said or "line")


def _position(said: str | Mapping[str, str | list[str]]) -> tuple[int, int] | dict[str, tuple[tuple[int, int], ...]]:
    """A place such as `22-29`, or by type of record one place, or one for each part of a line that has several."""
    if isinstance(said, str):
        return place(said)
    return {kind: tuple(place(text) for text in ([at] if isinstance(at, str) else at)) for kind, at in said.items()}


def _enumeration(
    name: str, items: list[Mapping[str, Any]] | None
) -> tuple[dict[str, str] | None, dict[str, str], tuple[DatedCode, ...]]:
    """Value in the file → value stored, words for the latter, and the codes with their days where days matter.

    Of a code with several meanings the first one counts for whoever asks without a day.
    """
    if items is None:
        return None, {}, ()
    codes = [read_code(name, item["value"], _custom(item)) for item in items]
    labels = {code.stored: str(item["label"]) for code, item in zip(codes, items, strict=True) if "label" in item}
    stored = {code.written: code.stored for code in sorted(codes, key=lambda code: code.days, reverse=True)}
    return {code.written: stored[code.written] for code in codes}, labels, dated(name, codes)


_BOUNDS = {
    "mustBe": ("both", False),
    "mustBeGreaterThan": ("minimum", True),
    "mustBeGreaterOrEqualTo": ("minimum", False),
    "mustBeLessThan": ("maximum", True),
    "mustBeLessOrEqualTo": ("maximum", False),
}


def _rule(item: Mapping[str, Any], column: str | None) -> QualityRule:
    name = item.get("name")
    if not name or not _IDENTIFIER.fullmatch(name):
        raise ContractError(f"each quality rule needs a name in snake case, here {name!r}")
    if item.get("severity") not in ("critical", "warning", "info"):
        raise ContractError(f"quality rule {name}: severity is critical, warning or info")
    kind = item.get("type", "library")
    if kind not in ("library", "sql") or item.get("metric") not in (None, "nullValues", "invalidValues", "rowCount"):
        raise ContractError(f"quality rule {name}: only nullValues, invalidValues, rowCount and sql are evaluated")
    limits: dict[str, Any] = {}
    for key, (side, strict) in _BOUNDS.items():
        for bound in ("minimum", "maximum") if key in item and side == "both" else (side,) if key in item else ():
            limits[bound] = item[key]
            limits[f"strict_{bound}"] = strict
    if "mustBeBetween" in item:
        limits = {"minimum": item["mustBeBetween"][0], "maximum": item["mustBeBetween"][1]}
    if not limits:
        raise ContractError(f"quality rule {name}: it names no bound that can be judged")
    return QualityRule(
        name=name,
        severity=item["severity"],
        description=_text(item["description"]),
        matters=_text(item["businessImpact"]),
        metric=item.get("metric"),
        query=item.get("query"),
        column=column,
        percent=item.get("unit") == "percent",
        **limits,
    )


def _check(contract: FeedContract) -> None:
    """Terms of this project that the standard cannot know."""
    if contract.sector not in SECTORS:
        raise ContractError(f"domain {contract.sector!r} is none of {', '.join(SECTORS)}")
    if type(contract.intake_order) is not int or not 0 < contract.intake_order < ORDERS:
        raise ContractError(f"intakeOrder is a whole number from 1 to {ORDERS - 1}, and no other feed's")
    if contract.parent and not contract.id_space:
        raise ContractError("identity has a parent, so it needs the idSpace whose ids are the parent's")
    names = [column.name for column in contract.columns]
    headers = [header for column in contract.columns for header in (column.header, *column.aliases)]
    rules = [rule.name for rule in contract.rules]
    for kind, items in (("column", names), ("header", headers)):
        if len(set(items)) < len(items):
            raise ContractError(f"a {kind} occurs twice")
    if bad := [name for name in names if not _IDENTIFIER.fullmatch(name)]:
        raise ContractError(f"column names are snake case: {bad}")
    if bad := [rule for rule in rules if rules.count(rule) > 1]:
        raise ContractError(f"quality rules share a name: {sorted(set(bad))}")
    for column in contract.columns:
        check_place(column.name, (column.header, *column.aliases), column.position, column.places, contract.layout)
        if column.may_be_absent and not contract.layout.header:
            raise ContractError(
                f"column {column.name} may be absent, which only a header can tell: the layout has none"
            )
        if column.logical_type in ("date", "boolean", "number") and not column.physical_format:
            raise ContractError(f"column {column.name}: a {column.logical_type} needs its physicalType")
        if column.identifies not in (None, "sex", "is_ssn_verified") and column.in_intake:
            raise ContractError(f"column {column.name} identifies a person: classify it as restricted")
        if column.classification == "restricted" and column.identifies is None and column.is_kept:
            raise ContractError(f"column {column.name} is restricted: say what it identifies, or kept: false")
        if column.identifies and not contract.has_identities:
            raise ContractError(f"column {column.name} identifies a person, but the feed has no identity term")
    if contract.groups:
        check_fields(contract.groups, {column.name: column.required for column in contract.columns})
    contradictions.check(contract.columns, packed=contract.layout.kind == "fixed")
    numbers = {c.name for c in contract.attributes if c.logical_type in ("integer", "number") and c.enum is None}
    if bad := [figure for figure in contract.usual if figure not in {"lines", *numbers}]:
        raise ContractError(f"usual names {bad}: it compares lines, or columns of numbers")
    if bad := [figure for figure, times in contract.usual.items() if times <= USUAL_WARNS]:
        raise ContractError(f"usual of {bad}: a factor of {USUAL_WARNS:g} is warned about; refuse at more than that")
    for name in (*contract.period_columns, *((contract.latest_column,) if contract.latest_column else ())):
        contract.column(name)
    if bad := [name for name in contract.period_columns if contract.column(name).unreadable == "field"]:
        raise ContractError(f"columns {bad} say of which period a line is: unreadable is line there")
