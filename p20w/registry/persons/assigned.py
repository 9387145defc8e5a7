"""What the registry gate judges and what core reads: who is who, fingerprinted in one way.

Here: the fingerprint of the assignment, as it stands and as it will stand with a candidate. Not here: the verdict
(`p20w.governance.gates`), the candidate (`candidate`), making it stand (`promotion`).

Both are the same rows (identity_id, person_id), one an identity that has a person. A candidate names everybody who
stands in a drop in force; whoever it leaves out has no person any more.
"""

import psycopg

from p20w.governance import fingerprints


def fingerprint_of_standing(connection: psycopg.Connection) -> str:
    """Fingerprint of the current assignment; for roles `linkage` and `transform`."""
    return _fingerprint(connection, _STANDING)


def fingerprint_of_candidate(connection: psycopg.Connection, refresh_id: int) -> str:
    """Fingerprint of the assignment as it will stand once the candidate of a refresh is current; for role `linkage`."""
    return _fingerprint(connection, _CANDIDATE.format(refresh_id=int(refresh_id)))


def _fingerprint(connection: psycopg.Connection, rows: str) -> str:
    return fingerprints.of_queries(connection, [f"select identity_id, person_id from ({rows}) as assigned"])


_STANDING = "select identity_id, person_id from core.person_identity"

_CANDIDATE = "select identity_id, person_id from registry.candidate where refresh_id = {refresh_id}"
