"""Names that say little, or somebody else's: at a registration, after the errors every profile has.

Here: which registrations are spoiled and how. Not here: the slips themselves (`slips`), rates (`rates`).
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import as_date, day
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.sections import ByAgency
from p20w.simulator.table import Column
from p20w.simulator.unkind import slips
from p20w.simulator.words import BLANK
from p20w.simulator.world import World, chance

_TABLES = {"k12": "students", "college": "enrollees", "license": "licenses", "wages": "jobs"}
_DAYS = 100_000  # more than any day number, so that (rows there are, day) is one number


def spoil(
    world: World, people: Ints, agency: str, on: int, first: Column, middle: Column, last: Column, birth: Column
) -> None:
    """Spoil, in place, what `agency` writes down about these people on the day `on`."""
    if world.profile.unkind is None or not len(people):
        return
    rates, words, count = world.profile.unkind.names, world.words, len(people)
    rows: int = getattr(world, _TABLES[agency]).size
    rng = world.rng(f"unkind names {agency}", rows * _DAYS + on)

    def hit(rate: ByAgency) -> npt.NDArray[np.bool_]:
        return chance(rng, getattr(rate, agency), count)

    def change(codes: Column, which: npt.NDArray[np.bool_], how: Callable[[str, float], str]) -> None:
        spots = np.flatnonzero(which & (codes != BLANK))
        draws = rng.random(len(spots)).tolist()
        texts = words.texts(codes[spots])
        codes[spots] = words.codes(how(text, draw) for text, draw in zip(texts, draws, strict=True))

    def fill(codes: Column, which: npt.NDArray[np.bool_], fillers: Sequence[str]) -> None:
        spots = np.flatnonzero(which)
        codes[spots] = words.codes(fillers)[rng.integers(0, len(fillers), len(spots))]

    _of_a_spouse(world, people, agency, last)
    _compound(world, hit(rates.surname_split), hit(rates.surname_order), middle, last)
    change(first, hit(rates.pet_name), slips.pet_name)
    wrong = hit(rates.botched)
    for field in (first, last):
        change(field, wrong, slips.botched)
    _wrong_days(rng, birth, wrong)
    _other_middle(world, rng, people, middle, hit(rates.middle_other))
    _of_a_guardian(world, people, hit(rates.guardian), first, middle, last)
    change(first, hit(rates.first_initial), lambda text, _: text[0])
    fill(middle, hit(rates.filler_middle) & (middle == BLANK), slips.MIDDLE_FILLERS)
    fill(first, hit(rates.filler_first), slips.FIRST_FILLERS[agency])
    fill(last, hit(rates.filler_last), slips.LAST_FILLERS)
    first[hit(rates.first_blank)] = BLANK


def _of_a_spouse(world: World, people: Ints, agency: str, last: Column) -> None:
    """The spouse's surname, with this kind of agency and no other: it belongs to the person, not the registration."""
    assert world.profile.unkind is not None  # noqa: S101 - asked by `spoil`
    partner = world.people["partner"][people]
    rate = getattr(world.profile.unkind.names.spouse_surname, agency)
    taken = np.flatnonzero(
        (partner >= 0) & (keyed_uniform(world.seed, f"unkind spouse's surname {agency}", people) < rate)
    )
    last[taken] = world.people["last"][partner[taken]]


def _compound(
    world: World, split: npt.NDArray[np.bool_], turned: npt.NDArray[np.bool_], middle: Column, last: Column
) -> None:
    """Two surnames: the first taken for a middle name, or the two the other way about."""
    two, _ = world.words.surname_forms(last)
    for spot in np.flatnonzero(two & split).tolist():
        parts = slips.surnames(world.words.texts(last[[spot]])[0])
        middle[spot], last[spot] = (world.words.code(part) for part in parts)
    turn = np.flatnonzero(two & turned & ~split)
    last[turn] = world.words.codes(slips.other_order(text) for text in world.words.texts(last[turn]))


def _other_middle(
    world: World, rng: np.random.Generator, people: Ints, middle: Column, which: npt.NDArray[np.bool_]
) -> None:
    """A middle initial that is a slip, or that of the mother or spouse."""
    table, spots = world.people, np.flatnonzero(which)
    partner, mother = table["partner"][people[spots]], table["mother"][people[spots]]
    relative = np.where(partner >= 0, partner, mother)
    letters = [chr(65 + int(draw * 26)) for draw in rng.random(len(spots)).tolist()]
    theirs = world.words.texts(np.where(relative >= 0, table["first"][relative], BLANK))
    own = rng.random(len(spots)) < 0.5
    middle[spots] = world.words.codes(
        letter if slip or not name else name[0]
        for name, slip, letter in zip(theirs, own.tolist(), letters, strict=True)
    )


def _of_a_guardian(
    world: World, people: Ints, which: npt.NDArray[np.bool_], first: Column, middle: Column, last: Column
) -> None:
    """The parent who filled in the form, in place of the child."""
    table = world.people
    parent = np.maximum(table["mother"][people], table["father"][people])
    spots = np.flatnonzero(which & (parent >= 0))
    for field, name in ((first, "first"), (middle, "middle"), (last, "last")):
        field[spots] = table[name][parent[spots]]


def _wrong_days(rng: np.random.Generator, birth: Column, which: npt.NDArray[np.bool_]) -> None:
    """Day and month, or day and year, wrong in the same line as the names."""
    spots = np.flatnonzero(which)
    for spot, draw in zip(spots.tolist(), rng.random(len(spots)).tolist(), strict=True):
        date = as_date(int(birth[spot]))
        on = 1 + (date.day + 3 + int(draw * 20)) % 28
        year = date.year + (-10, -1, 1, 0, 0, 0)[int(draw * 6)]
        birth[spot] = day(year, 1 + (date.month + int(draw * 97) % 3) % 12, on)
