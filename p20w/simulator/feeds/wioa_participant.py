"""`wioa_participant`: the state workforce board's participants, as its system has them at the end of each quarter.

Here: lines by element number, with what federal edit checks find before a state mends its file. A participation stays
in the file until the fourth quarter after its exit is known. Not here: taking part (`workforce_programs`).
"""

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.calendar import label_of, last_day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import digits, dollars, numbers, pick
from p20w.simulator.geography import HISPANIC, RACES, TWO_OR_MORE
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.workforce_programs import (
    PROGRAMS,
    participation_table,
    quarter_of,
    registration_table,
    take_part,
)
from p20w.simulator.world import NEVER, World, chance

NAME = "wioa_participant"
_BLANK = (
    304, 402, 600, 603, 704, 800, 801, 803, 804, 806, 807, 923, 1004, 1200, *range(1309, 1319), 1802, 1803, 1804, 1805,
    1807, 1808, 1810, 1811, 1813,
)  # fmt: skip
"""Elements that nobody here fills."""
_WAGES_COME = 2  # quarters until those of a quarter are on file
_FLAGS = (903, 904, 905, 910, 917, 918)  # in the order of PROGRAMS
_EDUCATION = ["0", "1", "4", "6", "7", "8"]  # element 408, in the order of people.education
_RACE_ELEMENTS = {211: "AmericanIndianOrAlaskaNative", 212: "Asian", 213: "BlackOrAfricanAmerican",
                  214: "NativeHawaiianOrOtherPacificIslander", 215: "White"}  # fmt: skip
_OCCUPATIONS = ["53303200", "31113100", "49902100", "51412100", "15123200", "29206100", "43303100", "47211100"]

Frame = dict[str, pl.Series]


