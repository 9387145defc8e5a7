"""What programs of colleges cost: students, the state, and all together for each participant.

Here: which programs a college offers, and their costs. Not here: the file of an agency (`feeds.program_cost`), aid
(`aid`).

Tuition and fees run on a line through averages of 2015-16 and 2023-24 of the size that the College Board publishes
(Trends in College Pricing: public two-year about 3,440 and 3,990, public four-year 9,410 and 11,260, private nonprofit
32,410 and 41,540 dollars), books and supplies likewise. The state's share is of the size of educational appropriations
for a full-time student (State Higher Education Executive Officers: about 7,100 in 2016, 11,000 in 2023). How programs
differ is our own assumption.
"""

from dataclasses import dataclass

import numpy as np

from p20w.simulator.geography import read_seed
from p20w.simulator.randomness import keyed_uniform

_TUITION = {
    ("2-year", "public"): (3_440, 3_990),
    ("4-year", "public"): (9_410, 11_260),
    ("4-year", "private nonprofit"): (32_410, 41_540),
    ("4-year", "private for-profit"): (15_160, 15_740),
}
_BOOKS = (1_270, 1_250)
_STATE = {("2-year", "public"): (6_000, 9_600), ("4-year", "public"): (7_900, 11_900)}
_LEVELS = {"2-year": (("1a", 0.25), ("1b", 0.6), ("2", 1.0), ("3", 1.0)), "4-year": (("5", 1.0), ("7", 1.15))}
"""Award levels of a kind of college, and their price as a share of a year's."""
_DEAR = {"51": 1.45, "14": 1.35, "15": 1.25, "46": 1.2, "47": 1.2, "48": 1.25, "01": 1.15}
"""Fields (first two digits of the program code) whose laboratories and shops cost more."""


@dataclass(frozen=True)
class Program:
    """A program that a college offers, by IPEDS unit id, program code and award level; `share` of a year's price."""

    college: str
    level: str
    sector: tuple[str, str]
    cip: str
    share: float


@dataclass(frozen=True)
class Cost:
    """Whole dollars; `participant` is None where fewer than ten take part."""

    tuition: int
    books: int
    state: int
    participant: int | None


def programs(seed: int) -> list[Program]:
    """What the state's colleges offer, the same every year."""
    cips = [row["cip_code"] for row in read_seed("ref_cip")]
    found: list[Program] = []
    for row in read_seed("ref_institution"):
        college, sector = row["institution_ipeds_unit_id"], (row["institution_level"], row["sector"])
        for level, share in _LEVELS[sector[0]]:
            draw = keyed_uniform(seed, f"offers {level}", int(college), np.arange(len(cips)))
            likely = 0.10 if level in {"1a", "7"} else 0.20
            offered = [cip for cip, chance in zip(cips, draw.tolist(), strict=True) if chance < likely]
            found += [Program(college, level, sector, cip, share) for cip in offered]
    return found


def cost(seed: int, program: Program, school_year: int) -> Cost:
    """What a program costs in the school year that ends in `school_year`."""
    own = float(keyed_uniform(seed, "price of college", int(program.college)))
    tuition = _on_line(_TUITION[program.sector], school_year) * (0.9 + 0.2 * own) * program.share
    books = _on_line(_BOOKS, school_year) * program.share
    state = _on_line(_STATE.get(program.sector, (0, 0)), school_year) * program.share
    dear = _DEAR.get(program.cip[:2], 1.0)
    draw = float(
        keyed_uniform(seed, "cost of program", int(program.college), _number(program.cip), int(program.level[0]))
    )
    is_small = (
        float(keyed_uniform(seed, "few take part", int(program.college), _number(program.cip), school_year)) < 0.08
    )
    expenses = (tuition + state) * dear * (0.85 + 0.3 * draw)
    return Cost(round(tuition), round(books), round(state * dear), None if is_small else round(expenses))


def _on_line(ends: tuple[float, float], school_year: int) -> float:
    """The value in a year on the line through 2016 and 2024."""
    return ends[0] + (ends[1] - ends[0]) * (school_year - 2016) / 8


def _number(cip: str) -> int:
    return int(cip.replace(".", ""))
