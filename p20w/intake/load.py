"""Load one drop: both halves in one transaction, or nothing.

Here: lines to `intake.<feed>` and `intake.quarantine`, their identities to the vault (`vault`), and the facts of the
contract's quality rules, all on one connection of the role `intake`. Reading goes on while the database works. Not
here: reading (`lines`, `split`), deciding (`receive`).
"""

from collections import Counter
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import psycopg
from psycopg import sql

from p20w.contracts import FeedContract, QualityRule
from p20w.failpoints import reach
from p20w.intake.background import Background
from p20w.intake.drops import DropPath
from p20w.intake.gate import record_facts
from p20w.intake.inspection import Inspection, data_blocks
from p20w.intake.lines import read_lines
from p20w.intake.near_worker import NearTokens
from p20w.intake.normalize import NameCount, SsnCount
from p20w.intake.sources import DropChanged
from p20w.intake.split import Halves, Splitter
from p20w.intake.vault import DropVault, Vault
from p20w.keys import KeyRing

_NO_COLUMN = "-"
ENOUGH_SSNS = 20  # of fewer, a share says nothing
ENOUGH_BIRTHDATES = 1_000  # of fewer, some share a day by chance


@dataclass
class Tally:
    """What was sent to the database for one drop, counted on this side."""

    accepted: int = 0
    nobody: int = 0
    blanks: dict[str, int] = field(default_factory=dict[str, int])
    quarantined: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])
    unreadable: dict[str, int] = field(default_factory=dict[str, int])
    sums: dict[str, tuple[float, int]] = field(default_factory=dict[str, tuple[float, int]])
    """Of columns of numbers: sum, and how many values it is of."""
    ssns: SsnCount = field(default_factory=SsnCount)
    names: NameCount = field(default_factory=NameCount)
    birthdates: Counter[date] = field(default_factory=Counter[date])

    @property
    def set_aside(self) -> int:
        """Lines quarantined."""
        return sum(self.quarantined.values())

    def count(self, quarantine: pl.DataFrame) -> None:
        """Count what was set aside: lines by reason and column, fields of accepted lines by column."""
        groups = quarantine.group_by("sets_aside", "reason_code", "column_name").len()
        for sets_aside, reason, column, count in groups.iter_rows():
            if sets_aside == "field":
                self.unreadable[column] = self.unreadable.get(column, 0) + count
            else:
                key = (reason, column or _NO_COLUMN)
                self.quarantined[key] = self.quarantined.get(key, 0) + count

    def measure(self, halves: Halves, contract: FeedContract) -> None:
        """Add up what is compared with earlier drops, and look at SSNs and birth dates of new identities."""
        for name in contract.usual.keys() - {"lines"}:
            values = halves.attributes[name].drop_nulls()
            total, count = self.sums.get(name, (0.0, 0))
            self.sums[name] = (total + float(values.sum() or 0), count + len(values))
        self.ssns += halves.ssn_count
        self.names += halves.name_count
        if contract.has_identities and "birthdate" in halves.identities.columns:
            days = halves.identities["birthdate"].drop_nulls().value_counts()
            self.birthdates.update(dict(days.iter_rows()))

    def figures(self) -> dict[str, float]:
        """What is usual for a feed or not: facts of this drop."""
        means = {f"{name}_observed": round(total / count, 4) for name, (total, count) in self.sums.items() if count}
        given = self.ssns.given if self.ssns.given >= ENOUGH_SSNS else 0
        born = self.birthdates.total()
        heap = _percent(max(self.birthdates.values()), born) if born >= ENOUGH_BIRTHDATES else 0.0
        return {
            "lines_observed": self.accepted,
            **means,
            "ssns_damaged_percent": _percent(self.ssns.damaged, given),
            "ssns_nobodys_percent": _percent(self.ssns.nobodys, given),
            "names_filled_percent": _percent(self.names.filled, self.names.named),
            "values_marked_missing": self.names.marked,
            "birthdates_on_one_day_percent": heap,
        }


@dataclass(frozen=True)
class Chunk:
    """Accepted lines split in halves, and what was set aside."""

    halves: Halves
    quarantine: pl.DataFrame


