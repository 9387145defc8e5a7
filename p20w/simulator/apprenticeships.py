"""Registered apprenticeships: who begins one with an employer, in which occupation, at which wages, and how it ends.

Here: registrations, as true as the office could know them, and when it hears of what happened. Not here: the file
(`feeds.apprenticeship`), jobs and pay (`work`, `pay`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.employers import SECTORS
from p20w.simulator.randomness import Ints
from p20w.simulator.records import birthdates, ssns
from p20w.simulator.table import Table
from p20w.simulator.world import HERE, NEVER, World, chance, days_in

COMPLETED, CANCELED = 1, 2
_STOCK_QUARTERS = 16  # of registrations before the state is founded


@dataclass(frozen=True)
class Trade:
    """An occupation that has apprentices: years of its term, and dollars an hour at the start in 2014."""

    onet: str
    title: str
    sector: str
    years: int
    pay: float


TRADES = (
    Trade("47-2111.00", "ELECTRICIAN", "23", 4, 14.0),
    Trade("47-2152.00", "PLUMBER", "23", 4, 14.0),
    Trade("47-2031.00", "CARPENTER", "23", 4, 13.0),
    Trade("47-2061.00", "CONSTRUCTION CRAFT LABORER", "23", 2, 12.5),
    Trade("51-4041.00", "MACHINIST", "31", 4, 13.0),
    Trade("49-9041.00", "INDUSTRIAL MACHINERY MECHANIC", "31", 4, 14.0),
    Trade("49-9051.00", "LINE INSTALLER AND REPAIRER", "22", 3, 18.0),
    Trade("31-9092.00", "MEDICAL ASSISTANT", "62", 1, 11.5),
)
_INDUSTRIES = {"23": "construction", "31": "manufacturing", "22": "utilities", "62": "health"}


def registration_table() -> Table:
    """One row a registration; `told` is the day from which the office knows how it ended. Wages are cents an hour."""
    return Table(
        person=("i4", 0), firm=("i4", 0), trade=("i1", 0), start=("i4", 0), exit=("i4", NEVER), outcome=("i1", 0),
        told=("i4", NEVER), suspended=("i4", NEVER), reinstated=("i4", NEVER), first_wage=("i4", 0),
        last_wage=("i4", -1), duplicate=("i1", 0), education=("i1", 0), birth=("i4", 0), ssn=("i8", -1),
    )  # fmt: skip


def apprentice(world: World, registrations: Table, quarter: int) -> None:
    """New apprentices of a quarter; in the first, also those who began in the years before."""
    if not registrations.size:
        for earlier in range(quarter - _STOCK_QUARTERS, quarter):
            _register(world, registrations, earlier)
    _register(world, registrations, quarter)


def _register(world: World, registrations: Table, quarter: int) -> None:
    table, rates, rng = world.people, world.profile.apprenticeships, world.rng("apprenticeships", quarter)
    first, last = first_day(quarter), last_day(quarter)
    here = np.flatnonzero((table["status"] == HERE) & (table["job"] >= 0))
    employer = world.jobs["employer"][table["job"][here]]
    here, employer = here[employer >= 0], employer[employer >= 0]
    age = world.age(here, first)
    yearly = np.zeros(len(SECTORS))
    for sector, industry in _INDUSTRIES.items():
        yearly[SECTORS.index(sector)] = getattr(rates, industry)
    begins = (age >= 17) & (age < 40) & chance(rng, yearly[world.employers["sector"][employer]] / 4, len(here))
    busy = registrations["person"][registrations["exit"] >= first]
    begins &= ~np.isin(here, busy)
    people, firm = here[begins], world.employers["firm"][employer[begins]]
    count = len(people)
    trade = _trade(rng, world.employers["sector"][firm])
    start = days_in(rng, first, last, count)
    term = np.array([item.years for item in TRADES])[trade] * 365
    cancels = chance(rng, rates.cancels, count)
    after = np.where(cancels, (60 + rng.random(count) ** 2 * (term - 90)), term * rng.uniform(0.85, 1.15, count))
    leaves = start + after.astype(np.int64)
    late = cancels & chance(rng, rates.heard_late, count)
    told = leaves + rng.integers(0, 30, count) + np.where(late, rng.integers(180, 420, count), 0)
    suspended = np.where(
        chance(rng, rates.suspended, count), start + (after * rng.uniform(0.2, 0.6, count)).astype(np.int64), NEVER
    )
    reinstated = np.where(suspended < NEVER, suspended + rng.integers(90, 300, count), NEVER)
    lasts = reinstated < leaves
    suspended, reinstated = np.where(lasts, suspended, NEVER), np.where(lasts, reinstated, NEVER)
    wage = np.array([item.pay for item in TRADES])[trade] * 1.03 ** (quarter / 4 - 2014) * rng.uniform(0.9, 1.15, count)
    raised = wage * (1 + 0.55 * np.minimum(after / term, 1))
    known = ~chance(rng, rates.exit_wage_missing, count)
    yearly_wage = chance(rng, rates.yearly_wage, count)
    ssn = ssns(rng, table["ssn"][people], rates.ssn_wrong)
    ssn[chance(rng, rates.ssn_missing, count)] = -1
    made = registrations.add(
        count, person=people, firm=firm, trade=trade, start=start, exit=leaves,
        outcome=np.where(cancels, CANCELED, COMPLETED), told=told, suspended=suspended, reinstated=reinstated,
        first_wage=np.round(100 * np.maximum(wage, 7.25) * np.where(yearly_wage, 2080, 1)),
        last_wage=np.where(known, np.round(100 * np.maximum(raised, 7.25)), -1),
        education=table["education"][people], birth=birthdates(world, rng, people, "college"), ssn=ssn,
    )  # fmt: skip
    _twice(registrations, made[chance(rng, rates.registered_twice, count)])


def _trade(rng: np.random.Generator, sector: Ints) -> npt.NDArray[np.int64]:
    """One of the trades of each sector."""
    trade = np.zeros(len(sector), dtype=np.int64)
    draw = rng.random(len(sector))
    for code in _INDUSTRIES:
        of = np.array([number for number, item in enumerate(TRADES) if item.sector == code])
        at = sector == SECTORS.index(code)
        trade[at] = of[(draw[at] * len(of)).astype(np.int64)]
    return trade


def _twice(registrations: Table, rows: npt.NDArray[np.int64]) -> None:
    """The same registration under another number, marked as a duplicate."""
    kept = ("person", "firm", "trade", "start", "first_wage", "education", "birth", "ssn")
    registrations.add(len(rows), duplicate=1, exit=registrations["start"][rows], **{
        name: registrations[name][rows].copy() for name in kept
    })  # fmt: skip
