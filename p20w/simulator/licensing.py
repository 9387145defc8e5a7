"""Driver licenses and identification cards: who holds one, and how old the name and address on it are.

Here: issue, renewal, changes and removal. Not here: the snapshot file (`feeds.dmv_license`).
"""

import numpy as np

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.randomness import Floats, Ints, keyed_uniform
from p20w.simulator.records import write_down
from p20w.simulator.words import BLANK
from p20w.simulator.world import AWAY, DEAD, HERE, LONG_AGO, NOBODY, World, chance

CLASSES = ("D", "M", "A", "B", "ID")


def license_a_quarter(world: World, quarter: int) -> None:
    """Issue, renew, update and remove."""
    _issue(world, quarter)
    _update(world, quarter)
    _renew_and_remove(world, quarter)


def coverage(world: World, people: Ints, on: int) -> Floats:
    """The share of such people with a license: by age, lower for poor, urban and foreign-born people.

    The factors are scaled so that the shares by age hold for the population as a whole.
    """
    rates, table = world.profile.licenses, world.people
    age = world.age(people, on)
    by_age = np.interp(
        age,
        [15.95, 16.0, 16.5, 17.5, 18.5, 19.5, 22, 30, 72, 85, 95],
        [0, rates.age_16 * 0.7, rates.age_16, rates.age_17, (rates.age_17 + rates.age_19) * 0.52, rates.age_19,
         0.45 * rates.age_19 + 0.55 * rates.adult, rates.adult, rates.adult, rates.adult * 0.85, rates.adult * 0.5],
    )  # fmt: skip
    factor = np.where(world.wealth_of(people) < -0.85, rates.poor, 1.0)
    factor = factor * np.where(world.places.urban_zip[world.zip_of(people)], rates.urban, 1.0)
    factor = factor * np.where(table["foreign"][people] == 1, rates.foreign, 1.0)
    mean = factor.mean() if len(factor) else 1.0
    return np.minimum(by_age * factor / mean, 0.99) * np.where(
        table["undocumented"][people] == 1, rates.undocumented, 1.0
    )


def _issue(world: World, quarter: int) -> None:
    table, rates, rng = world.people, world.profile.licenses, world.rng("licenses", quarter)
    first, last = first_day(quarter), last_day(quarter)
    here = world.here()
    settled = table["arrived"][here] < last - 60 - 200 * keyed_uniform(world.seed, "time to license", here)
    grown = (last - table["birth"][here]) > 5842  # sixteen years less two days
    wants = (table["license"][here] == NOBODY) & grown & (settled | (table["arrived"][here] == table["birth"][here]))
    may = here[wants]
    new = may[table["license_draw"][may] < coverage(world, here, last)[wants]]
    if not len(new):
        return
    recorded = write_down(world, rng, new, "license", first, np.ones(len(new), dtype=bool))
    founding = world.licenses.size == 0
    sixteen = table["birth"][new].astype(np.int64) + 5844
    term = rates.years_valid * 365
    if founding:
        issued = np.maximum(last - (rng.random(len(new)) * term).astype(np.int64), np.minimum(sixteen, last))
    else:
        issued = np.minimum(np.maximum(first, sixteen) + (rng.random(len(new)) * 85).astype(np.int64), last)
    ssn = np.where(chance(rng, world.profile.ssn.license_missing, len(new)), -1, table["ssn"][new])
    wrong = (ssn > 0) & chance(rng, world.profile.ssn.license_wrong, len(new))
    ssn[wrong] += np.where(ssn[wrong] % 100 < 98, 1, -1)
    verified = (ssn > 0) & ~wrong & chance(rng, world.profile.ssn.license_verified, len(new))
    kind = np.searchsorted(np.cumsum([0.93 - rates.id_card, 0.02, 0.02, 0.03]), rng.random(len(new)))
    made = world.licenses.add(
        len(new),
        person=new,
        first=recorded.first,
        middle=recorded.middle,
        last=recorded.last,
        suffix=recorded.suffix,
        birth=recorded.birth,
        ssn=ssn,
        verified=verified,
        issued=issued,
        expires=issued + term,
        kind=kind,
        origin=np.where(
            (table["arrived"][new] > LONG_AGO) & (table["foreign"][new] == 0), rng.integers(1, 12, len(new)), 0
        )
        * (table["arrived"][new] > table["birth"][new]),
        name_since=issued,
    )
    world.licenses["number"][made] = (made * 7_654_321 + world.seed * 104_729) % 99_999_989
    table["license"][new] = made
    _write_address(world, made)
    if founding:
        _age_addresses(world, rng, made, last)