class Loader:
    """Loads drops, one after the other, on one connection."""

    def __init__(
        self,
        connection: psycopg.Connection,
        contracts: Mapping[str, FeedContract],
        keys: KeyRing,
        reference: Path,
        workers: int,
        fillers: Mapping[str, frozenset[str]],
    ) -> None:
        self._fillers = fillers
        self._connection = connection
        self._contracts = contracts
        self._keys = keys
        self._reference = reference
        self._vault = Vault(connection, NearTokens(keys.near.secret, workers))

    def load(self, drop: DropPath, drop_id: int, found: Inspection) -> Tally:
        """Load one drop that passed the drop gate, and record the facts of its lines. The caller commits.

        Raises:
            SourceError: the file cannot be read any more, or has other lines than were measured.
        """
        contract = self._contracts[drop.feed]
        tally = Tally()
        half = self._vault.for_drop(drop_id)
        sending = Background[Chunk](lambda chunk: self._send(contract, chunk, half, tally))
        try:
            for chunk in self._chunks(drop, drop_id, contract, found, tally):
                sending.put(chunk)
        finally:
            sending.finish()
        half.finish()
        if tally.accepted + tally.set_aside != found.lines:
            raise DropChanged("the file changed while it was read")
        reach("intake.before_facts")
        record_facts(self._connection, drop_id, self._line_facts(contract, drop_id, found.lines, tally))
        return tally

    def _chunks(
        self, drop: DropPath, drop_id: int, contract: FeedContract, found: Inspection, tally: Tally
    ) -> Generator[Chunk]:
        valid_on = contract.period(drop.period).ends
        splitter = Splitter(contract, self._keys, self._reference, self._fillers)
        for block in data_blocks(drop, contract, Inspection(header=found.header, multiline=found.multiline)):
            if not len(block):
                continue
            lines = read_lines(block, contract, found, drop_id, packed=True)
            tally.names += NameCount(marked=lines.marked)
            for name, count in lines.blanks.items():
                tally.blanks[name] = tally.blanks.get(name, 0) + count
            yield Chunk(splitter.split(lines.accepted, drop_id, valid_on), lines.quarantine)

    def _send(self, contract: FeedContract, chunk: Chunk, half: DropVault, tally: Tally) -> None:
        """Send one chunk; runs beside the reading of the next one."""
        attributes = chunk.halves.attributes
        self._vault.copy(f"intake.{contract.feed}", attributes)
        self._vault.copy("intake.quarantine", chunk.quarantine)
        tally.accepted += attributes.height
        tally.count(chunk.quarantine)
        tally.measure(chunk.halves, contract)
        if contract.has_identities:
            tally.nobody += attributes["identity_id"].null_count()
            half.add(chunk.halves)

    # ----------------------------------------------------------------- facts

    def _line_facts(self, contract: FeedContract, drop_id: int, lines: int, tally: Tally) -> dict[str, float]:
        """Facts of the feed's quality rules; how many lines lie where is counted when they are judged (`gate`)."""
        named = tally.nobody if contract.has_identities else 0
        facts: dict[str, float] = {"lines_without_identity_percent": _percent(named, tally.accepted)}
        facts |= tally.figures()
        for rule in contract.rules:
            facts[rule.name] = self._rule_fact(contract, rule, drop_id, lines, tally)
        return {f"intake.{name}": float(value) for name, value in facts.items()}

    def _rule_fact(self, contract: FeedContract, rule: QualityRule, drop_id: int, lines: int, tally: Tally) -> float:
        if rule.query is not None:
            table = sql.SQL("(select * from {} where drop_id = {}) as slice").format(
                sql.Identifier("intake", contract.feed), sql.Literal(drop_id)
            )
            query = rule.query.replace("{slice}", table.as_string(self._connection))
            row = self._connection.execute(query.encode()).fetchone()
            return float(row[0]) if row and row[0] is not None else 0.0
        if rule.metric == "rowCount":
            return tally.accepted
        if rule.metric == "nullValues":
            count, of = tally.blanks.get(rule.column or "", 0), tally.accepted
        else:
            # of a table: lines set aside; of a column: also the values set aside in lines that stay
            count = sum(n for (_, column), n in tally.quarantined.items() if rule.column in (None, column))
            count += tally.unreadable.get(rule.column or "", 0)
            of = lines
        return _percent(count, of) if rule.percent else count


def _percent(count: int, of: int) -> float:
    return round(100.0 * count / of, 4) if of else 0.0
