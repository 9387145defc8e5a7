"""The check an agency can run before it sends: the same measures as intake, with no database.

Here: a receipt, or the list of faults by line and column, without content. Not here: what the gates make of repeats
and resubmissions, which only the warehouse can know (`receive`).
"""

import json
import os
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from p20w.contracts import FeedContract, PeriodError, SetsAside, load_contracts
from p20w.intake.blame import ERRORS, stops_everything
from p20w.intake.drops import DropPath, is_address, read_drop, sha256_of
from p20w.intake.inspection import Inspection, data_blocks, inspect
from p20w.intake.lines import read_lines
from p20w.intake.manifest import MANIFEST, parse
from p20w.intake.messages import REASONS, finding
from p20w.intake.sources import Limits, SourceError
from p20w.settings import Settings

LISTED = 100  # faults told one by one; the rest are counted

LINE_FAULTS = {
    "nul_byte": "has a NUL byte",
    "field_count": "has another number of fields than the header",
    "line_length": "has another length than the contract's record",
    "bad_quotes": "has a quote that is not closed",
    "missing": "is blank, and must not be",
    "bad_type": "is not written as the contract says",
    "impossible_date": "is a date that does not exist",
    "bad_code": "is not one of the contract's codes",
    "bad_pattern": "does not have the contract's form",
    "out_of_range": "is outside the contract's range",
    "too_long": "is longer than the contract allows",
    "after_period": "is later than the period's end",
    "bad_encoding": "has letters that are not written in the contract's encoding",
    "many_unreadable": "has several values that cannot be read, as when its columns have shifted",
}


@dataclass(frozen=True)
class Fault:
    """One fault of one line: where and why, never what was written."""

    line: int
    column: str | None
    reason: str
    sets_aside: SetsAside = "line"

    def __str__(self) -> str:
        subject = f"{self.column} " if self.column else ""
        follows = "; only this value would be missing" if self.sets_aside == "field" else ""
        return f"line {self.line:,}: {subject}{LINE_FAULTS[self.reason]}{follows}"


@dataclass(frozen=True)
class Receipt:
    """What a check found. `refusals` concern the whole file, `faults` single lines and values.

    `counts` are lines set aside by reason and column, `fields` values set aside in lines that stay.
    """

    feed: str
    period: str
    file: str
    sha256: str
    lines_total: int
    lines_sound: int
    refusals: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    counts: dict[tuple[str, str | None], int] = field(default_factory=dict[tuple[str, str | None], int])
    fields: dict[tuple[str, str | None], int] = field(default_factory=dict[tuple[str, str | None], int])

    @property
    def ok(self) -> bool:
        """Whether intake would accept the file, every line and every value of it."""
        return not self.refusals and not self.counts and not self.fields

    def lines(self) -> list[str]:
        """The receipt in words."""
        told = [f"{self.feed} {self.period}: {self.file}", f"SHA-256 {self.sha256}"]
        if self.ok:
            return [*told, f"{self.lines_total:,} lines, all of them sound. The file can be sent."]
        if self.refusals:
            told += ["It would be refused:", *(f"  {words}" for words in self.refusals)]
        aside, unread = sum(self.counts.values()), sum(self.fields.values())
        if aside:
            told += [f"{aside:,} of {self.lines_total:,} lines would be quarantined:", *_counted(self.counts)]
        if unread:
            subject = "1 value would be missing, the rest of its line used:"
            if unread > 1:
                subject = f"{unread:,} values would be missing, the rest of their lines used:"
            told += [subject, *_counted(self.fields)]
        told += [f"  {fault}" for fault in self.faults]
        if aside + unread > len(self.faults):
            told.append(f"  and {aside + unread - len(self.faults):,} more")
        return [*told, "Correct the file or its manifest, then check again before sending."]


def _counted(counts: dict[tuple[str, str | None], int]) -> list[str]:
    return [
        f"  {count:,} × {column or 'the line'} {LINE_FAULTS[reason]}"
        for (reason, column), count in sorted(counts.items(), key=lambda item: -item[1])
    ]


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
        return _with_line_faults(receipt, drop, contract, found)
    except ERRORS as error:
        if stops_everything(error):
            raise
        found.note("unforeseen_errors")
        return replace(receipt, refusals=_refusals(drop, found, contract))


def _refusals(drop: DropPath, found: Inspection, contract: FeedContract) -> tuple[str, ...]:
    return tuple(finding(fact, drop, found, contract) for fact in REASONS if found.facts.get(fact))


def _with_line_faults(receipt: Receipt, drop: DropPath, contract: FeedContract, found: Inspection) -> Receipt:
    faults: list[Fault] = []
    counts: Counter[tuple[str, str | None]] = Counter()
    fields: Counter[tuple[str, str | None]] = Counter()
    for block in data_blocks(drop, contract, Inspection(header=found.header, multiline=found.multiline)):
        if not len(block):
            continue
        aside = read_lines(block, contract, found, packed=True).quarantine
        headers = {column.name: column.header for column in contract.columns}
        columns = ("line_number", "column_name", "reason_code", "sets_aside")
        for line, column, reason, sets_aside in aside.select(columns).sort("line_number").iter_rows():
            header = headers.get(column)
            (fields if sets_aside == "field" else counts)[reason, header] += 1
            if len(faults) < LISTED:
                faults.append(Fault(line, header, reason, sets_aside))
    sound = found.lines - sum(counts.values())
    return replace(receipt, lines_sound=sound, faults=tuple(faults), counts=dict(counts), fields=dict(fields))


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
    return replace(drop, manifest=manifest.model_copy(update={"record_count": inspect(drop, contract).lines}))


def _period_in(text: str, contract: FeedContract) -> str:
    """The period that a file's name says after its feed, with or without a submission behind it."""
    for candidate in (text, text.rpartition("_")[0]):
        try:
            return contract.period(candidate).label
        except PeriodError as error:
            wrong = error
    raise _NoDrop(f"there is no manifest.json beside it, and in its name, {wrong}")
