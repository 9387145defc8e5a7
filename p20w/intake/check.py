"""The check an agency can run before it sends: the same measures and verdicts as intake's, with no database.

Here: from a file or folder to a receipt. Not here: how a receipt reads (`receipt`), and what only the warehouse can
know: repeats and resubmissions (`receive`), rules in SQL (`load`), what is usual for a feed (`usual`).
"""

import json
import os
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from expectations.suites import Expectation, Suite
from p20w.contracts import FeedContract, PeriodError, fillers, form, load_contracts
from p20w.intake.blame import ERRORS, stops_everything
from p20w.intake.drops import DropPath, is_address, read_drop, sha256_of
from p20w.intake.gate import drop_suite, intake_suite
from p20w.intake.inspection import Inspection, data_blocks, inspect
from p20w.intake.lines import read_lines, with_nobodys
from p20w.intake.manifest import MANIFEST, parse
from p20w.intake.messages import REASONS, finding
from p20w.intake.receipt import LISTED, Fault, Receipt
from p20w.intake.sources import Limits, SourceError
from p20w.intake.split import Splitter
from p20w.intake.tally import Tally
from p20w.keys import KeyRing, TokenKey
from p20w.settings import Settings


class _NoDrop(ValueError):
    """There is nothing at a path that intake would read; the message says why."""


def check_file(path: Path, settings: Settings) -> Receipt:
    """Check a data file, or the folder of a drop.

    The manifest beside it says what is promised. A file without manifest is checked for what it holds, by the feed
    and period its name begins with (`ui_wage_2024Q3_1.txt`); the receipt then gives count and checksum to put into
    the manifest.
    """
    contracts = load_contracts(settings.contracts)
    try:
        drop = _drop_at(path, contracts, Limits.of(settings))
    except (_NoDrop, SourceError) as error:
        return Receipt("unknown", "unknown", path.name, "none", 0, 0, (f"{str(error)[:1].upper()}{str(error)[1:]}.",))
    contract = contracts[drop.feed]
    found = inspect(drop, contract)
    receipt = Receipt(
        drop.feed,
        drop.period,
        drop.file.name if drop.file else path.name,
        drop.sha256 or "none",
        found.lines,
        found.lines,
        _refusals(drop, found, contract),
    )
    if drop.file is None or found.header is None or found.header.missing or found.header.unknown:
        return receipt
    if any(found.facts[fact] for fact in ("layout_differs", "file_unreadable", "unforeseen_errors")):
        return receipt
    try:
        return _with_line_faults(receipt, drop, contract, found, settings)
    except ERRORS as error:
        if stops_everything(error):
            raise
        found.note("unforeseen_errors")
        return replace(receipt, refusals=_refusals(drop, found, contract))


def _refusals(drop: DropPath, found: Inspection, contract: FeedContract) -> tuple[str, ...]:
    return tuple(finding(fact, drop, found, contract) for fact in REASONS if found.facts.get(fact))


def _with_line_faults(
    receipt: Receipt, drop: DropPath, contract: FeedContract, found: Inspection, settings: Settings
) -> Receipt:
    faults: list[Fault] = []
    counts: Counter[tuple[str, str | None]] = Counter()
    fields: Counter[tuple[str, str | None]] = Counter()
    tally = Tally()
    splitter = Splitter(contract, _throwaway_keys(), settings.reference, fillers(settings.contracts))
    headers = {column.name: column.header for column in contract.columns}
    wanted = {column.name: form(column) for column in contract.columns}
    for block in data_blocks(found):
        lines = read_lines(block, contract, found, packed=True)
        tally.read(lines)
        halves = splitter.split(lines.accepted, 0, found.figures.get("period_ends", date.today()))
        quarantine = with_nobodys(lines.quarantine, halves.nobody, block, contract)
        tally.add(halves, quarantine, contract)
        columns = ("line_number", "column_name", "reason_code", "sets_aside")
        for line, column, reason, sets_aside in quarantine.select(columns).sort("line_number").iter_rows():
            header = headers.get(column)
            (fields if sets_aside == "field" else counts)[reason, header] += 1
            if len(faults) < LISTED:
                faults.append(Fault(line, header, reason, sets_aside, wanted.get(column, "")))
    broken = [
        *_broken(drop_suite(settings.suites), {} if receipt.refusals else found.facts),
        *_broken(intake_suite(settings.suites, contract), tally.facts(contract, found.lines)),
    ]
    return replace(
        receipt,
        lines_sound=found.lines - sum(counts.values()),
        refusals=(*receipt.refusals, *(told for severity, told in broken if severity == "critical")),
        warnings=tuple(told for severity, told in broken if severity != "critical"),
        faults=tuple(faults),
        counts=dict(counts),
        fields=dict(fields),
    )


