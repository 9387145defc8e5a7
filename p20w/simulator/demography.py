"""What befalls families in a quarter: death, birth, marriage, divorce, leaving home.

Here: changes of people and households. Not here: moving (`migration`), nor school, college, work and licenses, which
follow. Rates that a planner would want to turn are in the profile; schedules by age are below with their source.
"""

import numpy as np

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.families import add_births, new_households
from p20w.simulator.kinship import marry
from p20w.simulator.migration import migrate_a_quarter, zips_near
from p20w.simulator.randomness import Ints
from p20w.simulator.world import DEAD, HERE, NOBODY, World, chance, days_in

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
    migrate_a_quarter(world, quarter)
    _orphans(world, quarter)


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
    if world.profile.cohort is not None:  # one cohort alone is seen
        return
    table, rng, here = world.people, world.rng("births", quarter), world.here()
    women = here[table["sex"][here] == 1]
    age = world.age(women, first)
    fertile = (age >= 15) & (age < 45)
    women, band = women[fertile], ((age[fertile] - 15) // 5).astype(np.int64)
    partnered = table["partner"][women] >= 0
    mothers = women[chance(rng, _FERTILITY[band] / 4 * np.where(partnered, 1.55, 0.62), len(women))]
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
    zips = zips_near(world, rng, county, np.where(chance(rng, 0.7, len(leaving)), 1, 0))
    homes = new_households(world, rng, zips, 0.6 * world.wealth_of(leaving) - 0.4, first)
    order = np.argsort(zips, kind="stable")
    shares = chance(rng, 0.35, len(leaving))
    for step in range(1, len(order), 2):  # a few dozen a quarter in ten thousand people: no need for more
        left, right = order[step - 1], order[step]
        if shares[step] and zips[left] == zips[right]:
            homes[right] = homes[left]
    table["household"][leaving] = homes


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
