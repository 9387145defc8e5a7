"""Read what linkage needs from the vault and the review desk into the scratch database.

Here: identities present in accepted drops, where they are present, their addresses, near tokens of their SSNs. Not
here: cleaning names (`splink_models.features`), deciding anything.
"""

from collections.abc import Mapping

import duckdb
import numpy as np
import pyarrow as pa

from p20w.database.bulk import Read
from p20w.intake.tokens import DIGITS, NEAR_TOKENS, TOKEN_BYTES
from p20w.registry.statements import execute, run
from splink_models.features import letters_of, place_key, place_parts

QUERIES = {
    "identity": """
        select
            uuid_send(identity_id) as identity_id, feed, id_space, source_id, first_name, middle_name, last_or_surname,
            previous_last_name, generation_code_or_suffix, birthdate, sex, ssn_token, is_ssn_verified,
            feed in (select feed from governance.feed where has_proven_birthdate) as is_birthdate_proven
        from vault.identity
    """,
    "presence": """
        select uuid_send(presence.identity_id) as identity_id, presence.drop_id
        from vault.identity_presence as presence
        inner join governance.drop on presence.drop_id = governance.drop.drop_id
        where governance.drop.status = 'accepted'
    """,
    "address": """
        select distinct uuid_send(address.identity_id) as identity_id, address.street, address.city, address.postal_code
        from vault.address
        inner join governance.drop on address.drop_id = governance.drop.drop_id
        where governance.drop.status = 'accepted'
    """,
    "ssn": "select ssn_token, near_tokens from vault.ssn",
}

_VERDICTS = """
select uuid_send(identity_left) as identity_left, uuid_send(identity_right) as identity_right, verdict
from registry.standing_decision
"""


def read_records(con: duckdb.DuckDBPyConnection, read: Read, queries: Mapping[str, str] = QUERIES) -> int:
    """Make `record`, `presence`, `near_ssn` and `identity`, of what the queries give; the number of records."""
    tables = {f"read_{name}": read(query) for name, query in queries.items()}
    tables["read_ssn"] = _with_near_lists(tables["read_ssn"])
    run(con, "inputs/record", **tables)
    place, parts = place_key("street", "postal_code"), place_parts("street", "city", "postal_code")
    run(con, "inputs/identity", place=place, place_parts=parts, town=letters_of("city"), **tables)
    return con.execute("select count(*) from record").fetchall()[0][0]


def read_decisions(con: duckdb.DuckDBPyConnection, read: Read) -> None:
    """Make table `decided` of verdicts that stand: each binds two identities until it is revoked, by any model."""
    execute(con, _DECIDED, read_decision=read(_VERDICTS))


_DECIDED = """
create table decided as
select least(one.record, other.record) as left_record, greatest(one.record, other.record) as right_record, verdict
from read_decision
inner join record as one on read_decision.identity_left = one.identity_id
inner join record as other on read_decision.identity_right = other.identity_id
order by all
"""


def _with_near_lists(ssns: pa.Table) -> pa.Table:
    """Numbers for each SSN instead of bytes: the first eight of each token, of deletions (`near`) and of `remainders`.

    Eight bytes of a keyed digest are as good as sixteen here: a chance agreement still has to agree in name. An SSN
    that came before there were remainders has zeros in their place.
    """
    joined = b"".join(tokens.ljust(NEAR_TOKENS * TOKEN_BYTES, b"\0") for tokens in ssns["near_tokens"].to_pylist())
    numbers = np.frombuffer(joined, dtype=">u8").reshape(-1, NEAR_TOKENS, 2)[:, :, 0].astype(np.uint64)

    def lists(columns: np.ndarray) -> pa.Array:
        return pa.FixedSizeListArray.from_arrays(pa.array(columns.ravel()), columns.shape[1])

    near, remainders = lists(numbers[:, :DIGITS]), lists(numbers[:, DIGITS:])
    return pa.table({"ssn_token": ssns["ssn_token"], "near": near, "remainders": remainders})
