"""Load one drop: both halves in one transaction, or nothing.

Here: lines to `intake.<feed>` and `intake.quarantine`, identities, addresses and tokens to the vault, and the facts
the intake gate judges, all on one connection of the role `intake`, which may add to the vault and never read it.
Reading goes on while the database works. Not here: reading (`parse`, `conform`, `split`), deciding (`receive`).
"""

import queue
import sys
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psycopg
from psycopg import sql

from p20w.contracts import FeedContract, QualityRule
from p20w.database.bulk import copy_arrow
from p20w.failpoints import reach
from p20w.intake.conform import conform
from p20w.intake.drops import DropPath
from p20w.intake.gate import record_facts
from p20w.intake.inspection import Inspection, data_blocks
from p20w.intake.near_worker import NearTokens
from p20w.intake.parse import text_columns, undecodable
from p20w.intake.records import REASONS, Block, layout_faults
from p20w.intake.split import Halves, Splitter
from p20w.keys import KeyRing

# Sending hands over the interpreter after each buffer; at the usual 5 ms a turn, it would wait most of the time.
SWITCH_SECONDS = 0.000_2
KNOWN_TOKENS = 500_000  # tokens remembered as being in the vault, to ask the database less often
_NO_COLUMN = "-"


class DropChanged(RuntimeError):
    """A drop's file is no longer what was measured a moment ago."""


@dataclass
class Tally:
    """What was sent to the database for one drop, counted on this side."""

    accepted: int = 0
    identities: int = 0
    nobody: int = 0
    nulls: dict[str, int] = field(default_factory=dict[str, int])
    quarantined: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    @property
    def set_aside(self) -> int:
        """Lines quarantined."""
        return sum(self.quarantined.values())


