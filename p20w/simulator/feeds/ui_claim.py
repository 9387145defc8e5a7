"""`ui_claim`: the labor agency's weeks claimed from unemployment insurance, a quarter a file.

Here: lines as the claims system exports them. Not here: claims and weeks (`unemployment`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import label_of, last_day
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import digits, numbers, pick
from p20w.simulator.geography import HISPANIC
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.unemployment import claim_a_quarter, claim_table, week_table
from p20w.simulator.world import World, chance

NAME = "ui_claim"
_LAST = 26
_EDUCATION = ["10", "12", "13", "14", "16", "18"]  # years, in the order of people.education
_BLANK = ("certification_status", "standard_occupation_code", "last_employer_name", "city", "zip_code", "week")


def live(world: World, quarter: int) -> None:
    """Who claims, and for which weeks."""
    claim_a_quarter(world, world.own[f"{NAME}.claim"], world.own[f"{NAME}.week"], quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every quarter."""
    yield Due(label_of(quarter), last_day(quarter) + 20, lambda: content(world, quarter))


def content(world: World, quarter: int) -> Content:
    """One line a week claimed; a few weeks twice, and a few with a day that no week has."""
    weeks, claims, rates = world.own[f"{NAME}.week"], world.own[f"{NAME}.claim"], world.profile.claims
    rng = world.rng("claims file", quarter)
    week = filed(rng, weeks["ends"], rates.certified_twice)
    row = weeks["claim"][week].astype(np.int64)
    person, employer = claims["person"][row].astype(np.int64), claims["employer"][row]
    ends = np.where(chance(rng, rates.no_such_week, len(week)), -1, weeks["ends"][week])
    left = np.maximum(claims["weekly"][row].astype(np.int64) * (_LAST - weeks["number"][week]), 0)
    flag = np.zeros(len(week), dtype=np.int64)
    frame = pl.DataFrame(
        {
            "social_security_number": numbers(claims["ssn"][row], 9),
            "claimant_id_number": numbers(3_000_000 + person * 3, 8),
            "claimant_birth_date": digits(claims["birth"][row]),
            "gender": pick(["1", "2"], world.people["sex"][person]),
            "week_end_date": digits(ends),
            "date_filed": digits(claims["filed"][row]),
            "benefit_year_end": digits(claims["filed"][row].astype(np.int64) + 364),
            "program_type": pick(["1"], flag),
            "sub_program_type": pick(["1"], flag),
            "claim_type": pick(["1"], flag),
            "payment_type": pick(["1", "3"], (weeks["number"][week] == 0).astype(np.int64)),
            "total_pay": weeks["paid"][week],
            "weekly_benefit_amount": claims["weekly"][row],
            "earned_income": weeks["earned"][week],
            "max_benefit_amount": claims["weekly"][row].astype(np.int64) * _LAST,
            "mba_balance": left,
            "last_payment_indicator": pick(["N", "Y"], (weeks["number"][week] == _LAST).astype(np.int64)),
            "industry": pick(world.places.naics, world.employers["naics"][employer]),
            "last_employer_account_number": numbers(world.employers["account"][employer], 10),
            "race": pick([str(code) for code in range(1, 9)], world.people["race"][person].astype(np.int64)),
            "ethnic": pick(["1", "2"], (world.people["race"][person] == HISPANIC).astype(np.int64)),
            "claimant_disability": pick(["0", "1"], world.people["idea"][person]),
            "claimant_education_": pick(_EDUCATION, claims["education"][row]),
            "veteran_status": pick(["N", "Y"], (keyed_uniform(world.seed, "veteran", person) < 0.06).astype(np.int64)),
            "claimant_county_resident": claims["county"][row].astype(np.int64) * 2 + 1,
            "claimant_state": pl.repeat("ZZ", len(week), eager=True),
            **{name: pl.Series([None] * len(week), dtype=pl.String) for name in _BLANK},
        }
    )
    return Content(frame, person + 1, len(week))


FEED = SimulatedFeed(NAME, "Unemployment benefits unit", due, {"claim": claim_table, "week": week_table}, live)
