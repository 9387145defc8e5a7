"""Moves within the state, departures, returns and arrivals of households.

Here: changes of address and of who is in the state. Not here: families changing (`demography`).
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.cohort import found_cohort
from p20w.simulator.families import draw_addresses, found
from p20w.simulator.randomness import Ints, by_share
from p20w.simulator.sections import ByAge
from p20w.simulator.table import Column
from p20w.simulator.unkind.places import movers_again
from p20w.simulator.world import AWAY, HERE, NEVER, World, chance, days_in, pick


def migrate_a_quarter(world: World, quarter: int) -> None:
    """Moves, then departures, then returns and arrivals."""
    first, last = first_day(quarter), last_day(quarter)
    _moves(world, quarter, first, last)
    _departures(world, quarter, first, last)
    _returns(world, quarter, first)
    _arrivals(world, quarter, first)
    again, rng = movers_again(world, quarter, first, last)
    draw_addresses(world, rng, again, world.households["zip"][again])


def eldest(world: World, status: int) -> tuple[npt.NDArray[np.int64], Column]:
    """Households with members of this status, and the birth date of each one's eldest."""
    table = world.people
    members = np.flatnonzero(table["status"] == status)
    born = np.full(world.households.size, NEVER, dtype=np.int64)
    np.minimum.at(born, table["household"][members], table["birth"][members])
    homes = np.flatnonzero(born < NEVER)
    return homes, born[homes]


def _by_age(rates: ByAge, age: Column) -> Column:
    return np.select([age < 35, age < 60], [rates.young, rates.middle], rates.old)


def zips_near(world: World, rng: np.random.Generator, county: Ints, stays: Ints) -> npt.NDArray[np.int64]:
    """A postal code by population, in the same county where `stays`."""
    places = world.places
    weight = np.cumsum(places.zip_weight) / places.zip_weight.sum()
    low = np.searchsorted(places.county_of_zip, county)  # seeds list postal codes by county
    high = np.searchsorted(places.county_of_zip, county, side="right") - 1
    bottom, top = np.where(low > 0, weight[low - 1], 0.0), weight[high]
    draw = rng.random(len(county))
    draw = np.where(stays == 1, bottom + draw * (top - bottom) * 0.999999, draw)
    return by_share(weight, draw)


def _moves(world: World, quarter: int, first: int, last: int) -> None:
    rng = world.rng("moves", quarter)
    homes, born = eldest(world, HERE)
    rate = _by_age(world.profile.lives.moves, (first - born) / 365.25)
    wealth = world.households["wealth"][homes]
    moving = homes[chance(rng, rate * np.where(wealth < -0.6, 1.5, 1.0), len(homes))]
    county = world.places.county_of_zip[world.households["zip"][moving]]
    zips = zips_near(world, rng, county, np.where(chance(rng, 0.68, len(moving)), 1, 0))
    draw_addresses(world, rng, moving, zips)
    world.households["moved"][moving] = days_in(rng, first, last, len(moving))


def _departures(world: World, quarter: int, first: int, last: int) -> None:
    table, rng = world.people, world.rng("departures", quarter)
    homes, born = eldest(world, HERE)
    rate = _by_age(world.profile.lives.leaves_state, (first - born) / 365.25)
    going = homes[chance(rng, rate, len(homes))]
    send_away(world, np.flatnonzero(_member_of(world, going) & (table["status"] == HERE)), rng, first, last)


def _member_of(world: World, homes: Ints) -> npt.NDArray[np.bool_]:
    mask = np.zeros(world.households.size, dtype=bool)
    mask[homes] = True
    return mask[world.people["household"]]


def send_away(world: World, people: Ints, rng: np.random.Generator, first: int, last: int) -> None:
    """People leave the state, members of a household on the same day."""
    table = world.people
    day_of_home = days_in(rng, first, last, world.households.size) if len(people) else np.zeros(0)
    table["status"][people] = AWAY
    table["left"][people] = day_of_home[table["household"][people]] if len(people) else 0
    world.households["away"][table["household"][people]] = 1


def _returns(world: World, quarter: int, first: int) -> None:
    """Some emigrated households come back, to another address."""
    table, rng = world.people, world.rng("returns", quarter)
    homes, born = eldest(world, AWAY)
    back = homes[chance(rng, np.where((first - born) / 365.25 < 60, world.profile.lives.comes_back, 0.002), len(homes))]
    people = np.flatnonzero(_member_of(world, back) & (table["status"] == AWAY) & (table["left"] < first))
    if not len(people):
        return
    zips = pick(rng, np.cumsum(world.places.zip_weight) / world.places.zip_weight.sum(), len(back))
    draw_addresses(world, rng, back, zips)
    table["status"][people] = HERE
    table["left"][people] = NEVER
    table["arrived"][people] = first
    world.households["moved"][back] = first
    world.households["away"][back] = 0


def _arrivals(world: World, quarter: int, first: int) -> None:
    rng = world.rng("arrivals", quarter)
    wanted = world.profile.lives.comes_from_elsewhere * len(world.here())
    households = rng.poisson(wanted / 2.05)
    cohort = world.profile.cohort
    if households and cohort is None:
        found(world, rng, round(households * 2.05), first, arriving=True)
    elif households and cohort is not None:
        found_cohort(world, rng, round(households * 2.05), cohort, first, arriving=True)
