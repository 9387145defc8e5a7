"""SSNs of others and SSNs two digits off: at hiring, at college, on single quarters' wage lines.

Here: whose number a person works or studies under. Not here: the slips every profile has (`hiring`, `enrollees`,
`feeds.ui_wage`). The truth of a line stays the person who worked.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.unkind import slips
from p20w.simulator.world import HERE, NOBODY, World, chance

_NEVER_LICENSED = 2.0  # a draw that no coverage reaches


def hide(world: World, people: Ints) -> None:
    """Some people without a number are in no other feed, and work under a real person's."""
    if world.profile.unkind is None:
        return
    rate = world.profile.unkind.numbers.in_no_other_feed
    table = world.people
    hidden = people[
        (table["undocumented"][people] == 1) & (keyed_uniform(world.seed, "unkind in no other feed", people) < rate)
    ]
    table["hidden"][hidden] = 1
    table["license_draw"][hidden] = _NEVER_LICENSED


def seen(world: World, people: Ints) -> npt.NDArray[np.bool_]:
    """Who may appear with other agencies."""
    return world.people["hidden"][people] == 0


def at_work(world: World, people: Ints, ssn: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The number an employer has for these people when it is not the one in `ssn`."""
    if world.profile.unkind is None or not len(people):
        return ssn
    rates, table = world.profile.unkind.numbers, world.people
    rng = world.rng("unkind numbers at work", world.jobs.size)
    relative, stranger = _relatives(world, rng, people), _strangers(world, rng, len(people))
    lends = keyed_uniform(world.seed, "unkind relative's number", people) < rates.relative_always
    unset = table["lender"][people] == NOBODY
    table["lender"][people] = np.where(
        unset & (table["hidden"][people] == 1), stranger, np.where(unset & lends, relative, table["lender"][people])
    )
    once = chance(rng, rates.relative_one_job, len(people))
    lender = np.where(table["lender"][people] >= 0, table["lender"][people], np.where(once, relative, NOBODY))
    out = np.where((lender >= 0) & (table["ssn"][lender] > 0), table["ssn"][lender], ssn)
    return _slipped(out, rng, rates.two_digits_job)


def at_college(world: World, people: Ints, ssn: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The number a college has for new students, when it is not the one in `ssn`; a missing one stays missing."""
    if world.profile.unkind is None or not len(people):
        return ssn
    rates, table = world.profile.unkind.numbers, world.people
    rng = world.rng("unkind numbers at college", world.enrollees.size)
    relative = _relatives(world, rng, people)
    lent = chance(rng, rates.relative_at_college, len(people)) & (ssn > 0) & (relative >= 0)
    out = np.where(lent & (table["ssn"][relative] > 0), table["ssn"][relative], ssn)
    return _slipped(out, rng, rates.two_digits_college)


def in_quarter(world: World, job: Ints, quarter: int, ssn: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The numbers on one quarter's wage lines: two digits off, or for a few quarters one that is not the person's."""
    if world.profile.unkind is None or not len(job):
        return ssn
    rates = world.profile.unkind.numbers
    rng = world.rng("unkind numbers in quarter", quarter)
    out = _slipped(ssn, rng, rates.two_digits_line)
    some = keyed_uniform(world.seed, "unkind quarters elsewhere", job) < rates.quarters_elsewhere
    # a run of four quarters, of every twelve, that begins anywhere
    phase = (keyed_uniform(world.seed, "unkind quarters elsewhere when", job) * 12).astype(np.int64)
    away = np.flatnonzero(some & ((quarter + phase) % 12 < 4))
    draws = keyed_uniform(world.seed, "unkind quarters elsewhere which", job[away]).tolist()
    out[away] = [slips.two_wrong_digits(n, draw) for n, draw in zip(out[away].tolist(), draws, strict=True)]
    return out


def _slipped(ssn: npt.NDArray[np.int64], rng: np.random.Generator, rate: float) -> npt.NDArray[np.int64]:
    spots = np.flatnonzero(chance(rng, rate, len(ssn)))
    draws = rng.random(len(spots)).tolist()
    out = ssn.copy()
    out[spots] = [slips.two_wrong_digits(n, draw) for n, draw in zip(ssn[spots].tolist(), draws, strict=True)]
    return out


def _relatives(world: World, rng: np.random.Generator, people: Ints) -> Column:
    """Somebody else of the household, each as likely, of those here; NOBODY for who lives alone."""
    table, here = world.people, world.here()
    order = here[np.argsort(table["household"][here], kind="stable")]
    home = table["household"][order]
    low = np.searchsorted(home, table["household"][people])
    size = np.searchsorted(home, table["household"][people], side="right") - low
    spot = low + (rng.random(len(people)) * size).astype(np.int64)
    chosen = order[np.minimum(spot, len(order) - 1)]
    return np.where((size > 0) & (chosen != people), chosen, NOBODY)


def _strangers(world: World, rng: np.random.Generator, count: int) -> npt.NDArray[np.int64]:
    """People with a number, grown up, of those here."""
    table = world.people
    owners = np.flatnonzero((table["ssn"] > 0) & (table["status"] == HERE) & (table["education"] > 0))
    return owners[rng.integers(0, len(owners), count)] if len(owners) else np.full(count, NOBODY)
