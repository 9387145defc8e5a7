"""What befalls households in a quarter: death, birth, marriage, divorce, leaving home, moving, coming and going.

Here: changes of people and households. Not here: school, college, work and licenses, which follow them.
Rates that an agency's planner would want to turn are in the profile; schedules by age are below with their source.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.families import add_births, draw_addresses, found, marry, new_households
from p20w.simulator.profile import ByAge
from p20w.simulator.randomness import Ints
from p20w.simulator.table import Column
from p20w.simulator.world import AWAY, DEAD, HERE, NEVER, NOBODY, World, chance, days_in, pick

# births a woman and year by age 15-19, 20-24, ... 40-44 (NCHS 2014-2022, rounded)
_FERTILITY = np.array([0.018, 0.070, 0.098, 0.098, 0.054, 0.012])


def live_a_quarter(world: World, quarter: int) -> None:
    """All of it, in the order in which one thing leads to another."""
    first, last = first_day(quarter), last_day(quarter)
    _deaths(world, quarter, first, last)
    _births(world, quarter, first, last)
    _divorces(world, quarter)
    _weddings(world, quarter, last)
    _leave_home(world, quarter, first)
    _moves(world, quarter, first, last)
    _departures(world, quarter, first, last)
    _returns(world, quarter, first, last)
    _arrivals(world, quarter, first)
    _orphans(world, quarter)


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


def _deaths(world: World, quarter: int, first: int, last: int) -> None:
    table, rng, here = world.people, world.rng("deaths", quarter), world.here()
    age = world.age(here, first)
    # Gompertz, fitted to the national life table; infants and men die more often
    yearly = np.exp(-10.1 + 0.0865 * np.clip(age, 12, 110)) * np.where(table["sex"][here] == 0, 1.35, 1.0)
    yearly = np.where(age < 1, 0.0055, yearly)
    dying = here[chance(rng, np.minimum(yearly / 4, 0.5), len(here))]
    table["status"][dying] = DEAD
    table["death"][dying] = days_in(rng, first, last, len(dying))
    widowed = table["partner"][dying]
    table["partner"][widowed[widowed >= 0]] = NOBODY
    table["partner"][dying] = NOBODY


def _births(world: World, quarter: int, first: int, last: int) -> None:
    table, rng, here = world.people, world.rng("births", quarter), world.here()
    women = here[table["sex"][here] == 1]
    age = world.age(women, first)
    fertile = (age >= 15) & (age < 45)
    women, band = women[fertile], ((age[fertile] - 15) // 5).astype(np.int64)
    partnered = table["partner"][women] >= 0
    mothers = women[chance(rng, _FERTILITY[band] / 4 * np.where(partnered, 1.45, 0.55), len(women))]
    babies = add_births(world, rng, mothers, days_in(rng, first, last, len(mothers)), 0)
    world.people["arrived"][babies] = world.people["birth"][babies]


def _divorces(world: World, quarter: int) -> None:
    table, rng, here = world.people, world.rng("divorces", quarter), world.here()
    one_each = here[(table["partner"][here] > here)]
    parting = one_each[chance(rng, world.profile.lives.divorces, len(one_each))]
    other = table["partner"][parting]
    table["partner"][parting] = table["partner"][other] = NOBODY
    leaver = np.where(table["sex"][parting] == 0, parting, other)
    stays_near = world.zip_of(leaver)
    homes = new_households(world, rng, stays_near, world.wealth_of(leaver) - 0.2, first_day(quarter))
    table["household"][leaver] = homes
    wife = np.where(leaver == parting, other, parting)
    reverts = wife[(table["former"][wife] > 0) & chance(rng, 0.3, len(wife))]
    table["last"][reverts], table["former"][reverts] = table["former"][reverts], table["last"][reverts]
    table["renamed"][reverts] = first_day(quarter)


def _weddings(world: World, quarter: int, last: int) -> None:
    """Single people near each other in age and place marry; they live where the older one lived, or start anew."""
    table, rng, here = world.people, world.rng("weddings", quarter), world.here()
    age = world.age(here, last)
    single = (table["partner"][here] == NOBODY) & (age >= 20) & (age < 45)
    chosen = here[single][chance(rng, world.profile.lives.marries, int(single.sum()))]
    county = world.places.county_of_zip[world.zip_of(chosen)] // 4
    order = np.lexsort((rng.random(len(chosen)), world.age(chosen, last) // 4, table["race"][chosen], county))
    men, women = (chosen[order][table["sex"][chosen[order]] == sex] for sex in (0, 1))
    pairs = min(len(men), len(women))
    men, women = men[:pairs], women[:pairs]
    related = (table["household"][men] == table["household"][women]) | (
        np.abs(table["birth"][men] - table["birth"][women]) > 12 * 365
    )
    men, women = men[~related], women[~related]
    marry(world, rng, men, women, last)
    with_parents = world.age(men, last) < 30
    fresh = new_households(world, rng, world.zip_of(men), (world.wealth_of(men) + world.wealth_of(women)) / 2, last)
    homes = np.where(with_parents | chance(rng, 0.4, len(men)), fresh, table["household"][men])
    _bring_children(world, women, homes)
    table["household"][women] = homes
    table["household"][men] = homes


def _bring_children(world: World, mothers: Ints, homes: Ints) -> None:
    """Minors at home go with their mother."""
    table = world.people
    to = np.full(table.size, -1, dtype=np.int64)
    to[mothers] = homes
    mother = table["mother"]
    goes = np.flatnonzero((mother >= 0) & (table["status"] == HERE))
    goes = goes[to[mother[goes]] >= 0]
    same = table["household"][goes] == table["household"][mother[goes]]
    young = table["birth"][goes] > table["birth"][mother[goes]] + 14 * 365
    minor = table["k12"][goes] <= 1
    goes = goes[same & young & minor & (table["partner"][goes] == NOBODY)]
    table["household"][goes] = to[mother[goes]]


def _leave_home(world: World, quarter: int, first: int) -> None:
    """Young adults leave their parents; a third of them share a flat with another leaver."""
    table, rng, here = world.people, world.rng("leaving home", quarter), world.here()
    age = world.age(here, first)
    young = here[(age >= 18.7) & (age < 30) & (table["partner"][here] == NOBODY) & (table["mother"][here] >= 0)]
    at_home = young[table["household"][young] == table["household"][table["mother"][young]]]
    leaving = at_home[chance(rng, world.profile.lives.leaves_home, len(at_home))]
    county = world.places.county_of_zip[world.zip_of(leaving)]
    zips = _zips_near(world, rng, county, np.where(chance(rng, 0.7, len(leaving)), 1, 0))
    homes = new_households(world, rng, zips, 0.6 * world.wealth_of(leaving) - 0.4, first)
    order = np.argsort(zips, kind="stable")
    shares = chance(rng, 0.35, len(leaving))
    for step in range(1, len(order), 2):  # a few dozen a quarter in ten thousand people: no need for more
        left, right = order[step - 1], order[step]
        if shares[step] and zips[left] == zips[right]:
            homes[right] = homes[left]
    table["household"][leaving] = homes


def _zips_near(world: World, rng: np.random.Generator, county: Ints, stays: Ints) -> npt.NDArray[np.int64]:
    """A postal code by population, in the same county where `stays`."""
    places = world.places
    weight = np.cumsum(places.zip_weight) / places.zip_weight.sum()
    low = np.searchsorted(places.county_of_zip, county)  # seeds list postal codes by county
    high = np.searchsorted(places.county_of_zip, county, side="right") - 1
    bottom, top = np.where(low > 0, weight[low - 1], 0.0), weight[high]
    draw = rng.random(len(county))
    draw = np.where(stays == 1, bottom + draw * (top - bottom) * 0.999999, draw)
    return np.searchsorted(weight, draw, side="right").clip(max=len(weight) - 1)


def _moves(world: World, quarter: int, first: int, last: int) -> None:
    rng = world.rng("moves", quarter)
    homes, born = eldest(world, HERE)
    rate = _by_age(world.profile.lives.moves, (first - born) / 365.25)
    wealth = world.households["wealth"][homes]
    moving = homes[chance(rng, rate * np.where(wealth < -0.6, 1.5, 1.0), len(homes))]
    county = world.places.county_of_zip[world.households["zip"][moving]]
    zips = _zips_near(world, rng, county, np.where(chance(rng, 0.68, len(moving)), 1, 0))
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


def _returns(world: World, quarter: int, first: int, last: int) -> None:
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
    if households:
        found(world, rng, round(households * 2.05), first, arriving=True)


def _orphans(world: World, quarter: int) -> None:
    """Minors whose household has no adult left go to another family as foster children."""
    table, rng, here = world.people, world.rng("orphans", quarter), world.here()
    adult = world.age(here, first_day(quarter)) >= 18
    has_adult = np.zeros(world.households.size, dtype=bool)
    has_adult[table["household"][here[adult]]] = True
    alone = here[~adult][~has_adult[table["household"][here[~adult]]]]
    couples = here[table["partner"][here] >= 0]
    if len(alone) and len(couples):
        table["household"][alone] = table["household"][rng.choice(couples, len(alone))]
        table["foster"][alone] = 1
