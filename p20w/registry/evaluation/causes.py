"""Errors by cause: what two people have in common who were joined, what differs where one person was not.

Here: naming a cause for each pair of people joined and each pair of parts left apart, counts only. Not here: repairs.

A cause is what the records show, the first that holds in the order of `JOINED` and `APART`; several may be at work.
The truth says who is related to whom; nothing a record says leaves the scratch database.
"""

from dataclasses import dataclass

import duckdb

from p20w.registry.statements import run

JOINED = {
    "one SSN": "records of both have one SSN: borrowed, or mistyped into the other's",
    "one id": "records of both have one student, license or college number",
    "near SSN": "their SSNs differ by one digit or two, or two neighbors are swapped",
    "twins": "twins",
    "siblings": "brothers or sisters",
    "generations": "father and son with one name",
    "relatives": "parent and child, or one household",
    "one name and birth date": "strangers of one name and birth date",
    "lookalikes": "strangers with names and birth dates much alike",
}
"""Why two people were joined."""

APART = {
    "with somebody else": "some of the records are with somebody else's",
    "one SSN, short name": "one SSN, but an employer sends initials, cut, swapped or blank names",
    "one SSN, other surname": "one SSN, but the surname changed",
    "one SSN, other name": "one SSN, but names differ otherwise",
    "another's SSN": "some of the records have an SSN that is somebody else's",
    "two SSNs": "the records have different SSNs: mistyped, invented, or a person's own number later",
    "wrong birth date": "birth dates differ",
    "surname change": "no SSN in common, and the surname changed",
    "other first name": "no SSN in common, and the first name differs: short form, middle name, spelling",
    "other surname": "no SSN in common, and the surname differs: part dropped, spelling",
    "a relative in the way": "alike, but a twin, brother, sister or namesake is as alike",
    "little evidence": "alike, but without enough evidence",
}
"""Why records of one person were left apart."""


@dataclass(frozen=True)
class Cause:
    """A cause, how many people it befell, and the pairs of identities it made wrong or missing."""

    cause: str
    about: str
    people: int
    pairs: int


def wrongly_joined(con: duckdb.DuckDBPyConnection) -> tuple[Cause, ...]:
    """Causes of predicted pairs that are not true, the commonest first. Makes view `said`."""
    run(con, "evaluation/said")
    return _listed(con, "joined_pair", JOINED)


def left_apart(con: duckdb.DuckDBPyConnection) -> tuple[Cause, ...]:
    """Causes of reachable pairs that are not predicted, the commonest first. Call `wrongly_joined` first."""
    return _listed(con, "apart_pair", APART)


def _listed(con: duckdb.DuckDBPyConnection, table: str, about: dict[str, str]) -> tuple[Cause, ...]:
    run(con, f"evaluation/{table}")
    rows = con.execute(
        f"select cause, count(distinct true_person) as people, sum(pairs)::bigint as pairs from {table} "
        "where pairs > 0 group by cause order by pairs desc, cause"
    ).fetchall()
    return tuple(Cause(cause, about[cause], people, pairs) for cause, people, pairs in rows)