def _broken(suite: Suite, facts: Mapping[str, float]) -> list[tuple[str, str]]:
    """Rules of a gate that the facts break: how grave each is, and what it says."""
    measured = [(item, facts.get(item.column or "")) for item in suite.expectations]
    return [
        (item.severity, f"{item.meta['what']} Here it is {value:,.4g}.")
        for item, value in measured
        if value is not None and _breaks(item, value)
    ]


def _breaks(rule: Expectation, value: float) -> bool:
    """Whether a fact breaks a rule on it, as the gate would judge."""
    limits = rule.kwargs
    if "value_set" in limits:
        return value not in limits["value_set"]
    low, high = limits.get("min_value"), limits.get("max_value")
    below = low is not None and (value < low or (value == low and bool(limits.get("strict_min"))))
    return below or (high is not None and (value > high or (value == high and bool(limits.get("strict_max")))))


def _throwaway_keys() -> KeyRing:
    """Keys for a check, gone with it: who is new must be known, and no token leaves."""
    return KeyRing(*(TokenKey(name, "check", secrets.token_bytes(32)) for name in ("ssn", "near", "id")))


def _drop_at(path: Path, contracts: dict[str, FeedContract], limits: Limits) -> DropPath:
    folder = path if path.is_dir() else path.parent
    if os.path.lexists(folder / MANIFEST):
        if is_address(folder):
            drop = read_drop(folder, limits)
            if path.is_dir() or drop.file is None or drop.file == path:
                return _under_contract(drop, contracts)
        elif path.is_dir():
            raise _NoDrop(
                "intake does not read this folder; it is to be <feed>/<period>/<submission>, like ui_wage/2024Q3/1"
            )
    if path.is_dir():
        raise _NoDrop("there is no manifest.json in the folder")
    return _unpromised(path, contracts, limits)


def _under_contract(drop: DropPath, contracts: dict[str, FeedContract]) -> DropPath:
    if drop.feed not in contracts:
        raise _NoDrop(f"its folder names a feed without a contract; the feeds are {', '.join(contracts)}")
    return drop


def _unpromised(path: Path, contracts: dict[str, FeedContract], limits: Limits) -> DropPath:
    """A file without manifest, as if the manifest promised what the file holds."""
    digest = sha256_of(path, limits)
    stem = path.name.partition(".")[0]
    feed = max((name for name in contracts if stem.startswith(name + "_")), key=len, default=None)
    if feed is None:
        raise _NoDrop(f"its name begins with no feed ({', '.join(contracts)}) and there is no manifest.json beside it")
    contract = contracts[feed]
    period = _period_in(stem.removeprefix(feed + "_"), contract)
    today = min(max(date.today(), contract.agreement.in_force_from), contract.agreement.in_force_to)
    promised = {
        "feed": feed,
        "period": period,
        "submission": 1,
        "delivered_on": today.isoformat(),
        "file": path.name,
        "sha256": digest,
        "record_count": 0,
        "agreement_id": contract.agreement.id,
        "contract_version": contract.version,
    }
    manifest, faults = parse(json.dumps(promised).encode())
    drop = DropPath(path.parent, feed, period, 1, path, digest, today, manifest, tuple(faults), limits)
    if manifest is None:
        return drop
    return replace(drop, manifest=manifest.model_copy(update={"record_count": inspect(drop, contract).counted}))


def _period_in(text: str, contract: FeedContract) -> str:
    """The period that a file's name says after its feed, with or without a submission behind it."""
    for candidate in (text, text.rpartition("_")[0]):
        try:
            return contract.period(candidate).label
        except PeriodError as error:
            wrong = error
    raise _NoDrop(f"there is no manifest.json beside it, and in its name, {wrong}")
