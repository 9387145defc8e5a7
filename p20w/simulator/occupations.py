"""Occupational licenses: who is licensed by a board, for what, and whether the license is renewed.

Here: licenses and what a board wrote down of their holders. Not here: the rosters (`feeds.credential_award`), driver
licenses (`licensing`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.employers import SECTORS
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.records import write_down
from p20w.simulator.table import Table
from p20w.simulator.world import ASSOCIATE, HERE, HIGH_SCHOOL, LESS, World, chance

ACTIVE, EXPIRED, SURRENDERED = 0, 1, 2


@dataclass(frozen=True)
class Occupation:
    """A license: its board, the industry whose workers need it, the schooling and the share of them, years it is valid.

    `gives` is what the board tells of a holder beside the name: SSN and birth date, or nothing.
    """

    name: str
    board: str
    sector: str
    schooling: int
    share: float
    years: int
    gives: str


OCCUPATIONS = (
    Occupation("REGISTERED NURSE", "Board of Nursing", "62", ASSOCIATE, 0.30, 2, "ssn"),
    Occupation("LICENSED PRACTICAL NURSE", "Board of Nursing", "62", HIGH_SCHOOL, 0.08, 2, "ssn"),
    Occupation("CERTIFIED NURSING ASSISTANT", "Board of Nursing", "62", LESS, 0.15, 2, "ssn"),
    Occupation("JOURNEYMAN ELECTRICIAN", "Construction Industries Board", "23", LESS, 0.12, 3, "ssn"),
    Occupation("INSURANCE PRODUCER", "Insurance Department", "52", HIGH_SCHOOL, 0.25, 2, "birth"),
    Occupation("REAL ESTATE SALESPERSON", "Real Estate Commission", "53", HIGH_SCHOOL, 0.30, 2, "birth"),
    Occupation("COSMETOLOGIST", "Board of Cosmetology", "81", LESS, 0.20, 2, "name"),
)


def license_table() -> Table:
    """One row a license, with what the board wrote down."""
    return Table(
        person=("i4", 0), occupation=("i1", 0), first=("i4", 0), middle=("i4", 0), last=("i4", 0), suffix=("i1", 0),
        birth=("i4", 0), ssn=("i8", -1), issued=("i4", 0), renewed=("i4", 0), expires=("i4", 0), status=("i1", ACTIVE),
    )  # fmt: skip


def license_workers(world: World, licenses: Table, quarter: int) -> None:
    """New licenses of a quarter, renewals and lapses."""
    _issue(world, licenses, quarter)
    _renew(world, licenses, quarter)


def _issue(world: World, licenses: Table, quarter: int) -> None:
    table, rates, rng = world.people, world.profile.occupational_licenses, world.rng("licenses of work", quarter)
    founding = licenses.size == 0
    here = np.flatnonzero((table["status"] == HERE) & (table["job"] >= 0))
    employer = world.jobs["employer"][table["job"][here]]
    here, employer = here[employer >= 0], employer[employer >= 0]
    which = _needed(world, here, world.employers["sector"][employer])
    held = licenses["person"].astype(np.int64) * len(OCCUPATIONS) + licenses["occupation"]
    new = (which >= 0) & ~np.isin(here * len(OCCUPATIONS) + which, held) & (world.age(here, first_day(quarter)) >= 18)
    new &= chance(rng, 1.0 if founding else 0.5, len(here))  # examination and application take their time
    people, which = here[new], which[new]
    count, last = len(people), last_day(quarter)
    years = np.array([item.years for item in OCCUPATIONS])[which]
    issued = last - rng.integers(0, 85, count)
    if founding:
        grown = table["birth"][people].astype(np.int64) + 18 * 366
        issued = np.maximum(last - rng.integers(0, 365 * 12, count), np.minimum(grown, last - 30))
    terms = (last - issued) // (365 * years)  # renewed that often before the state was founded
    renewed = issued + terms * 365 * years
    recorded = write_down(world, rng, people, "license", last, np.ones(count, dtype=bool))
    gives = np.array([item.gives for item in OCCUPATIONS])[which]
    ssn = np.where((gives == "ssn") & ~chance(rng, rates.ssn_missing, count), table["ssn"][people], -1)
    licenses.add(
        count, person=people, occupation=which, first=recorded.first, middle=recorded.middle, last=recorded.last,
        suffix=recorded.suffix, birth=recorded.birth, ssn=ssn, issued=issued, renewed=renewed,
        expires=renewed + 365 * years,
    )  # fmt: skip


def _needed(world: World, people: npt.NDArray[np.int64], sector: Ints) -> npt.NDArray[np.int64]:
    """The license that the work of each needs, by position in OCCUPATIONS; -1 for none. A person's own draw decides."""
    schooling = world.people["education"][people]
    draw = keyed_uniform(world.seed, "occupation of", people, sector)
    needed, below = np.full(len(people), -1), np.zeros(len(people))
    for number, item in enumerate(OCCUPATIONS):
        may = (sector == SECTORS.index(item.sector)) & (schooling >= item.schooling)
        needed[may & (needed < 0) & (draw < below + item.share) & (draw >= below)] = number
        below = below + np.where(may, item.share, 0)
    return needed


def _renew(world: World, licenses: Table, quarter: int) -> None:
    """What expires in the quarter is renewed in time, or not; some who move away give the license back."""
    rng, last = world.rng("renewals of work", quarter), last_day(quarter)
    due = np.flatnonzero((licenses["status"] == ACTIVE) & (licenses["expires"] <= last))
    status = world.people["status"][licenses["person"][due]]
    renews = (status == HERE) & chance(rng, world.profile.occupational_licenses.renews, len(due))
    on = due[renews]
    years = np.array([item.years for item in OCCUPATIONS])[licenses["occupation"][on]]
    licenses["renewed"][on] = licenses["expires"][on] - rng.integers(0, 30, len(on))
    licenses["expires"][on] = licenses["expires"][on] + 365 * years
    licenses["status"][due[~renews]] = np.where(chance(rng, 0.1, int((~renews).sum())), SURRENDERED, EXPIRED)
