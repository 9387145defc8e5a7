"""Load one drop: both halves in one transaction, or nothing.

Here: lines to `intake.<feed>` and `intake.quarantine`, their identities to the vault (`vault`), and the facts of the
contract's rules in SQL, all on one connection of the role `intake`. Reading goes on while the database works. Not
here: reading (`lines`, `split`), counting (`tally`), deciding (`receive`).
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import psycopg
from psycopg import sql

from p20w.contracts import FeedContract
from p20w.failpoints import reach
from p20w.intake.background import Background
from p20w.intake.drops import DropPath
from p20w.intake.gate import record_facts
from p20w.intake.inspection import Inspection, data_blocks
from p20w.intake.lines import read_lines, with_nobodys
from p20w.intake.near_worker import NearTokens
from p20w.intake.sources import DropChanged
from p20w.intake.split import Halves, Splitter
from p20w.intake.tally import Tally
from p20w.intake.vault import DropVault, Vault
from p20w.keys import KeyRing


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
        for block in data_blocks(found):
            lines = read_lines(block, contract, found, drop_id, packed=True)
            tally.read(lines)
            halves = splitter.split(lines.accepted, drop_id, valid_on)
            yield Chunk(halves, with_nobodys(lines.quarantine, halves.nobody, block, contract, drop_id))

    def _send(self, contract: FeedContract, chunk: Chunk, half: DropVault, tally: Tally) -> None:
        """Send one chunk; runs beside the reading of the next one."""
        attributes = chunk.halves.attributes
        self._vault.copy(f"intake.{contract.feed}", attributes)
        self._vault.copy("intake.quarantine", chunk.quarantine)
        tally.add(chunk.halves, chunk.quarantine, contract)
        if contract.has_identities:
            half.add(chunk.halves)

    # ----------------------------------------------------------------- facts

    def _line_facts(self, contract: FeedContract, drop_id: int, lines: int, tally: Tally) -> dict[str, float]:
        """Facts of the drop's lines; how many lie where is counted when they are judged (`gate`)."""
        facts = tally.facts(contract, lines)
        facts |= {rule.name: self._queried(contract, rule.query, drop_id) for rule in contract.rules if rule.query}
        return {f"intake.{name}": float(value) for name, value in facts.items()}

    def _queried(self, contract: FeedContract, query: str, drop_id: int) -> float:
        table = sql.SQL("(select * from {} where drop_id = {}) as slice").format(
            sql.Identifier("intake", contract.feed), sql.Literal(drop_id)
        )
        row = self._connection.execute(query.replace("{slice}", table.as_string(self._connection)).encode()).fetchone()
        return float(row[0]) if row and row[0] is not None else 0.0