@dataclass(frozen=True)
class Chunk:
    """Accepted lines split in halves, and the lines set aside."""

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
    ) -> None:
        self._connection = connection
        self._contracts = contracts
        self._keys = keys
        self._reference = reference
        self._near = NearTokens(keys.near.secret, workers)
        self._known: set[bytes] = set()
        _make_staging(connection)

    def load(self, drop: DropPath, drop_id: int, found: Inspection) -> Tally:
        """Load one drop that passed the drop gate, and record the facts of its lines. The caller commits.

        Raises:
            DropChanged: the file has other lines than were measured.
        """
        contract = self._contracts[drop.feed]
        tally = Tally(nulls={column.name: 0 for column in contract.columns})
        asked: list[bytes] = []
        seen: dict[str, pl.Series] = {}

        def store(chunk: Chunk) -> None:
            self._store(contract, drop_id, chunk, tally, seen, asked)

        lines = _in_background(store)
        try:
            for chunk in self._chunks(drop, drop_id, contract, found, tally):
                lines.put(chunk)
        finally:
            lines.finish()
        self._store_tokens(asked)
        if tally.accepted + tally.set_aside != found.lines:
            raise DropChanged(
                f"{drop.feed} {drop.period} submission {drop.submission}: the file changed while it was read. "
                "Nothing was loaded. See who writes to the folder of drops, then run the intake again."
            )
        reach("intake.before_facts")
        record_facts(self._connection, drop_id, self._line_facts(contract, drop_id, found.lines, tally))
        return tally

    def _chunks(
        self, drop: DropPath, drop_id: int, contract: FeedContract, found: Inspection, tally: Tally
    ) -> Generator[Chunk]:
        valid_on = contract.period(drop.period).ends
        splitter = Splitter(contract, self._keys, self._reference)
        for block in data_blocks(drop, contract, Inspection(header=found.header, multiline=found.multiline)):
            if not len(block):
                continue
            lines, quarantine = read_lines(block, contract, found, drop_id)
            for name, count in zip(lines.columns, lines.null_count().row(0) if lines.height else (), strict=False):
                if name in tally.nulls:
                    tally.nulls[name] += int(count)
            yield Chunk(splitter.split(lines, drop_id, valid_on), quarantine)

    # --------------------------------------------------------------- storing

    def _store(
        self,
        contract: FeedContract,
        drop_id: int,
        chunk: Chunk,
        tally: Tally,
        seen: dict[str, pl.Series],
        asked: list[bytes],
    ) -> None:
        """Send one chunk; runs beside the reading of the next one."""
        halves = chunk.halves
        self._copy(f"intake.{contract.feed}", halves.attributes)
        self._copy("intake.quarantine", chunk.quarantine)
        tally.accepted += halves.attributes.height
        for reason, column, count in chunk.quarantine.group_by("reason_code", "column_name").len().iter_rows():
            key = (reason, column or _NO_COLUMN)
            tally.quarantined[key] = tally.quarantined.get(key, 0) + count
        if not contract.has_identities:
            return
        tally.nobody += halves.attributes["identity_id"].null_count()
        fresh = _unseen(halves.identities, "identity", seen)
        unknown = self._unknown_identities(fresh) if fresh.height else fresh
        self._copy("vault.identity", unknown)
        self._copy("vault.identity_presence", fresh.select("identity_id", pl.lit(drop_id, pl.Int64).alias("drop_id")))
        self._copy("vault.address", _unseen(halves.addresses, "address", seen))
        reach("intake.half_way")
        self._store_tokens(asked)
        # the token of an identity the vault holds is there already
        tokens = unknown["ssn_token"].drop_nulls().unique(maintain_order=True).to_list() if unknown.height else []
        self._ask_tokens({token: halves.ssns[token] for token in tokens}, asked)

    def _unknown_identities(self, fresh: pl.DataFrame) -> pl.DataFrame:
        """The identities that the vault does not hold."""
        self._copy("incoming_identity", fresh.select("identity_id"))
        rows = self._connection.execute(
            "select uuid_send(u) from vault.unknown_identities("
            "(select array_agg(identity_id) from incoming_identity)) as u"
        ).fetchall()
        self._connection.execute("truncate incoming_identity")
        if not rows:
            return fresh.clear()
        if len(rows) == fresh.height:
            return fresh
        unknown = pl.DataFrame({"identity_id": pl.Series([row[0] for row in rows], dtype=pl.Binary)})
        return fresh.join(unknown, on="identity_id", how="semi", maintain_order="left")

    def _copy(self, table: str, frame: pl.DataFrame) -> None:
        copy_arrow(self._connection, table, frame.to_arrow())

    def _ask_tokens(self, ssns: dict[bytes, bytes], asked: list[bytes]) -> None:
        """Begin near tokens for the SSNs whose tokens the vault does not hold."""
        unsure = [token for token in ssns if token not in self._known]
        if not unsure:
            return
        self._copy("incoming_ssn", pl.DataFrame({"ssn_token": pl.Series(unsure, dtype=pl.Binary)}))
        rows = self._connection.execute(
            "select vault.unknown_ssn_tokens((select array_agg(ssn_token) from incoming_ssn))"
        ).fetchall()
        self._connection.execute("truncate incoming_ssn")
        asked += [row[0] for row in rows]
        self._near.start([ssns[token] for token in asked])
        if len(self._known) + len(unsure) > KNOWN_TOKENS:
            self._known.clear()
        self._known.update(unsure)

    def _store_tokens(self, asked: list[bytes]) -> None:
        """Store the tokens that were asked for with their near tokens."""
        near = self._near.collect()
        if asked:
            frame = pl.DataFrame(
                {
                    "ssn_token": pl.Series(asked, dtype=pl.Binary),
                    "near_tokens": pl.Series(near, dtype=pl.Binary),
                }
            )
            self._copy("vault.ssn", frame)
            asked.clear()

    def forget(self) -> None:
        """What this loader believed to be in the vault may have been rolled back."""
        self._known.clear()
        self._near.collect()

    # ----------------------------------------------------------------- facts

    def _line_facts(self, contract: FeedContract, drop_id: int, lines: int, tally: Tally) -> dict[str, float]:
        """Facts of the feed's quality rules; how many lines lie where is counted when they are judged (`gate`)."""
        named = tally.nobody if contract.has_identities else 0
        facts = {"lines_without_identity_percent": _percent(named, tally.accepted)}
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
            count, of = tally.nulls[rule.column or ""], tally.accepted
        else:
            count = sum(n for (_, column), n in tally.quarantined.items() if rule.column in (None, column))
            of = lines
        return _percent(count, of) if rule.percent else count


