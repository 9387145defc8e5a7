"""Put identities, addresses and SSN tokens into the vault, without ever reading it.

Here: one drop's half of the vault, gathered and sent in order of its keys, which is twice as fast as in the order of
the lines. Not here: making tokens (`tokens`, `near_worker`), deciding who is who (`p20w.registry`).
"""

import polars as pl
import psycopg

from p20w.database.bulk import copy_arrow
from p20w.failpoints import reach
from p20w.intake.near_worker import NearTokens
from p20w.intake.split import Halves

GATHERED = 200_000  # identities gathered before they are sent: more would leave too much for the end
KNOWN_TOKENS = 500_000  # tokens remembered as being in the vault, to ask the database less often


class Vault:
    """The vault as the role `intake` sees it: a slot to put things through."""

    def __init__(self, connection: psycopg.Connection, near: NearTokens) -> None:
        self._connection = connection
        self._near = near
        self._known: set[bytes] = set()
        connection.execute(
            "create temporary table if not exists incoming_identity (identity_id uuid) on commit delete rows"
        )
        connection.execute("create temporary table if not exists incoming_ssn (ssn_token bytea) on commit delete rows")
        connection.commit()

    def for_drop(self, drop_id: int) -> "DropVault":
        """Where one drop's half goes."""
        return DropVault(self, drop_id)

    def copy(self, table: str, frame: pl.DataFrame) -> None:
        """Append rows; columns are named as in the table."""
        if frame.height:
            copy_arrow(self._connection, table, frame.to_arrow())

    def add_unknown_identities(self, identities: pl.DataFrame) -> pl.DataFrame:
        """Add the identities that the vault does not hold, and give them back."""
        self.copy("incoming_identity", identities.select("identity_id"))
        rows = self._connection.execute(
            "select uuid_send(u) from vault.unknown_identities("
            "(select array_agg(identity_id) from incoming_identity)) as u"
        ).fetchall()
        self._connection.execute("truncate incoming_identity")
        if len(rows) < identities.height:
            unknown = pl.DataFrame({"identity_id": pl.Series([row[0] for row in rows], dtype=pl.Binary)})
            identities = identities.join(unknown, on="identity_id", how="semi", maintain_order="left")
        self.copy("vault.identity", identities)
        return identities

    def start_tokens(self, ssns: dict[bytes, bytes]) -> list[bytes]:
        """Begin near tokens for the SSNs whose tokens the vault does not hold; their tokens, in order."""
        unsure = [token for token in ssns if token not in self._known]
        if not unsure:
            return []
        self.copy("incoming_ssn", pl.DataFrame({"ssn_token": pl.Series(unsure, dtype=pl.Binary)}))
        rows = self._connection.execute(
            "select vault.unknown_ssn_tokens((select array_agg(ssn_token) from incoming_ssn))"
        ).fetchall()
        self._connection.execute("truncate incoming_ssn")
        unknown = sorted(row[0] for row in rows)
        self._near.start([ssns[token] for token in unknown])
        if len(self._known) + len(unsure) > KNOWN_TOKENS:
            self._known.clear()
        self._known.update(unsure)
        return unknown

    def add_tokens(self, tokens: list[bytes]) -> None:
        """Add the tokens that were begun, with their near tokens."""
        near = self._near.collect()
        columns = {"ssn_token": tokens, "near_tokens": near}
        self.copy("vault.ssn", pl.DataFrame({name: pl.Series(v, dtype=pl.Binary) for name, v in columns.items()}))


class DropVault:
    """The vault's half of one drop."""

    def __init__(self, vault: Vault, drop_id: int) -> None:
        self._vault = vault
        self._drop_id = drop_id
        self._identities: list[pl.DataFrame] = []
        self._addresses: list[pl.DataFrame] = []
        self._ssns: dict[bytes, bytes] = {}
        self._sent: dict[str, pl.Series] = {}
        self._tokens: list[bytes] = []

    def add(self, halves: Halves) -> None:
        """Gather one chunk's identities, and send what was gathered when it is much."""
        self._identities.append(halves.identities)
        self._addresses.append(halves.addresses)
        self._ssns |= halves.ssns
        if sum(frame.height for frame in self._identities) >= GATHERED:
            self._send()

    def finish(self) -> None:
        """Send the rest, near tokens last."""
        self._send()
        self._vault.add_tokens(self._tokens)

    def _send(self) -> None:
        if not self._identities:
            return
        fresh = self._unsent("identity", self._identities)
        if fresh.height:
            self._vault.add_tokens(self._tokens)
            unknown = self._vault.add_unknown_identities(fresh)
            # the token of an identity that the vault holds is there already
            tokens = unknown["ssn_token"].drop_nulls().unique().to_list()
            self._tokens = self._vault.start_tokens({token: self._ssns[token] for token in tokens})
            presence = fresh.select("identity_id", pl.lit(self._drop_id, pl.Int64).alias("drop_id"))
            self._vault.copy("vault.identity_presence", presence)
        self._vault.copy("vault.address", self._unsent("address", self._addresses))
        reach("intake.half_way")
        self._identities, self._addresses, self._ssns = [], [], {}

    def _unsent(self, kind: str, frames: list[pl.DataFrame]) -> pl.DataFrame:
        """One row an identity that this drop has not sent yet, in order of the ids; the first one counts."""
        rows = pl.concat(frames).unique("identity_id", keep="first", maintain_order=True)
        before = self._sent.get(kind)
        if before is not None:
            rows = rows.join(before.to_frame(), on="identity_id", how="anti", maintain_order="left")
        self._sent[kind] = rows["identity_id"] if before is None else pl.concat([before, rows["identity_id"]])
        leading = pl.col("identity_id").bin.slice(0, 8).bin.reinterpret(dtype=pl.UInt64, endianness="big")
        return rows.sort(leading)
