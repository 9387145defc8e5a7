"""How often what goes wrong in the files of a historical state, by feed.

Set on December 1, 2026, before any figure was seen, and not changed afterwards.
Here: rates of one registration (a person at one agency, school or employer) and shares of units that have a habit.
Not here: what they do (`slips`, `digit_slips`, `short_names`, `offices`).

Published sizes they follow:
- Wages: a tenth of all W-2 forms do not agree with the name and number of the Social Security Administration at first
  (Olsen and Hudson, Social Security Bulletin 2009), 4 % not even after all repairs, with missing numbers and names and
  one number used for several workers among the causes (GAO-05-154). So names and surnames err at several percent,
  numbers at one to three.
- Birth dates: 1.5 % were wrong in a state's health records of 20,000 people (cited by Luo et al., BMC Bioinformatics
  15:185, 2014); schools and programs, which hear them from parents and clients, are put at 1 to 1.5 %.
- In 398,939 pairs of duplicate patient records middle names (58 %) and SSNs (54 %) disagreed most, half of the
  disagreements of first names and a third of surnames were misspellings, and exchanged names were frequent (Just et
  al., Perspectives in Health Information Management, Spring 2016). So middle names are the least sure of all here.
- Surnames after marriage: see `descendants`; how many tell nobody is assumed.
- A licence is written from documents and its number is checked with the Social Security Administration: assumed at a
  fifth to a tenth of the others' rates.
Every figure not named is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from tests.evaluation.elsewhere import profiles as of

PROFILES = {"historical": 1, "historical_threefold": 3}
"""The two profiles, by how many times the rates they have."""


@dataclass(frozen=True)
class Rates:
    """Shares of registrations; the first three for first name and surname each, the last three of whole units."""

    typed: float
    heard: float
    scanned: float
    short: float
    by_middle: float
    half: float  # of surnames with several parts
    old_name: float  # of people who changed theirs, for good
    initial: float
    filler: float
    holder: float
    exchanged: float
    other_middle: float
    suffix_astray: float  # of people with a suffix
    birth: float
    digits: float
    lent: float
    reused: float
    no_number: float
    writes_initials: float
    exchanges: float
    cuts: float

    def times(self, factor: float) -> Rates:
        """The same, so many times as frequent, at most always."""
        return Rates(*(min(1.0, getattr(self, field.name) * factor) for field in fields(self)))


_SCHOOL = Rates(
    typed=0.008, heard=0.007, scanned=0.0005, short=0.02, by_middle=0.008, half=0.08, old_name=0.1, initial=0.0005,
    filler=0.0005, holder=0.0007, exchanged=0.002, other_middle=0.01, suffix_astray=0.15, birth=0.012, digits=0.01,
    lent=0.001, reused=0.0, no_number=0.0, writes_initials=0.0, exchanges=0.002, cuts=0.02,
)  # fmt: skip
_NURSERY = Rates(
    typed=0.012, heard=0.012, scanned=0.002, short=0.03, by_middle=0.008, half=0.1, old_name=0.1, initial=0.001,
    filler=0.004, holder=0.004, exchanged=0.004, other_middle=0.012, suffix_astray=0.2, birth=0.015, digits=0.012,
    lent=0.003, reused=0.0, no_number=0.0, writes_initials=0.0, exchanges=0.004, cuts=0.01,
)  # fmt: skip
_CAMPUS = Rates(
    typed=0.006, heard=0.003, scanned=0.0003, short=0.025, by_middle=0.01, half=0.08, old_name=0.08, initial=0.0005,
    filler=0.0005, holder=0.0003, exchanged=0.003, other_middle=0.008, suffix_astray=0.12, birth=0.007, digits=0.008,
    lent=0.0005, reused=0.0, no_number=0.001, writes_initials=0.0, exchanges=0.003, cuts=0.03,
)  # fmt: skip
_COUNTER = Rates(
    typed=0.0015, heard=0.0008, scanned=0.0001, short=0.002, by_middle=0.001, half=0.02, old_name=0.02, initial=0.0,
    filler=0.0001, holder=0.0, exchanged=0.0003, other_middle=0.002, suffix_astray=0.08, birth=0.0015, digits=0.0015,
    lent=0.0001, reused=0.0, no_number=0.002, writes_initials=0.0, exchanges=0.0, cuts=0.0,
)  # fmt: skip
_BOARD = Rates(
    typed=0.004, heard=0.001, scanned=0.002, short=0.012, by_middle=0.006, half=0.06, old_name=0.1, initial=0.002,
    filler=0.0001, holder=0.0, exchanged=0.002, other_middle=0.005, suffix_astray=0.12, birth=0.005, digits=0.005,
    lent=0.0003, reused=0.0, no_number=0.003, writes_initials=0.0, exchanges=0.0, cuts=0.0,
)  # fmt: skip
_PAYROLL = Rates(
    typed=0.011, heard=0.006, scanned=0.004, short=0.05, by_middle=0.015, half=0.12, old_name=0.12, initial=0.015,
    filler=0.002, holder=0.001, exchanged=0.003, other_middle=0.012, suffix_astray=0.35, birth=0.01, digits=0.012,
    lent=0.003, reused=0.001, no_number=0.003, writes_initials=0.06, exchanges=0.01, cuts=0.05,
)  # fmt: skip
_OFFICE = Rates(
    typed=0.008, heard=0.006, scanned=0.002, short=0.018, by_middle=0.008, half=0.08, old_name=0.08, initial=0.001,
    filler=0.001, holder=0.001, exchanged=0.003, other_middle=0.01, suffix_astray=0.15, birth=0.012, digits=0.01,
    lent=0.002, reused=0.0, no_number=0.003, writes_initials=0.0, exchanges=0.0, cuts=0.0,
)  # fmt: skip
_LIKE = (
    (_SCHOOL, (of.K12, of.SEARCH)),
    (_NURSERY, (of.EARLY, of.CARE)),
    (_CAMPUS, (of.COLLEGE, of.NONCREDIT, of.STAFF)),
    (_COUNTER, (of.LICENSE,)),
    (_BOARD, (of.BOARDS, of.FEDERAL)),
    (_PAYROLL, (of.WAGES, of.OTHER_STATES, of.APPRENTICES)),
    (_OFFICE, (of.PROGRAMS, of.CLAIMS, of.TANF, of.ASSISTANCE, of.ADULTS)),
)
ORDINARY: dict[str, Rates] = {feed: rates for rates, feeds in _LIKE for feed in feeds}
"""Rates of each feed that says who people are."""
