"""Errors by what an identity hangs on: the method behind it.

Here: identities under a wrong person by method. Not here: links by what they hang on (`calibration`), why (`causes`).
"""

from dataclasses import dataclass

import duckdb

from p20w.registry.quality.intervals import Share, share

METHODS = {
    "ssn": "one SSN, and the rest weighed",
    "id": "one id of one agency, and the rest weighed",
    "near_ssn": "SSNs one digit or a transposition apart, and the rest weighed",
    "employer": "names and an employer in common",
    "model": "names and birth date",
    "household": "names and an address in common, without a birth date that agrees",
    "decision": "a reviewer's verdict",
    "alone": "on nothing: the only identity of its person",
}
"""What an identity can hang on."""


@dataclass(frozen=True)
class Evidence:
    """One method: `identities` under the right person."""

    method: str
    about: str
    identities: Share


def by_evidence(con: duckdb.DuckDBPyConnection) -> tuple[Evidence, ...]:
    """Errors by method, of tables `identity`, `use` and `owner`."""
    placed = {row[0]: share(row[1], row[2]) for row in con.execute(_BY_METHOD).fetchall()}
    return tuple(Evidence(method, about, placed[method]) for method, about in METHODS.items() if method in placed)


_BY_METHOD = """
select
    identity.method,
    count(*) filter (where owner.true_person = use.true_person) as good,
    count(*) as identities
from use
inner join identity on use.identity = identity.identity
inner join owner on use.person = owner.person
where use.is_main
group by identity.method
"""
