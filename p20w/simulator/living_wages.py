"""What a household needs to live on, by county and year.

Here: kinds of households and their hourly living wage. Not here: the file of an agency (`feeds.living_wage`).

The level is of the size that the Living Wage Calculator gives (Massachusetts Institute of Technology): about 25 dollars
an hour for each of two working adults with two children, nation, 2022. The other kinds stand to it about as they do
there; how much more a county costs is our own assumption. Other years follow consumer prices (`prices`).
"""

from dataclasses import dataclass
from functools import cache

from p20w.simulator.geography import read_seed
from p20w.simulator.prices import SERIES, price
from p20w.simulator.randomness import keyed_uniform

_BASE_YEAR = 2022
_DEARER = {"city": 1.04, "suburb": 1.03, "town": 0.96, "rural": 0.93}


@dataclass(frozen=True)
class Household:
    """A kind of household, and dollars an hour that each working adult of it needed in 2022, nation."""

    adults: int
    working: int
    children: int
    hourly: float


HOUSEHOLDS = (
    *(Household(1, 1, children, hourly) for children, hourly in enumerate((17.46, 34.10, 43.20, 56.50))),
    *(Household(2, 1, children, hourly) for children, hourly in enumerate((26.60, 31.90, 36.00, 40.10))),
    *(Household(2, 2, children, hourly) for children, hourly in enumerate((13.30, 18.80, 25.02, 28.40))),
)


def living_wage(seed: int, county_fips: str, household: Household, year: int) -> float:
    """Dollars an hour, in cents exactly."""
    own = 0.95 + 0.10 * float(keyed_uniform(seed, "living in county", int(county_fips)))
    rise = price(SERIES[0], year, 6) / price(SERIES[0], _BASE_YEAR, 6)
    return round(household.hourly * _DEARER[_locales()[county_fips]] * own * rise, 2)


@cache
def _locales() -> dict[str, str]:
    return {row["county_fips"]: row["locale_class"] for row in read_seed("ref_county")}
