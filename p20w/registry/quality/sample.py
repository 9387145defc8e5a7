"""A sample of records to link once more under other conditions.

Here: choosing birth years, reading their records as linkage would, changing them, linking them in a scratch database of
their own. Not here: what is concluded (`masked`, `lift`, `patterns`).

Whole birth years are taken, so that twins, namesakes and all who could be confused are in the sample together; every
k-th year, so that all ages are. Whoever shares an SSN with the sample belongs to it, wage records among them. Linkage
then expects as many records, and values as rare, as in the whole state.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import uuid4

import duckdb
import pyarrow as pa

from p20w.contracts import fillers, load_contracts
from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.progress import tell
from p20w.registry.deciding import decide
from p20w.registry.inputs import records
from p20w.registry.inputs.naming import read_employed
from p20w.registry.linking.engines import Engine
from p20w.registry.linking.scores import count_terms
from p20w.registry.linking.weighing import Weighing
from p20w.registry.scratch import scratch_database
from p20w.settings import Settings
from splink_models import Model
from splink_models.features import make_features

LARGEST = 40_000
"""Records with a birth date in a sample: linked in a few seconds, and enough for an interval of half a point."""

LEAST = 200
"""Records with a birth date below which a self-test says nothing and is left out."""

TABLES = ("record", "presence", "near_ssn", "employed", "features")


@dataclass(frozen=True)
class Sample:
    """Records of every `step`-th birth year, as the tables named in `TABLES`."""

    step: int
    tables: Mapping[str, pa.Table]

    @property
    def is_telling(self) -> bool:
        """Whether there are enough records to link once more."""
        dates = self.tables["features"]["birthdate"]
        return len(dates) - dates.null_count >= LEAST


def draw(warehouse: Warehouse, settings: Settings, largest: int = LARGEST) -> Sample:
    """Read the records of as many birth years as `largest` allows."""
    with scratch_database(settings) as con, reader(warehouse.libpq("linkage")) as read:
        years = read(_YEARS).to_pylist()
        step = max(1, -(-sum(row["identities"] for row in years) // largest))
        chosen = [int(row["year"]) for row in years][::step] if step > 1 else None
        tell("reading records once more" if chosen is None else "reading a sample of birth years")
        queries = {name: _of_years(name, query, chosen) for name, query in records.QUERIES.items()}
        records.read_records(con, read, queries)
        make_features(con, fillers=fillers(settings.contracts))
        read_employed(con, read, load_contracts(settings.contracts))
        tables = {name: con.sql(f"select * from {name} order by all").to_arrow_table() for name in TABLES}
    return Sample(step, tables)


def relink(settings: Settings, model: Model, sample: Sample, only: str, changes: Mapping[str, str]) -> pa.Table:
    """Link a part of the sample under other conditions, as a refresh would; on this machine, whatever engine it uses.

    Args:
        settings: where the private folder is.
        model: with the rates of this state.
        sample: the records.
        only: SQL condition on `record` for those that take part.
        changes: table -> SQL of a `replace (...)` list for its columns.

    Returns:
        identity_id, cluster: who is with whom.
    """
    with scratch_database(settings) as con:
        for name, rows in sample.tables.items():
            con.register(f"sample_{name}", rows)
        con.execute(
            f"create table place as select record as old, row_number() over (order by record) - 1 as record "
            f"from sample_record as record where {only}"
        )
        for name in TABLES:
            _lay_out(con, name, changes.get(name))
            con.unregister(f"sample_{name}")
        con.execute("create table decided (left_record bigint, right_record bigint, verdict varchar)")
        decide(con, model, partial(_as_in_full, sample.step))
        return con.sql(
            "select record.identity_id, cluster.cluster from record "
            "inner join cluster on record.record = cluster.record order by record.record"
        ).to_arrow_table()


def _lay_out(con: duckdb.DuckDBPyConnection, name: str, change: str | None) -> None:
    """Table `name` of the scratch database from the sample, with records numbered anew and columns changed."""
    columns = con.execute(f"describe sample_{name}").fetchall()
    replaced = f" replace ({change})" if change else ""
    if "record" not in {column[0] for column in columns}:
        con.execute(f"create table {name} as select *{replaced} from sample_{name}")
        return
    con.execute(
        f"create table {name} as select place.record, rest.*{replaced} from (select * exclude (record), record as old "
        f"from sample_{name}) as rest inner join place using (old) order by all"
    )


def _as_in_full(step: int, con: duckdb.DuckDBPyConnection, model: Model, _: Engine) -> Weighing:
    """The model as it is, told that there are as many records, and values as rare, as in the whole state."""
    count_terms(con)
    # a birth date is in one birth year alone
    con.execute(f"update term_birth_text set tf_birth_text = tf_birth_text / {step}")
    records = con.execute("select count(*) from compared").fetchall()[0][0]
    return Weighing(uuid4(), model, records * step, is_new=False)


_YEARS = """
select extract(year from birthdate)::integer as year, count(*)::bigint as identities
from vault.identity
where birthdate is not null
group by 1
order by 1
"""


def _of_years(name: str, query: str, years: list[int] | None) -> str:
    """A query of `records` over the identities of these birth years and all who share an SSN with them."""
    if years is None or name == "drop":
        return query
    chosen = (
        "ssn_token in (select vault.identity.ssn_token from vault.identity inner join vouched using (identity_id))"
        if name == "ssn"
        else "identity_id in (select uuid_send(identity_id) from vouched)"
    )
    return f"""
    with born as materialized (

        select identity_id, ssn_token
        from vault.identity
        where extract(year from birthdate) in ({", ".join(map(str, years))})

    ),

    vouched as materialized (

        select identity_id from born
        union
        select identity_id
        from vault.identity
        where ssn_token in (select ssn_token from born where ssn_token is not null)

    )

    select * from ({query}) as every_one where {chosen}
    """
