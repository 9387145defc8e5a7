"""Remember what pairs weighed, so that a refresh weighs only pairs that touch a new or changed record.

Here: which rows of `comparable` are as they were, the pairs that still hold, and the file that remembers. Not here:
weighing itself (`engines`), what else weights depend on (`frozen`).

A row is as it was when everything its pairs are weighed by is: its identity (whose id is a digest of all that it
says), the SSN and addresses of its node, and the node, because pairs within a node are not weighed. A pair of two such
rows weighs what it weighed. All pairs that touch another row are weighed anew, and forgotten are those whose row is
gone. So the outcome equals weighing everything, whatever the file held; where there is none, everything is weighed.

The file holds ids, weights and keyed digests, no names. It lies in the private folder and may be deleted at any time.
"""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from p20w.keys import TokenKey
from p20w.private import private_folder
from p20w.registry.engines import Engine, Search
from p20w.registry.frozen import Frozen
from p20w.settings import Settings
from splink_models import Model
from splink_models.features import features_version

WORTH_REMEMBERING = 0.5
"""Share of rows that must be as they were; below it, weighing everything at once is quicker."""


@dataclass(frozen=True)
class Memory:
    """Where weights are remembered, and the secret that digests of rows are made with."""

    folder: Path
    secret: str

    def file(self, model: Model, frozen: Frozen) -> Path:
        """The file of these very features, comparisons, trained and frozen values; any change makes another."""
        settings = model.settings(frozen.nodes, apart="node").create_settings_dict("duckdb")
        how = json.dumps([settings, str(frozen.weighing_id), features_version()], sort_keys=True, default=str)
        return self.folder / f"{hashlib.sha256(how.encode()).hexdigest()[:32]}.parquet"


def memory_of(settings: Settings, key: TokenKey, is_large: bool) -> Memory | None:
    """The memory of an installation's database; none where weighing everything is quicker than remembering.

    Args:
        settings: where the private folder is, and which engine weighs: one that takes long to start always remembers.
        key: what digests are made with.
        is_large: whether there are so many records that it is worth it (`prepared.Held`).
    """
    if not is_large and settings.linkage_backend == "duckdb":
        return None
    folder = private_folder(private_folder(settings.home / "weights") / settings.database)
    return Memory(folder, key.digest(b"rows that are compared").hex())


def remembering(engine: Engine, memory: Memory | None, freeze: Callable[[int], Frozen]) -> Engine:
    """An engine that weighs by frozen values, and only what it does not remember.

    Args:
        engine: weighs what has to be.
        memory: of earlier refreshes; None weighs everything.
        freeze: gives the frozen values, from how many groups of records there are now.
    """

    def weigh(con: duckdb.DuckDBPyConnection, search: Search) -> None:
        frozen = freeze(search.expected)
        search = replace(search, expected=frozen.nodes, frequencies=frozen.frequencies)
        if memory is None or not _recall(con, memory, memory.file(search.model, frozen)):
            engine(con, search)
            return
        for name, join in (("fresh", "anti"), ("known", "semi")):
            con.execute(
                f"create table {name}_comparable as select * from {search.records} {join} join same_row using (record)"
            )
        (fresh,) = con.execute("select count(*) from fresh_comparable").fetchall()[0]
        parts = [f"select * from remembered where match_weight >= {search.at_least}"]
        if fresh:
            engine(con, replace(search, records="fresh_comparable", others="known_comparable", target="scored_across"))
            parts.append("select * from scored_across")
        if fresh > 1:
            engine(con, replace(search, records="fresh_comparable", target="scored_within"))
            parts.append("select * from scored_within")
        con.execute(f"create table {search.target} as {' union all '.join(parts)} order by record_l, record_r")

    return weigh


def remember(con: duckdb.DuckDBPyConnection, memory: Memory | None, model: Model, frozen: Frozen | None) -> None:
    """Write what pairs weigh in this refresh for the next one, in place of what was remembered.

    Reads `record`, `comparable` and `scored`, and is right whatever becomes of the candidate. Nothing is
    written without a memory, nor where nothing was weighed.
    """
    if memory is None or frozen is None:
        return
    _digest(con, memory.secret)
    file = memory.file(model, frozen)
    beside = file.with_suffix(f".{os.getpid()}")
    con.execute(f"copy ({_KEPT}) to '{beside}' (format parquet, compression zstd)")
    beside.chmod(0o600)
    beside.replace(file)
    for other in memory.folder.iterdir():
        if other != file:
            other.unlink(missing_ok=True)


def _digest(con: duckdb.DuckDBPyConnection, secret: str) -> None:
    """Table `row_digest` (record, identity_id, digest) of everything the pairs of a row are weighed by."""
    con.execute(
        f"""
        create table if not exists row_digest as
        with token as (

            select distinct ssn, ssn_token from record where ssn is not null

        )

        select
            comparable.record,
            own.identity_id,
            md5_number_lower(
                '{secret}' || hash(
                    own.identity_id, named.identity_id, token.ssn_token,
                    comparable.places, comparable.place_parts, comparable.postal_codes, comparable.cities
                )
            ) as digest
        from comparable
        inner join record as own on comparable.record = own.record
        inner join record as named on comparable.node = named.record
        left join token on comparable.ssn = token.ssn
        """
    )


def _recall(con: duckdb.DuckDBPyConnection, memory: Memory, file: Path) -> bool:
    """Make tables `same_row` and `remembered` (as a search's answer); false if there is too little to remember."""
    if not file.exists():
        return False
    _digest(con, memory.secret)
    try:
        con.execute(_SAME.format(file=file))
    except duckdb.Error:  # torn, or of another format: nothing is remembered
        return False
    same, rows = con.execute("select (select count(*) from same_row), (select count(*) from row_digest)").fetchall()[0]
    if same < WORTH_REMEMBERING * rows:
        return False
    con.execute(_REMEMBERED.format(file=file))
    return True


_SAME = """
create or replace table same_row as
select row_digest.record, row_digest.identity_id
from row_digest
inner join (select identity_id, digest from read_parquet('{file}') where other_id is null) as before
    using (identity_id, digest)
"""

_REMEMBERED = """
create or replace table remembered as
select
    least(one.record, other.record) as record_l,
    greatest(one.record, other.record) as record_r,
    pair.match_weight,
    1 / (1 + power(2, -pair.match_weight)) as match_probability
from (select identity_id, other_id, match_weight from read_parquet('{file}') where other_id is not null) as pair
inner join same_row as one on pair.identity_id = one.identity_id
inner join same_row as other on pair.other_id = other.identity_id
"""

_KEPT = """
select identity_id, cast(null as blob) as other_id, digest, cast(null as double) as match_weight
from row_digest
union all
select one.identity_id, other.identity_id, null, scored.match_weight
from scored
inner join row_digest as one on scored.record_l = one.record
inner join row_digest as other on scored.record_r = other.record
"""