def read_lines(
    block: Block, contract: FeedContract, found: Inspection, drop_id: int = 0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Conformed lines with `line_number`, and the lines to set aside as `intake.quarantine` takes them."""
    header = found.header
    if header is None or undecodable(block, contract.layout, most=1):
        raise DropChanged(f"{contract.feed}: the file changed while it was read. Run the intake again.")
    reason = layout_faults(block, contract.layout, len(header.names), multiline=found.multiline)
    column = np.full(len(block), -1, np.int16)
    sound = reason == 0
    conformed = conform(text_columns(block, sound, contract, header), contract.columns)
    reason[sound], column[sound] = conformed.reason, conformed.column
    if contract.latest_column:
        _set_aside_late(conformed.frame, contract, found, sound, reason, column)
    numbers = np.arange(block.first_line, block.first_line + len(block), dtype=np.int64)
    lines = conformed.frame.with_columns(pl.Series("line_number", numbers[sound]))
    if reason.any():
        lines = lines.filter(pl.Series(reason[sound] == 0))
    return lines, _quarantine(block, contract, reason, column, numbers, drop_id)


def _set_aside_late(
    frame: pl.DataFrame, contract: FeedContract, found: Inspection, sound: Any, reason: Any, column: Any
) -> None:
    ends = found.figures.get("period_ends")
    name = contract.latest_column
    if ends is None or name is None:
        return
    late = frame.select((pl.col(name) > ends).fill_null(False)).to_series().to_numpy()
    place = [c.name for c in contract.columns].index(name)
    rows = np.flatnonzero(sound)[late & (reason[sound] == 0)]
    reason[rows], column[rows] = REASONS.index("after_period"), place


def _quarantine(
    block: Block, contract: FeedContract, reason: Any, column: Any, numbers: Any, drop_id: int
) -> pl.DataFrame:
    rows = np.flatnonzero(reason)
    names = [c.name for c in contract.columns]
    return pl.DataFrame(
        {
            "drop_id": pl.Series([drop_id] * len(rows), dtype=pl.Int64),
            "line_number": pl.Series(numbers[rows], dtype=pl.Int64),
            "column_name": pl.Series([names[c] if c >= 0 else None for c in column[rows]], dtype=pl.String),
            "reason_code": pl.Series([REASONS[r] for r in reason[rows]], dtype=pl.String),
            "byte_offset": pl.Series(block.offset + block.starts[rows], dtype=pl.Int64),
            "byte_length": pl.Series((block.ends - block.starts)[rows], dtype=pl.Int32),
        }
    )


def _percent(count: int, of: int) -> float:
    return round(100.0 * count / of, 4) if of else 0.0


def _unseen(frame: pl.DataFrame, kind: str, seen: dict[str, pl.Series]) -> pl.DataFrame:
    """Rows whose identity did not come in an earlier chunk of the drop; they are remembered."""
    before = seen.get(kind)
    if before is not None:
        frame = frame.join(before.to_frame(), on="identity_id", how="anti", maintain_order="left")
    seen[kind] = frame["identity_id"] if before is None else pl.concat([before, frame["identity_id"]])
    return frame


def _make_staging(connection: psycopg.Connection) -> None:
    """Temporary tables for what must not collide with rows the role cannot see."""
    connection.execute(
        "create temporary table if not exists incoming_identity (identity_id uuid) on commit delete rows"
    )
    connection.execute("create temporary table if not exists incoming_ssn (ssn_token bytea) on commit delete rows")
    connection.commit()


class _in_background:  # noqa: N801 (reads as a phrase where it is used)
    """Runs `work` on each item in a thread, one item ahead at most; errors come back to whoever puts or finishes."""

    def __init__(self, work: Callable[[Any], None]) -> None:
        self._items: queue.Queue[Any] = queue.Queue(maxsize=1)
        self._work = work
        self._error: BaseException | None = None
        self._interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, item: object) -> None:
        self._items.put(item)
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        self._items.put(None)
        self._thread.join()
        sys.setswitchinterval(self._interval)
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (item := self._items.get()) is not None:
            if self._error is None:
                try:
                    self._work(item)
                except BaseException as error:
                    self._error = error
