"""The two profiles for judging: how often what goes wrong, and what whole agencies do their own way.

Here: rates, by feed. Not here: what they do (`channels`, `writing`). Nothing in p20w may read them, and nobody tunes
linkage on their states; figures are assumed, set before anything was measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Name = Literal["adversarial", "foreign_habits"]
K12, COLLEGE, LICENSE, WAGES = "k12_enrollment", "ps_enrollment", "dmv_license", "ui_wage"
EARLY, SEARCH, BOARDS = "early_childhood", "nsc_studenttracker", "credential_award"
PROGRAMS, APPRENTICES, CLAIMS = "wioa_participant", "apprenticeship", "ui_claim"
TANF, ASSISTANCE, ADULTS = "tanf_report", "social_services", "adult_education"
OTHER_STATES, FEDERAL = "other_state_wage", "federal_wage"
STAFF = "k12_staff"
CARE, NONCREDIT = "child_welfare", "ps_noncredit"


@dataclass(frozen=True)
class Errors:
    """Shares of registrations, the first eight for each name of two."""

    misread: float
    respelled: float
    transcribed: float
    mistyped: float
    no_particle: float
    one_part: float
    first_blank: float
    second_as_first: float
    maiden: float
    date: float
    digits: float
    lent: float


@dataclass(frozen=True)
class Habits:
    """Shares of districts, colleges and employers that write everybody their own way; for the one DMV, yes or no."""

    exchanged: float
    initials: float
    cut: float
    plain: float
    mangled: float
    capitals: float


@dataclass(frozen=True)
class Profile:
    """One state's ways: errors and habits by feed, and shares of addresses that many share."""

    seed: int
    errors: dict[str, Errors]
    habits: dict[str, Habits]
    shared_address: float
    hard: bool


_ERRORS = {
    K12: Errors(0.002, 0.008, 0.01, 0.006, 0.1, 0.15, 0.0005, 0.01, 0.0, 0.006, 0.0, 0.0),
    COLLEGE: Errors(0.001, 0.005, 0.008, 0.006, 0.08, 0.12, 0.0005, 0.01, 0.03, 0.005, 0.006, 0.001),
    LICENSE: Errors(0.001, 0.001, 0.003, 0.001, 0.05, 0.06, 0.0002, 0.002, 0.01, 0.001, 0.0005, 0.0),
    WAGES: Errors(0.003, 0.01, 0.015, 0.01, 0.15, 0.2, 0.005, 0.02, 0.06, 0.0, 0.006, 0.004),
}
_USUAL = {
    K12: Habits(0.0, 0.0, 0.0, 0.25, 0.02, 0.2),
    COLLEGE: Habits(0.0, 0.0, 0.0, 0.3, 0.05, 0.2),
    LICENSE: Habits(0.0, 0.0, 0.0, 1.0, 0.0, 1.0),
    WAGES: Habits(0.01, 0.05, 0.02, 1.0, 0.0, 1.0),
}
_FOREIGN = {
    K12: Habits(0.04, 0.0, 0.06, 0.45, 0.10, 0.4),
    COLLEGE: Habits(0.06, 0.03, 0.08, 0.45, 0.15, 0.4),
    LICENSE: Habits(0.0, 0.0, 1.0, 1.0, 0.0, 1.0),
    WAGES: Habits(0.12, 0.15, 0.20, 1.0, 0.0, 1.0),
}
_LIKE = {
    K12: (EARLY, SEARCH, CARE),
    LICENSE: (BOARDS,),
    COLLEGE: (PROGRAMS, APPRENTICES, CLAIMS, TANF, ASSISTANCE, ADULTS, OTHER_STATES, FEDERAL, STAFF, NONCREDIT),
}
for _alike, _feeds in _LIKE.items():
    for _table in (_ERRORS, _USUAL, _FOREIGN):
        _table |= dict.fromkeys(_feeds, _table[_alike])  # type: ignore[operator]
PROFILES: dict[str, Profile] = {
    "adversarial": Profile(701, _ERRORS, _USUAL, 0.05, hard=True),
    "foreign_habits": Profile(702, _ERRORS, _FOREIGN, 0.01, hard=False),
}
