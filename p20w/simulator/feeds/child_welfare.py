"""`child_welfare`: the child welfare agency's half-year of children in foster care, stay by stay.

Here: lines with what caseworkers entered late or wrongly. Not here: who is in care (`foster_care`).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from p20w.simulator.calendar import as_date, first_day, last_day
from p20w.simulator.feeds.order import filed, is_late
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed, and_again
from p20w.simulator.feeds.text import dates, names, numbers, pick, suffixes
from p20w.simulator.foster_care import TABLES, care_a_quarter
from p20w.simulator.foster_placements import ADOPTED, EMANCIPATED, GUARDIAN, REUNIFIED
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.world import NEVER, World, chance

NAME = "child_welfare"
_CIRCUMSTANCES = {"Neglect": 0.62, "Abuse": 0.16, "ParentalSubstanceAbuse": 0.36, "InadequateHousing": 0.11}
"""Shares of removals with each (AFCARS Report 30; several may hold)."""
_GOALS = {REUNIFIED: 1, ADOPTED: 3, EMANCIPATED: 5, GUARDIAN: 6}
_PLANNED = 60
"""Days until a case has a goal."""


def live(world: World, quarter: int) -> None:
    """Who is removed from home."""
    clients, episodes, placements = (world.own[f"{NAME}.{name}"] for name in TABLES)
    care_a_quarter(world, clients, episodes, placements, quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Of March 31 and September 30; some come a second time, with the stays that were entered late."""
    end = last_day(quarter)
    if quarter % 4 in (0, 2):
        again = bool(world.rng("care restated", quarter).random() < world.profile.foster_care.restated)
        yield from and_again(
            as_date(end).isoformat(), end + 35, end + 80, partial(content, world, quarter), comes=again
        )


def content(world: World, quarter: int, *, lacking: bool = False) -> Content:
    """One line a child, removal and stay, of every child in care on a day of the six months, as the record has it."""
    clients, episodes, placements = (world.own[f"{NAME}.{name}"] for name in TABLES)
    people, places = world.people, world.places
    rates, rng = world.profile.foster_care, world.rng("care file", quarter * 2 + lacking)
    opens, on = first_day(quarter - 1), last_day(quarter)
    episode, starts = placements["episode"].astype(np.int64), placements["starts"].astype(np.int64)
    # a discharge that was entered late leaves the child in the files until then
    listed = (episodes["removal"][episode] <= on) & (starts <= on)
    listed &= np.maximum(episodes["discharge"], episodes["told"])[episode] >= opens
    row = np.flatnonzero(listed)
    if lacking:
        row = row[~is_late(world, "stay entered late", row, quarter, rates.late_lines)]
    row = row[filed(rng, episodes["county"][episode[row]], rates.filed_twice)]
    episode, count = episode[row], len(row)
    person, client = episodes["person"][episode].astype(np.int64), episodes["client"][episode].astype(np.int64)
    known = (episodes["discharge"][episode] <= on) & (episodes["told"][episode] <= on + 10)
    discharge = np.where(known, episodes["discharge"][episode], NEVER)
    ends = placements["ends"][row].astype(np.int64)
    ends = np.where((ends > on) | ~known & (ends == episodes["discharge"][episode]), NEVER, ends)
    wrong = (discharge < NEVER) & chance(rng, rates.exit_before_removal, count)
    discharge = np.where(wrong, episodes["removal"][episode] - 40, discharge)
    upper = keyed_uniform(world.seed, "county writes capitals", episodes["county"][episode]) < 0.4
    ssn = numbers(clients["ssn"][client], 9)
    if rng.random() < rates.zeros_lost:
        ssn = ssn.str.strip_chars_start("0")
    frame = pl.DataFrame(
        {
            "ChildRecordNumber": "CW" + numbers(300_000 + client * 11, 10),
            "FirstName": names(world, clients["first"][client], upper),
            "MiddleName": names(world, clients["middle"][client], upper),
            "LastName": names(world, clients["last"][client], upper),
            "NameSuffix": suffixes(clients["suffix"][client]),
            "DateOfBirth": dates(clients["birth"][client]),
            "SocialSecurityNumber": ssn,
            "Sex": pick(["1", "2"], people["sex"][person]),
            "LocalAgencyCountyFips": pick([f"{code}  " for code in places.counties], episodes["county"][episode]),
            "DateOfRemoval": dates(episodes["removal"][episode]),
            **{
                f"Circumstance{name}": (keyed_uniform(world.seed, f"removed for {name}", episode) < share).astype(
                    np.int8
                )
                for name, share in _CIRCUMSTANCES.items()
            },
            "DateOfPlacement": dates(placements["starts"][row]),
            "DatePlacementEnded": dates(ends),
            "PlacementSetting": placements["setting"][row],
            "CasePlanGoal": _goal(world, episodes["reason"][episode], episodes["removal"][episode], on),
            "TitleIvEFosterCare": (keyed_uniform(world.seed, "title IV-E", episode) < 0.4).astype(np.int8),
            "DateOfExit": dates(discharge),
            "ExitReason": pick(["", *map(str, range(1, 9))], np.where(known, episodes["reason"][episode], 0)),
        }
    )
    return Content(frame, person + 1, count)


def _goal(world: World, reason: Ints, removal: Ints, on: int) -> pl.Series:
    """Mostly what comes to pass in the end; 7 while none is set, and reunification for many at first."""
    goal = np.full(len(reason), 1)
    for ends, code in _GOALS.items():
        goal[reason == ends] = code
    hopes = keyed_uniform(world.seed, "hopes for reunification", removal, reason) < 0.35
    goal = np.where(hopes, 1, goal)
    return pick(["", *map(str, range(1, 8))], np.where(removal > on - _PLANNED, 7, goal))


FEED = SimulatedFeed(NAME, "Child welfare data unit", due, TABLES, live)