def _write_address(world: World, licenses: Ints) -> None:
    table, homes = world.licenses, world.households
    home = world.people["household"][table["person"][licenses]]
    for column, source in (("zip", "zip"), ("house", "number"), ("street", "street"), ("unit", "unit")):
        table[column][licenses] = homes[source][home]


def _age_addresses(world: World, rng: np.random.Generator, licenses: Ints, today: int) -> None:
    """At the start some addresses are old already, the more so at 18-24."""
    table, homes = world.licenses, world.households
    age = world.age(table["person"][licenses], today)
    old = licenses[chance(rng, np.where((age >= 18) & (age < 25), 0.20, 0.05), len(licenses))]
    home = world.people["household"][table["person"][old]]
    for column, source in (("zip", "old_zip"), ("house", "old_number"), ("street", "old_street"), ("unit", "old_unit")):
        table[column][old] = homes[source][home]


def _update(world: World, quarter: int) -> None:
    """People tell the agency of a new address or name, or do not."""
    table, people, homes, rng = world.licenses, world.people, world.households, world.rng("license updates", quarter)
    rates, last = world.profile.licenses, last_day(quarter)
    live = np.flatnonzero(table["alive"] == 1)
    person = table["person"][live]
    here = people["status"][person] == HERE
    home = people["household"][person]
    old = here & ((table["house"][live] != homes["number"][home]) | (table["street"][live] != homes["street"][home]))
    age = world.age(person, last)
    rate = np.where((age >= 18) & (age < 25), rates.tells_new_address_young, rates.tells_new_address)
    _write_address(world, live[old & chance(rng, rate, len(live))])
    renamed = here & (people["renamed"][person] > table["name_since"][live]) & (people["renamed"][person] > LONG_AGO)
    tells = live[renamed & chance(rng, rates.tells_new_name, len(live))]
    _write_name(world, rng, tells, last)


def _write_name(world: World, rng: np.random.Generator, licenses: Ints, today: int) -> None:
    table, people = world.licenses, world.people
    person = table["person"][licenses]
    keeps = chance(rng, world.profile.licenses.previous_name_kept, len(licenses))
    table["former"][licenses] = np.where(keeps, table["last"][licenses], BLANK)
    table["last"][licenses] = world.words.plain(people["last"][person])
    table["name_since"][licenses] = today


def _renew_and_remove(world: World, quarter: int) -> None:
    table, people, rng = world.licenses, world.people, world.rng("renewals", quarter)
    last, term = last_day(quarter), world.profile.licenses.years_valid * 365
    live = np.flatnonzero(table["alive"] == 1)
    status = people["status"][table["person"][live]]
    due = live[(table["expires"][live] <= last) & (status == HERE)]
    renews = due[chance(rng, np.where(world.age(table["person"][due], last) > 80, 0.75, 0.97), len(due))]
    table["issued"][renews] = table["expires"][renews] - rng.integers(0, 45, len(renews))
    table["expires"][renews] = table["expires"][renews] + term
    _write_address(world, renews)
    renamed = renews[people["renamed"][table["person"][renews]] > table["name_since"][renews]]
    _write_name(world, rng, renamed, last)
    known_dead = (status == DEAD) & chance(rng, 1 - world.profile.licenses.death_unknown, len(live))
    surrendered = (status == AWAY) & chance(rng, 0.15, len(live))
    lapsed = table["expires"][live] < last - 180
    over = live[known_dead | surrendered | lapsed]
    table["alive"][over] = 0
    held = over[people["license"][table["person"][over]] == over]
    people["license"][table["person"][held]] = NOBODY
