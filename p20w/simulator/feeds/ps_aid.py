"""`ps_aid`: the higher-education board's year of student financial aid.

Here: who studied in the award year, and lines with colleges' own habits. Not here: who is given what (`aid`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.aid import TYPES, Studies, aid_of
from p20w.simulator.calendar import day, school_year_label
from p20w.simulator.feeds.order import filed
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import numbers, pick
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.table import Table
from p20w.simulator.world import DUAL, World, chance

NAME = "ps_aid"
_AWARDED, _DISBURSED = 0, 1
_UNKNOWN_TYPE = "SEOG"
"""A type as a college's own system calls it."""


def live(world: World, quarter: int) -> None:
    """Remember who studied in the terms of an award year: fall, spring, summer."""
    table, term = world.own[f"{NAME}.studied"], world.term
    if term is None:
        return
    if term.name == "Fall":
        table.clear()
    who = np.flatnonzero(term.level != DUAL)
    share = np.where(term.full_time[who] == 1, 0.5, 0.25) * (0.5 if term.name == "Summer" else 1.0)
    table.add(len(who), person=term.person[who], enrollee=term.enrollee[who], level=term.level[who], load=share)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Once an award year, in October."""
    if world.term is not None and world.term.name == "Summer":
        year = quarter // 4
        yield Due(school_year_label(year), day(year, 10, 15), lambda: content(world, year, quarter))


def content(world: World, award_year: int, moment: int) -> Content:
    """One line a student, type of aid and status."""
    enrollees, places, rates = world.enrollees, world.places, world.profile.aid
    rng = world.rng("aid file", moment)
    studies = _studies(world)
    aid = aid_of(world, studies, award_year)
    college = enrollees["college"][studies.enrollee[aid.entry]].astype(np.int64)
    both = keyed_uniform(world.seed, "college tells of awards", college) < rates.tells_of_awards
    line = np.concatenate([np.arange(len(aid.entry)), np.flatnonzero(both)])
    status = np.repeat([_DISBURSED, _AWARDED], [len(aid.entry), int(both.sum())])
    order = filed(rng, college[line], rates.filed_twice)
    line, status, count = line[order], status[order], len(order)
    entry, kind = aid.entry[line], aid.kind[line]
    person, row = studies.person[entry], studies.enrollee[entry]
    college = college[line]
    offered = np.where(
        keyed_uniform(world.seed, "took less", person, kind) < 0.2, aid.amount[line] * 1.5, aid.amount[line]
    )
    amount = np.where(status == _AWARDED, offered, aid.amount[line]).astype(np.int64)
    amount = np.where(chance(rng, rates.in_cents, count), amount * 100, amount)
    amount = np.where(chance(rng, rates.negative, count), -amount, amount)
    fafsa = keyed_uniform(world.seed, "college sends FAFSA data", college) < rates.sends_fafsa
    index = np.clip(6000 + 9000 * world.wealth_of(person), -1500, 99999).astype(np.int64)
    frame = pl.DataFrame(
        {
            "InstitutionIpedsUnitId": pick(places.colleges, college),
            "StudentIdentifierInstitution": "S" + numbers(enrollees["number"][row], 8),
            "FinancialAidYear": np.full(count, award_year),
            "FinancialAidAwardType": pick(list(TYPES), kind).set(
                pl.Series(chance(rng, rates.type_unknown, count)), _UNKNOWN_TYPE
            ),
            "FinancialAidProgramCode": pick(["", "NEED", "MERIT"], np.where(kind == 2, 1, np.where(kind == 3, 2, 0))),
            "FinancialAidAwardStatus": pick(["Awarded", "Disbursed"], status),
            "FinancialAidAwardAmount": pl.Series(amount).cast(pl.Decimal(12, 2)),
            "PriceOfAttendance": pl.Series(np.where(places.college_public[college], 21000, 42000)).cast(
                pl.Decimal(9, 2)
            ),
            "StudentAidIndex": pl.Series(index).set(pl.Series(~fafsa), None),
            "DependencyStatus": pick(["", "Dependent"], fafsa.astype(np.int64)),
            "FinancialAidIncomeLevel": pl.Series(index * 8).cast(pl.Decimal(12, 2)).set(pl.Series(~fafsa), None),
        }
    )
    return Content(frame, person + 1, count)


def _studies(world: World) -> Studies:
    """Students of the year: one entry a student of a college, at the level of the last term."""
    table = world.own[f"{NAME}.studied"]
    enrollee, first, place = np.unique(table["enrollee"][::-1], return_index=True, return_inverse=True)
    last = table.size - 1 - first
    load = np.bincount(place[::-1], table["load"], len(enrollee))
    return Studies(table["person"][last].astype(np.int64), enrollee.astype(np.int64), table["level"][last], load)


def _table() -> Table:
    return Table(person=("i4", 0), enrollee=("i4", 0), level=("i1", 0), load=("f4", 0))


FEED = SimulatedFeed(NAME, "Higher education board financial aid steward", due, {"studied": _table}, live)
