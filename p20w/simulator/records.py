"""What an agency or employer writes down when it meets a person.

Here: applying a profile's rates to names, suffixes, birth dates and numbers at a registration. The result is kept with
the registration, so the same slip comes back in every file until somebody registers the person again.
Not here: the slips themselves (`mistakes`), SSNs of agencies with ways of their own, or lines (`feeds`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from p20w.simulator import mistakes
from p20w.simulator.calendar import as_date, day
from p20w.simulator.randomness import Ints
from p20w.simulator.sections import ByAgency
from p20w.simulator.table import Column, Table
from p20w.simulator.unkind.names import spoil
from p20w.simulator.words import BLANK
from p20w.simulator.world import World, chance

Agency = Literal["k12", "college", "license", "wages"]


@dataclass
class Recorded:
    """Names as codes of words, birth dates as day numbers, one for each person asked about."""

    first: Column
    middle: Column
    last: Column
    suffix: Column
    birth: Column


def write_down(
    world: World, rng: np.random.Generator, people: Ints, agency: Agency, on: int, folds: Column
) -> Recorded:
    """What this agency has on file for these people from the day `on`; `folds` says who loses accents."""
    table, count = world.people, len(people)
    rates, words = world.profile.names, world.words

    def happens(rate: ByAgency, share: "Column | float" = 1.0) -> npt.NDArray[np.bool_]:
        return chance(rng, getattr(rate, agency) * share, count)

    first, middle = table["first"][people].copy(), table["middle"][people].copy()
    last, suffix = table["last"][people].copy(), table["suffix"][people].copy()
    recent = (table["former"][people] != BLANK) & (table["renamed"][people] > on - 365)
    stale = recent & happens(rates.former_surname)
    last[stale] = table["former"][people][stale]
    by_middle = (middle != BLANK) & happens(rates.middle_as_first)
    first[by_middle], middle[by_middle] = middle[by_middle], BLANK
    _change(world, rng, first, happens(rates.nickname), mistakes.nickname)
    _surnames(world, rng, last, happens, len(people))
    for field, share in ((first, 0.9), (last, 1.0)):
        _change(world, rng, field, happens(rates.typing, share), mistakes.typing_error)
        _change(world, rng, field, happens(rates.phonetic, share), mistakes.phonetic_error)
        _change(world, rng, field, happens(rates.scan, share), mistakes.scan_error)
    swapped = happens(rates.first_last_swapped)
    first[swapped], last[swapped] = last[swapped], first[swapped]
    first[happens(rates.first_blank)] = BLANK
    initial = np.flatnonzero((middle != BLANK) & happens(rates.middle_initial_only))
    middle[initial] = words.codes(text[0] for text in words.texts(middle[initial]))
    middle[happens(rates.middle_missing)] = BLANK
    suffix[happens(rates.suffix_missing)] = 0
    birth = birthdates(world, rng, people, agency)
    spoil(world, people, agency, on, first, middle, last, birth)
    fold = np.asarray(folds, dtype=bool)
    for field in (first, middle, last):
        field[fold] = words.plain(field[fold])
    return Recorded(first, middle, last, suffix, birth)


def _change(
    world: World,
    rng: np.random.Generator,
    codes: Column,
    which: npt.NDArray[np.bool_],
    how: Callable[[str, float], str],
) -> None:
    spots = np.flatnonzero(which)
    draws = rng.random(len(spots)).tolist()
    texts = world.words.texts(codes[spots])
    codes[spots] = world.words.codes(how(text, draw) if text else text for text, draw in zip(texts, draws, strict=True))


def _surnames(world: World, rng: np.random.Generator, last: Column, happens: Callable[..., Column], count: int) -> None:
    """Two-part surnames lose a part or their joint; particles and apostrophes go."""
    rates = world.profile.names
    two, particle = world.words.surname_forms(last)
    _change(world, rng, last, two & happens(rates.second_surname_dropped), mistakes.one_surname)
    two, _ = world.words.surname_forms(last)
    _change(world, rng, last, two & happens(rates.surname_joint_changed), mistakes.other_joint)
    _change(world, rng, last, particle & happens(rates.particle_changed), mistakes.without_particle)


def birthdates(world: World, rng: np.random.Generator, people: Ints, agency: Agency) -> Column:
    """The birth dates alone, for an agency that writes down no names."""
    rates, count = world.profile.dates, len(people)
    birth = world.people["birth"][people].astype(np.int64)
    wrong = chance(rng, getattr(rates.day_month_swapped, agency), count)
    off = chance(rng, getattr(rates.year_off_by_one, agency), count)
    slip = chance(rng, getattr(rates.day_wrong, agency), count)
    unknown = (world.people["foreign"][people] == 1) & chance(rng, getattr(rates.first_of_january, agency), count)
    draws = rng.random(count)
    for spot in np.flatnonzero(wrong | off | slip | unknown).tolist():
        date = as_date(birth[spot])
        if unknown[spot]:
            birth[spot] = day(date.year, 1, 1)
        elif wrong[spot] and date.day <= 12:
            birth[spot] = day(date.year, date.day, date.month)
        elif off[spot]:
            birth[spot] = day(date.year + (1 if draws[spot] < 0.5 else -1), date.month, min(date.day, 28))
        else:
            birth[spot] = day(date.year, date.month, 1 + (date.day + int(draws[spot] * 26)) % 28)
    return birth


def write_down_with_ssns(
    world: World, rng: np.random.Generator, people: Ints, agency: Agency, on: int, folds: Column, *, missing: float,
    wrong: float,
) -> dict[str, Column]:  # fmt: skip
    """Columns of a registration: what this agency writes down, and the SSN, which a share does not give."""
    said = write_down(world, rng, people, agency, on, folds)
    given = np.where(chance(rng, missing, len(people)), -1, world.people["ssn"][people])
    return {**vars(said), "ssn": ssns(rng, given, wrong)}


def last_record(world: World, table: Table) -> npt.NDArray[np.int64]:
    """By person the row of their last record in an agency's table, -1 for none."""
    held = np.full(world.people.size, -1)
    held[table["person"]] = np.arange(table.size)
    return held


def ssns(rng: np.random.Generator, known: Ints, wrong: float) -> npt.NDArray[np.int64]:
    """SSNs as an agency writes them down, a share of them with a digit wrong; -1 for none."""
    written = known.astype(np.int64)
    slips = np.flatnonzero((written >= 0) & chance(rng, wrong, len(written)))
    draws = rng.random(len(slips)).tolist()
    written[slips] = [
        mistakes.wrong_digit(value, draw) for value, draw in zip(written[slips].tolist(), draws, strict=True)
    ]
    return written


def state_ids(rng: np.random.Generator, known: Ints, mistyped: float) -> npt.NDArray[np.int64]:
    """Student ids as a district types them, a share of them with another last digit."""
    ids = known.astype(np.int64)
    slipped = chance(rng, mistyped, len(ids))
    return np.where(slipped, ids - ids % 10 + (ids + 1 + rng.integers(0, 9, len(ids))) % 10, ids)
