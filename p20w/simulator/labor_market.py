"""What work there is: employment, wages, openings and job postings by occupation and area.

Here: the figures as they are. Not here: what an agency publishes and holds back (`feeds.labor_demand`), who works
(`work`).

Employment a head and median wages are of the size of the nation's in May 2023 (Occupational Employment and Wage
Statistics; 335 million people), education and growth of the size that the Employment Projections of 2023 to 2033 have;
percentiles stand to the median about as they do there. Other years follow consumer prices. Shares of counties and the
course of postings are our own assumptions.
"""

from dataclasses import dataclass

import numpy as np

from p20w.simulator.geography import read_seed
from p20w.simulator.prices import SERIES, price
from p20w.simulator.randomness import keyed_uniform

STATE = "99000"
ALL = "00-0000"
_NATION = 335_000  # thousand people
_BASE_YEAR = 2023
PERCENTILES = {"mean": 1.07, "p10": 0.68, "p25": 0.81, "p50": 1.0, "p75": 1.27, "p90": 1.60}
_PAY = {"city": 1.06, "suburb": 1.03, "town": 0.93, "rural": 0.88}
# shares of an occupation's workers who leave the labor force, and who change to another occupation, in a year
_EXITS = {1: 0.020, 2: 0.024, 3: 0.026, 4: 0.033, 5: 0.040, 6: 0.042, 7: 0.046, 8: 0.068}
_TRANSFERS = {1: 0.015, 2: 0.030, 3: 0.040, 4: 0.050, 5: 0.058, 6: 0.062, 7: 0.070, 8: 0.090}
_COURSE = (
    (2020 * 12 + 2, 1.0), (2020 * 12 + 4, 0.55), (2021 * 12 + 4, 1.15), (2022 * 12 + 3, 1.45), (2023 * 12 + 6, 1.1),
)  # fmt: skip
"""Months (year x 12 + month), and postings beside those of usual times."""


@dataclass(frozen=True)
class Demand:
    """An occupation: thousands employed in the nation, median dollars an hour, growth in ten years.

    `education` is what is typical at entry, from 1 (doctoral or professional degree) to 8 (no credential); `by_year` of
    occupations without hours, for which no hourly wage is published.
    """

    soc: str
    thousands: float
    median: float
    education: int | None
    growth: float
    by_year: bool = False


OCCUPATIONS = (
    Demand(ALL, 151_900, 23.1, None, 0.04),
    Demand("11-9051", 245, 30.5, 7, 0.02),
    Demand("13-2011", 1_436, 38.4, 3, 0.06),
    Demand("15-1232", 689, 28.5, 6, 0.05),
    Demand("15-1252", 1_657, 63.6, 3, 0.17),
    Demand("17-3023", 95, 35.0, 4, 0.03),
    Demand("19-4031", 56, 27.3, 4, 0.04),
    Demand("21-1093", 413, 19.9, 7, 0.08),
    Demand("23-2011", 354, 29.3, 4, 0.01),
    Demand("25-2021", 1_410, 30.6, 3, -0.01, by_year=True),
    Demand("25-9045", 1_340, 17.1, 6, -0.01, by_year=True),
    Demand("27-1024", 212, 28.3, 3, 0.02),
    Demand("29-1141", 3_175, 41.4, 3, 0.06),
    Demand("29-1215", 107, 108.0, 1, 0.05),
    Demand("29-2061", 630, 28.7, 5, 0.03),
    Demand("31-1131", 1_351, 18.4, 5, 0.04),
    Demand("31-9092", 763, 20.2, 5, 0.15),
    Demand("33-2011", 315, 27.6, 5, 0.04),
    Demand("33-3051", 646, 34.8, 7, 0.04),
    Demand("35-1012", 1_192, 18.5, 7, 0.06),
    Demand("35-2014", 1_412, 17.2, 8, 0.14),
    Demand("37-3011", 945, 18.0, 8, 0.04),
    Demand("39-5012", 297, 16.8, 5, 0.07),
    Demand("41-2031", 3_685, 16.2, 8, -0.01),
    Demand("43-4051", 2_858, 19.0, 7, -0.05),
    Demand("45-2092", 270, 16.6, 8, -0.02),
    Demand("47-2031", 695, 27.0, 7, 0.04),
    Demand("47-2111", 713, 29.6, 7, 0.11),
    Demand("47-2152", 455, 29.6, 7, 0.06),
    Demand("49-3023", 677, 22.9, 5, 0.03),
    Demand("49-9021", 397, 27.6, 5, 0.09),
    Demand("51-4041", 292, 24.4, 7, 0.00),
    Demand("51-4121", 421, 23.5, 7, 0.02),
    Demand("53-3032", 2_044, 26.1, 5, 0.05),
    Demand("53-7065", 2_872, 17.6, 7, 0.05),
)


@dataclass(frozen=True)
class Area:
    """The state or a county: FIPS code, its share of the state's people, and its pay beside the state's."""

    fips: str
    share: float
    pay: float


def areas() -> list[Area]:
    """The state, then its counties."""
    counties = [
        (row["county_fips"], float(row["population_weight"]), row["locale_class"]) for row in read_seed("ref_county")
    ]
    total = sum(weight for _, weight, _ in counties)
    return [Area(STATE, 1.0, 1.0), *(Area(fips, weight / total, _PAY[locale]) for fips, weight, locale in counties)]


def employment(seed: int, population: int, area: Area, item: Demand, year: int) -> float:
    """Workers of an occupation in an area, with fractions."""
    tilt = 1.0
    if area.fips != STATE and item.soc != ALL:
        tilt = 0.7 + 0.6 * float(
            keyed_uniform(seed, "occupation in county", int(area.fips), int(item.soc.replace("-", "")))
        )
    grown = (1 + item.growth) ** ((year - _BASE_YEAR) / 10)
    return population * area.share * item.thousands / _NATION * tilt * grown


def wage(area: Area, item: Demand, statistic: str, year: int) -> float:
    """Dollars an hour: `mean`, or one of the percentiles p10 to p90."""
    rise = price(SERIES[0], year, 5) / price(SERIES[0], _BASE_YEAR, 5)
    return item.median * PERCENTILES[statistic] * area.pay * rise


def openings(item: Demand, base: float) -> dict[str, float]:
    """Yearly openings of ten years: workers who leave for good, who change occupation, and growth."""
    education = item.education or 6
    mean = base * (1 + item.growth / 2)
    return {
        "exits": mean * _EXITS[education],
        "transfers": mean * _TRANSFERS[education],
        "growth": base * item.growth / 10,
    }


def postings(seed: int, workers: float, area: Area, item: Demand, year: int, month: int) -> int:
    """New job postings of a month: about six in a hundred workers, fewer in spring 2020, more in 2021 and 2022."""
    moment = year * 12 + month
    course = float(np.interp(moment, [at for at, _ in _COURSE], [level for _, level in _COURSE]))
    chance = float(keyed_uniform(seed, "postings", int(area.fips), int(item.soc.replace("-", "")), moment))
    return int(workers * 0.06 * course * (0.8 + 0.4 * chance) + 0.5)
