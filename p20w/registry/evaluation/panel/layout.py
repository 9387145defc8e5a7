"""Lines of a file as the records that linkage reads.

Here: what the vault would answer about a file, put through the same steps as in a refresh. Not here: who is who, for
which a `Line` has no place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from p20w.contracts import fillers, load_contracts
from p20w.intake.tokens import near_tokens
from p20w.registry.inputs.naming import read_employed
from p20w.registry.inputs.records import QUERIES, read_decisions, read_records
from p20w.settings import Settings
from splink_models.features import make_features


@dataclass(frozen=True)
class Line:
    """What one record says; "" is missing. `is_numbered`: two records of its file are two people."""

    feed: str
    first_name: str
    last_or_surname: str
    middle_name: str = ""
    suffix: str = ""
    birthdate: date | None = None
    sex: str = ""
    ssn: str = ""
    street: str = ""
    city: str = ""
    postal_code: str = ""
    employer: str = ""
    is_numbered: bool = False


@dataclass(frozen=True)
class PanelFile:
    """Lines, each with its person and the part of the file that it counts for.

    `is_linkage`: two files without duplicates, to be linked with each other.
    """

    name: str
    rows: Sequence[tuple[str, str, Line]]
    is_linkage: bool = False


def lay_out(con: duckdb.DuckDBPyConnection, lines: Sequence[Line], settings: Settings) -> None:
    """Make the tables that `p20w.registry.deciding.decide` reads; the nth line becomes record n, from 0.

    Args:
        con: the scratch database.
        lines: of a file.
        settings: where the contracts are, with the words that are nobody's name.
    """
    vault = duckdb.connect()
    rows = [
        {name: value or None for name, value in vars(line).items()} | {"id": number.to_bytes(16)}
        for number, line in enumerate(lines)
    ]
    vault.register("line", pa.Table.from_pylist(rows, schema=_LINE))
    answers = {name: vault.sql(query).to_arrow_table() for name, query in _ANSWERS.items()}
    ssns = [ssn.encode() for ssn in sorted({line.ssn for line in lines if line.ssn})]
    tokens = {"ssn_token": ssns, "near_tokens": near_tokens(ssns, b"panel")}
    answers["ssn"] = pa.table(tokens, schema=pa.schema(dict.fromkeys(tokens, pa.binary())))
    read_records(con, answers.__getitem__, {name: name for name in QUERIES})
    make_features(con, fillers=fillers(settings.contracts))
    read_decisions(con, lambda _: answers["decision"])
    read_employed(con, lambda _: answers["employed"], load_contracts(settings.contracts))


_OTHERS = {"id": pa.binary(), "birthdate": pa.date32(), "is_numbered": pa.bool_()}
_LINE = pa.schema(dict.fromkeys(Line.__dataclass_fields__, pa.string()) | _OTHERS)

# The licensing agency verifies numbers and birth dates; each file has come once.
_ANSWERS = {
    "identity": """
        select
            id as identity_id, feed, if(is_numbered, feed, null) as id_space,
            if(is_numbered, hex(id), null) as source_id,
            first_name, middle_name, last_or_surname, null::text as previous_last_name,
            suffix as generation_code_or_suffix, birthdate, sex, encode(ssn) as ssn_token,
            ssn is not null and feed = 'dmv_license' as is_ssn_verified,
            feed = 'dmv_license' as is_birthdate_proven
        from line
    """,
    "address": """
        select id as identity_id, street, city, postal_code
        from line where coalesce(street, city, postal_code) is not null
    """,
    "presence": "select id as identity_id, dense_rank() over (order by feed) as drop_id from line",
    "decision": "select id as identity_left, id as identity_right, '' as verdict from line where false",
    "employed": """
        select id as identity_id, employer as ui_account_number, 1::bigint as lines from line where employer is not null
    """,
}