def live(world: World, quarter: int) -> None:
    """Who takes part this quarter, and what leavers earn."""
    take_part(world, world.own[f"{NAME}.registration"], world.own[f"{NAME}.participation"], quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every report quarter, and a second time where local areas came late."""
    label, end = label_of(quarter), last_day(quarter)
    yield Due(label, end + 35, lambda: content(world, quarter, 1))
    if _comes_late(world, quarter, _reported(world, quarter)).any():
        yield Due(label, end + 70, lambda: content(world, quarter, 2), submission=2)


def _reported(world: World, quarter: int) -> Ints:
    """Participations that have begun and whose outcomes were not all reported before."""
    spells = world.own[f"{NAME}.participation"]
    is_open = quarter_of(spells["exit"]) >= quarter - 4 - _WAGES_COME
    return np.flatnonzero((spells["entry"] <= last_day(quarter)) & is_open)


def _comes_late(world: World, quarter: int, row: Ints) -> npt.NDArray[np.bool_]:
    """Which of these come with the second file alone, from local areas that were late; nobody in most quarters."""
    rates = world.profile.workforce_programs
    area = world.own[f"{NAME}.participation"]["area"][row]
    late = keyed_uniform(world.seed, "late local area", area, quarter) < rates.late_areas
    is_amended = world.rng("workforce file amended", quarter).random() < rates.amended_quarters
    return late & (is_amended and not late.all())


def content(world: World, quarter: int, submission: int) -> Content:
    """One line a participation that has begun and whose outcomes are not all reported."""
    spells, registered = world.own[f"{NAME}.participation"], world.own[f"{NAME}.registration"]
    rates, rng, end = world.profile.workforce_programs, world.rng("workforce file", quarter), last_day(quarter)
    row = _reported(world, quarter)
    row = row[np.argsort(rng.random(len(row)), kind="stable")]
    leaves = spells["exit"][row].astype(np.int64)
    # who has left is known after 90 days without a service
    leaves = np.where(leaves <= end - 90, leaves, NEVER)
    early = (leaves < NEVER) & chance(rng, rates.exit_before_entry, len(row))
    shown = np.where(early, spells["entry"][row] - 9, leaves)
    frame: Frame = {
        "PIRL 900": digits(spells["entry"][row]),
        "PIRL 901": digits(shown),
        **_programs(spells["program"][row]),
        **_training(world, rng, row, end),
        **_outcomes(world, rng, row, quarter, leaves),
        **_credentials(world, rng, row, end, leaves),
    }
    person = registered["person"][spells["registration"][row]].astype(np.int64)
    frame |= _individual(world, row, person)
    if submission == 1:
        came = ~_comes_late(world, quarter, row)
        frame, person = {name: values.filter(pl.Series(came)) for name, values in frame.items()}, person[came]
    return Content(pl.DataFrame(frame), person + 1, len(person))


def _individual(world: World, row: Ints, person: Ints) -> Frame:
    spells, registered, people = world.own[f"{NAME}.participation"], world.own[f"{NAME}.registration"], world.people
    registration, race = spells["registration"][row], people["race"][person].astype(np.int64)

    def draw(what: str) -> npt.NDArray[np.float64]:
        return keyed_uniform(world.seed, what, person)

    veteran = draw("veteran") < 0.06
    said = {
        201: pick(["1", "2", "9"], np.where(draw("sex not told") < 0.01, 2, people["sex"][person])),
        202: pick(["0", "1", "9"], np.where(draw("disability not told") < 0.03, 2, people["idea"][person])),
        210: _flag(race == HISPANIC),
        **{
            element: _flag((race == RACES.index(name)) | ((race == TWO_OR_MORE) & np.isin(element, (211, 215))))
            for element, name in _RACE_ELEMENTS.items()
        },
        300: _flag(veteran),
        301: pick(["0", "2"], veteran.astype(np.int64)),
        400: pick(["0", "1"], spells["employed"][row]),
        408: pick(_EDUCATION, spells["education"][row]),
        802: _flag(world.wealth_of(person) < -0.3),
    }
    return {
        "PIRL 100": "W" + numbers(registered["number"][registration], 9),
        "PIRL 101": pl.repeat("ZZ", len(row), eager=True),
        "PIRL 102": pick([code[2:] for code in world.places.counties], spells["county"][row]),
        "PIRL 103": pick(world.places.zips, world.zip_of(person)),
        "PIRL 200": digits(registered["birth"][registration]),
        "PIRL 2700": numbers(registered["ssn"][registration], 9),
        **_numbered(said),
        **{f"PIRL {element}": pl.Series([None] * len(row), dtype=pl.String) for element in _BLANK},
    }


def _programs(program: Ints) -> Frame:
    return _numbered({
        **{element: _flag(program == number) for number, element in enumerate(_FLAGS)},
        931: _flag(np.zeros(len(program), dtype=bool)),
    })  # fmt: skip


def _training(world: World, rng: np.random.Generator, row: Ints, end: int) -> Frame:
    spells = world.own[f"{NAME}.participation"]
    begins, ends = spells["training"][row], spells["ended"][row]
    trained, over = begins <= end, ends <= end
    undated = trained & chance(rng, world.profile.workforce_programs.training_undated, len(row))
    kind = np.where(spells["program"][row] == PROGRAMS.index("adult_education"), 1, 0)
    kinds = np.where(trained, 1 + kind, 0)
    return _numbered({
        1300: _flag(trained),
        1302: digits(np.where(trained & ~undated, begins, NEVER)),
        1303: pick(["", "06", "04"], kinds),
        1306: pick(["", *_OCCUPATIONS], np.where(trained, 1 + row % len(_OCCUPATIONS), 0)),
        1307: pick(["", "0", "1"], np.where(trained & over, 1 + spells["completed"][row], 0)),
        1308: digits(np.where(trained & over & ~undated, ends, NEVER)),
        1809: digits(np.where(trained & over & (spells["completed"][row] == 1), ends, NEVER)),
    })  # fmt: skip


def _outcomes(world: World, rng: np.random.Generator, row: Ints, quarter: int, leaves: Ints) -> Frame:
    """Employment by quarter after exit: 0 none, 1 from wage records, 4 from follow-up, 9 not yet available."""
    spells, rates = world.own[f"{NAME}.participation"], world.profile.workforce_programs
    since = np.where(leaves < NEVER, quarter - quarter_of(np.where(leaves < NEVER, leaves, 0)), -1)
    said: dict[int, pl.Series] = {}
    for number in range(1, 5):
        known = since >= number + _WAGES_COME
        found = spells[f"wages_{number}"][row].astype(np.int64)
        followed = (found == 0) & (keyed_uniform(world.seed, "follow-up", row, number) < 0.08)
        employed, match = np.where((found > 0) | followed, 1, 0), np.where(found > 0, 1, np.where(followed, 4, 0))
        late = ~known | chance(rng, rates.still_not_yet, len(row))
        unmatched = known & (employed == 1) & chance(rng, rates.match_missing, len(row))
        stray = known & (employed == 0) & chance(rng, rates.wages_without_match, len(row))
        exited, cents = since >= 0, np.where(found > 0, found * 100, np.where(followed | stray, 410_000, 0))
        said[1598 + 2 * number] = pick(["", "0", "1", "9"], np.where(~exited, 0, np.where(late, 3, 1 + employed)))
        match = np.where(unmatched, 0, np.where(late, 5, match))
        said[1599 + 2 * number] = pick(["", "0", "1", "2", "3", "4", "5"], np.where(exited, 1 + match, 0))
        said[1702 + number] = dollars(np.where(exited, np.where(late, 99_999_999, cents), -1))
    worked = (since >= 4 + _WAGES_COME) & (spells["wages_2"][row] > 0) & (spells["wages_4"][row] > 0)
    same = keyed_uniform(world.seed, "same employer", row) < 0.8
    said[1618] = pick(["", "0", "1"], np.where(worked, 1 + same, 0))
    return _numbered(said)


def _credentials(world: World, rng: np.random.Generator, row: Ints, end: int, leaves: Ints) -> Frame:
    spells = world.own[f"{NAME}.participation"]
    attained, kind = spells["attained"][row].astype(np.int64), spells["credential"][row]
    attained = np.where(attained <= end, attained, NEVER)
    late = (
        (attained < NEVER) & (leaves < NEVER) & chance(rng, world.profile.workforce_programs.credential_late, len(row))
    )
    has = attained < NEVER
    return _numbered({
        1800: pick(["0", "1", "2", "3", "4", "5", "6", "7"], np.where(has, kind, 0)),
        1801: digits(np.where(late, leaves + 500, attained)),
        1806: digits(np.where(has & (kind == 1), attained, NEVER)),
    })  # fmt: skip


def _numbered(said: Mapping[int, pl.Series]) -> Frame:
    return {f"PIRL {element}": values for element, values in said.items()}


def _flag(which: npt.NDArray[np.bool_]) -> pl.Series:
    return pick(["0", "1"], which.astype(np.int64))


FEED = SimulatedFeed(
    NAME,
    "State workforce board performance office",
    due,
    {"registration": registration_table, "participation": participation_table},
    live,
)
