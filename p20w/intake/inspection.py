"""Measure a delivered file against its manifest and contract, before anything of it is loaded.

Here: the facts the drop gate judges, each 0 when all is well, and the figures a message needs. One pass over the file,
a block at a time. Not here: what a fact leads to (`expectations/drop`), what is wrong with single lines (`check`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from p20w.contracts import Column, FeedContract, PeriodError
from p20w.intake.blame import ERRORS, stops_everything
from p20w.intake.conform import conform
from p20w.intake.drops import DropPath
from p20w.intake.manifest import Manifest
from p20w.intake.readers import Reader, reader_of
from p20w.intake.readers.appearance import is_totals
from p20w.intake.readers.block import CODES, Block
from p20w.intake.readers.encoding import looks_like
from p20w.intake.readers.header import Header
from p20w.intake.sources import DropChanged, SourceError
from p20w.plain_errors import describe

# Facts of the drop gate, in the order in which a refusal names its reason. The suite is expectations/drop/files.yaml.
FACTS = (
    "unforeseen_errors",
    "manifest_faults",
    "file_purged",
    "contract_version_unknown",
    "period_unknown",
    "period_not_over",
    "agreement_not_in_force",
    "agreement_differs",
    "submission_changed",
    "checksum_differs",
    "file_unreadable",
    "file_empty",
    "lines_undecodable",
    "layout_differs",
    "columns_missing",
    "columns_unknown",
    "headers_repeated",
    "last_line_cut",
    "lines_differ",
    "control_totals_unknown",
    "control_totals_differ",
    "lines_of_another_period",
    "file_repeats_itself",
    "file_seen_before",
)


BAD_ENCODING = CODES["bad_encoding"]
FEW_MISENCODED = 3
"""Lines in another encoding that are set aside, whatever the rest is written in: a stray byte, a pasted name."""

MOST_DOUBTFUL = 10
"""Lines below which a file in which each line comes twice may be a small one by chance."""


@dataclass
class Inspection:
    """What one pass over a file found. `figures` feed messages: counts, names of columns, positions; never values.

    `reader` has measured the file and reads it again.
    """

    facts: dict[str, float] = field(default_factory=dict[str, float])
    figures: dict[str, Any] = field(default_factory=dict[str, Any])
    reader: Reader | None = None
    lines: int = 0
    joined: int = 0
    """Of `lines`, those that share a line of the file with the one before."""
    totals: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    """What the sound lines add up to, of each control total that the manifest promises and a column of numbers has."""

    @property
    def header(self) -> Header | None:
        """Which columns the file has, as far as it was read."""
        return self.reader.header if self.reader else None

    @property
    def counted(self) -> int:
        """What a manifest counts: records, those that share a line as one."""
        return self.lines - self.joined

    @property
    def first_fault(self) -> str | None:
        """The fact that a refusal is named after."""
        return next((fact for fact in FACTS if self.facts.get(fact)), None)

    def note(self, fact: str, count: int = 1, **figures: object) -> None:
        """Record that something is wrong."""
        self.facts[fact] = self.facts.get(fact, 0) + count
        for name, value in figures.items():
            self.figures.setdefault(name, value)


def inspect(drop: DropPath, contract: FeedContract) -> Inspection:
    """Measure one drop. Whatever is wrong with it is a fact; what is raised is none of the drop (`blame`)."""
    found = Inspection(dict.fromkeys(FACTS, 0))
    manifest = drop.manifest
    if drop.faults or manifest is None:
        found.note("manifest_faults", max(len(drop.faults), 1), manifest_faults=drop.faults)
    if manifest is None or drop.file is None:
        return found
    _note_terms(found, drop.period, manifest, contract)
    if drop.sha256 != manifest.sha256:
        found.note("checksum_differs")
    try:
        found.reader = reader_of(drop.file, contract, drop.limits)
        _Pass(drop, contract, found, found.reader).run()
    except SourceError as error:
        found.note("file_unreadable", source_fault=str(error))
    except ERRORS as error:
        if stops_everything(error):
            raise
        found.note("unforeseen_errors", unforeseen=describe(error))
    return found


def _note_terms(found: Inspection, period: str, manifest: Manifest, contract: FeedContract) -> None:
    """What the manifest says, held against the contract and its agreement."""
    agreement = contract.agreement
    if not agreement.in_force(manifest.delivered_on):
        found.note("agreement_not_in_force", delivered_on=manifest.delivered_on)
    if manifest.agreement_id != agreement.id:
        found.note("agreement_differs")
    if not contract.covers(manifest.contract_version):
        found.note("contract_version_unknown")
    try:
        found_period = contract.period(period)
    except PeriodError as error:
        found.note("period_unknown", period_fault=str(error))
        return
    ends = found_period.ends
    found.figures |= {"period_starts": found_period.starts, "period_ends": ends}
    if manifest.delivered_on < ends:
        found.note("period_not_over", delivered_on=manifest.delivered_on)


class _Pass:
    """One pass over the records of a file."""

    def __init__(self, drop: DropPath, contract: FeedContract, found: Inspection, reader: Reader) -> None:
        self._drop, self._contract, self._found, self._reader = drop, contract, found, reader
        numbers = {c.name for c in contract.columns if c.logical_type in ("integer", "number") and c.enum is None}
        self._expected = self._period_facts()
        manifest = drop.manifest
        self._promised: Mapping[str, Decimal] = manifest.control_totals if manifest else {}
        self._totals = tuple(name for name in self._promised if name in numbers)
        self._columns: list[Column] = [c for c in contract.columns if c.name in {*self._expected, *self._totals}]
        self._sums = _Sums(self._expected, self._totals)
        self._unsound = 0
        self._off_layout = self._beyond_ascii = self._misencoded = 0
        self._prints: list[npt.NDArray[np.uint64]] = []
        self._last: tuple[Block, bool] | None = None  # the last record, and whether its layout is sound

    def _period_facts(self) -> dict[str, int | str]:
        contract = self._contract
        if contract.content == "restated" or self._found.facts["period_unknown"]:
            return {}
        facts = contract.period(self._drop.period).facts
        return {column: facts[fact] for column, fact in contract.period_columns.items()}

    def run(self) -> None:
        found = self._found
        known = False
        for block in self._reader.blocks():
            header = self._reader.header
            if header and not known:
                known = True
                _note_header(found, header, self._contract)
            if block.repeats:
                found.note("headers_repeated", block.repeats)
            found.joined += block.joined
            if header is None or header.missing or header.unknown or not len(block):
                found.lines += len(block)
                continue
            self._measure(block)
        if not found.lines and not found.first_fault:
            found.note("file_empty")
        self._conclude()

    def _measure(self, block: Block) -> None:
        found = self._found
        faults = self._reader.faults(block)
        found.lines += len(block)
        odd = np.flatnonzero(faults == BAD_ENCODING)
        self._off_layout += int(np.count_nonzero(faults)) - len(odd)
        if not block.terminated and faults[-1] not in (0, BAD_ENCODING):
            found.note("last_line_cut")
        if np.count_nonzero(faults) * 2 > len(block) and "looks" not in found.figures:
            found.figures["looks"] = self._reader.looks(block)
        self._last = (block.last(), bool(faults[-1] == 0))
        self._beyond_ascii += len(block.beyond_ascii)
        self._misencoded += len(odd)
        if len(odd):
            first = int(odd[0])
            found.figures.setdefault("misencoded_line", block.first_line + first)
            found.figures.setdefault("looks_like", looks_like(block.record(first)))
        self._prints.append(_prints(block))
        if not self._columns:
            return
        sound = self._sums.add(self._reader.text(block, faults == 0, self._columns), self._columns)
        self._unsound += len(block) - sound

    def _conclude(self) -> None:
        found, manifest = self._found, self._drop.manifest
        if manifest is None:
            return
        if self._sums.other_period or any(self._sums.totals.get(n) != total for n, total in self._promised.items()):
            self._look_again()
        found.totals = self._sums.totals
        if self._sums.other_period:
            found.note("lines_of_another_period", self._sums.other_period)
        if found.lines and self._off_layout * 2 > found.lines:
            found.note("layout_differs", off_layout=self._off_layout)
        if self._misencoded > FEW_MISENCODED and self._misencoded * 2 >= self._beyond_ascii:
            found.note("lines_undecodable", self._misencoded, beyond_ascii=self._beyond_ascii)
        self._note_repeats()
        self._note_totals_row()
        if found.counted != manifest.record_count:
            found.note("lines_differ", abs(found.counted - manifest.record_count), promised=manifest.record_count)
        for name, promised in self._promised.items():
            total = self._sums.totals.get(name)
            if total is None:
                found.note("control_totals_unknown")
            elif total > promised if self._unsound else total != promised:
                found.note("control_totals_differ", control_column=name, promised_total=promised, total=total)

    def _note_totals_row(self) -> None:
        """Recognize a last record that is no line of data but sums up those before it."""
        found, contract = self._found, self._contract
        found.facts["totals_rows"] = 0
        if self._last is None:
            return
        last, sound = self._last
        if not is_totals(last.record(0), found.lines - 1, self._promised.values()):
            return
        if sound:
            text = self._reader.text(last, np.ones(1, np.bool_))
            sound = not conform(text, contract.columns).reason.any()
        if not sound:
            found.note("totals_rows")

    def _note_repeats(self) -> None:
        """How many lines say again what an earlier one said; half do when a file was joined to itself, give or take."""
        lines = sum(len(part) for part in self._prints)
        if not lines:
            return
        prints = np.concatenate(self._prints)
        prints.sort()  # a tenth of the time that np.unique takes
        repeated = int(np.count_nonzero(prints[1:] == prints[:-1]))
        self._found.facts["lines_repeated_percent"] = round(100 * repeated / lines, 4)
        if lines >= MOST_DOUBTFUL and repeated * 3 >= lines:
            self._found.note("file_repeats_itself", repeated=repeated)

    def _look_again(self) -> None:
        """Sum over the sound lines only: a line with another fault is set aside, and what it says proves nothing."""
        contract, header = self._contract, self._reader.header
        if header is None or header.missing:
            return
        self._sums, self._unsound = _Sums(self._expected, self._totals), 0
        for block in self._reader.blocks():
            if len(block):
                sound = self._sums.add(self._reader.text(block, self._reader.faults(block) == 0), contract.columns)
                self._unsound += len(block) - sound


def _prints(block: Block) -> npt.NDArray[np.uint64]:
    """A hash of each record, by which the same record is known again; one that could not be read repeats nothing."""
    if block.values is not None and not block.data:
        numbers = np.arange(block.first_line, block.first_line + len(block), dtype=np.uint64)
        return np.where(block.values.faults > 0, numbers, block.values.text.hash_rows().to_numpy())
    edges = np.append(block.starts, len(block.data)).astype(np.int64)
    lines = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(block), [None, pa.py_buffer(edges), pa.py_buffer(block.data)]
    )
    return pl.Series(pl.from_arrow(lines)).hash().to_numpy()


class _Sums:
    """Control totals and lines of another period, over lines whose looked-at columns are sound."""

    def __init__(self, expected: Mapping[str, int | str], totals: Sequence[str]) -> None:
        self._expected = expected
        self.totals = dict.fromkeys(totals, Decimal(0))
        self.other_period = 0

    def add(self, text: pl.DataFrame, columns: Sequence[Column]) -> int:
        """Add lines of text; the number that were sound in `columns`, with a readable value to add."""
        conformed = conform(text, columns)
        lines = conformed.frame
        if conformed.reason.any():
            lines = lines.filter(pl.Series(conformed.reason == 0))
        for name in self.totals:
            self.totals[name] += Decimal(str(lines[name].sum() or 0))
        if self._expected and lines.height:
            other = pl.any_horizontal(pl.col(name) != value for name, value in self._expected.items())
            self.other_period += int(lines.select(other.sum()).item())
        adds_nothing = [place for place, item in enumerate(columns) if item.name in self.totals]
        unread = np.isin(conformed.fields.column, adds_nothing)
        return lines.height - len(np.unique(conformed.fields.row[unread]))


def data_blocks(found: Inspection) -> Iterator[Block]:
    """The records of a file that `inspect` has measured, once more.

    Raises:
        DropChanged: it could not be measured to its end.
    """
    if found.reader is None:
        raise DropChanged("the file changed while it was read")
    return (block for block in found.reader.blocks() if len(block))


def _note_header(found: Inspection, header: Header, contract: FeedContract) -> None:
    found.facts["header_respelled"] = header.respelled
    if not header.fits(contract):
        found.note("layout_differs", header_matched=header.matched, header_expected=len(contract.columns))
        found.figures["looks"] = header.looks
        return
    if header.missing:
        found.note("columns_missing", len(header.missing), missing_columns=header.missing)
    if header.unknown:
        places = tuple(position + 1 for position in header.unknown)
        found.note("columns_unknown", len(header.unknown), unknown_positions=places)
