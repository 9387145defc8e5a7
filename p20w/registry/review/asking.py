"""Which pairs a reviewer should look at, and why.

Here: the review queue of a candidate, as table `review` of the scratch database (`review.sql`), and words for its
reasons. Not here: writing it (`p20w.registry.persons.candidate`), the desk that shows it.
"""

import duckdb

from p20w.registry.linking.scores import ACCEPT, REVIEW
from p20w.registry.statements import run
from splink_models.comparisons import ID, SSN
from splink_models.levels import is_level

MOST_IDENTITIES = 200
"""Identities of one person; more are looked at by a reviewer. The longest simulated histories have 60."""


def ask_reviewers(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `review` (see `review.sql`), also from `member`, `refused` and `decided`."""
    run(
        con,
        "review/review",
        accept=ACCEPT,
        nearly=REVIEW,
        same_ssn=is_level(SSN, "exact", "within"),
        same_id=is_level(ID, "exact", "within"),
        most_identities=MOST_IDENTITIES,
    )


REASONS = {
    "same SSN, other name": (
        "One SSN, two names",
        "A marriage, a typing error, or a borrowed or shared number. Look at birth date, sex and household.",
    ),
    "same id, other name": (
        "One agency id, two names",
        "A changed name, or one id for two people by mistake. Two of first name, surname and birth date should agree.",
    ),
    "two SSNs": ("Alike, but two well-founded SSNs", "Relatives and namesakes, or a person who had a second number."),
    "two birth dates": ("Alike, but two well-founded birth dates", "Siblings and namesakes, or an agency's error."),
    "two generations": ("Alike, but two suffixes", "Junior and senior at one address look alike in all but the date."),
    "two ids at one time": (
        "Two ids of one agency at the same time",
        "Twins and siblings, or one person registered twice. A twin has the birth date, not the first name.",
    ),
    "two schools at one time": (
        "At distant schools at the same time",
        "Namesakes, or one student whom a school withdrew very late or teaches at a distance. Look at the addresses.",
    ),
    "evidence against": (
        "Alike, but other records of the two are not",
        "The link is strong, but all records together contradict it. Look at what the other records say.",
    ),
    "nearly enough evidence": ("Almost joined", "Look for what agrees by chance: common names, one date."),
    "a person of many identities": (
        "A person of very many records",
        "The first and the last record of a person with too many records. Are these two one person?",
    ),
    "drawn by chance": (
        "A random link",
        "These records are one person today. Judge them as if you did not know: the answer stands for all links.",
    ),
}
"""Reason -> what it is called, and what to look at."""
