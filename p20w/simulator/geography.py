"""Where the state is: postal codes, counties, districts, schools, colleges and sites, read from the reference seeds.

Here: the seeds as arrays, which school serves which postal code, and what kinds of people live where.
Not here: who lives where (`families`), employers (`employers`).
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from p20w.simulator.names import Heritage
from p20w.simulator.randomness import Floats, keyed_uniform

SEEDS = Path(__file__).parents[2] / "dbt" / "seeds"
LEVELS = ("elementary", "middle", "high")
RACES = (
    "AmericanIndianOrAlaskaNative",
    "Asian",
    "BlackOrAfricanAmerican",
    "HispanicOrLatino",
    "NativeHawaiianOrOtherPacificIslander",
    "TwoOrMoreRaces",
    "White",
)
HISPANIC, TWO_OR_MORE = RACES.index("HispanicOrLatino"), RACES.index("TwoOrMoreRaces")
# the naming tradition that goes with each group of RACES; Asian families are split further, two or more races too
RACE_HERITAGE = (
    Heritage.NATIVE,
    Heritage.CHINESE_KOREAN,
    Heritage.BLACK,
    Heritage.HISPANIC,
    Heritage.PACIFIC,
    Heritage.EUROPEAN,
    Heritage.EUROPEAN,
)

Indexes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """The state's places; `*_of_zip` is parallel to `zips`, `*_of_school` to `schools`, `college_*` to `colleges`."""

    zips: list[str]
    cities: list[str]
    counties: list[str]
    county_of_zip: Indexes
    locale_of_zip: Indexes
    zip_weight: Floats
    wealth_of_zip: Floats
    race_of_zip: Floats
    schools: list[str]
    leas: list[str]
    lea_of_school: Indexes
    lea_of_zip: Indexes
    school_of_zip: Indexes  # (zip, level, choice): two schools a level, the same twice where there is one
    colleges: list[str]
    sites: list[str]
    site_of_zip: Indexes  # (zip, choice): two sites of early learning, the same twice where there is one
    college_two_year: npt.NDArray[np.bool_]
    college_public: npt.NDArray[np.bool_]
    county_of_college: Indexes
    cips: list[str]
    cluster_of_cip: Indexes
    naics: list[str]

    @property
    def urban_zip(self) -> npt.NDArray[np.bool_]:
        """Postal codes in large and midsize cities."""
        return self.locale_of_zip <= 12


def read_seed(name: str, folder: Path = SEEDS) -> list[dict[str, str]]:
    """The rows of one reference seed."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def load_places(seed: int, folder: Path = SEEDS) -> Places:
    """Read the seeds and draw, once a state, how wealth and groups are spread over postal codes."""
    zips, schools = read_seed("ref_postal_code", folder), read_seed("ref_school", folder)
    counties = [row["county_fips"] for row in read_seed("ref_county", folder)]
    leas = read_seed("ref_lea", folder)
    colleges, cips = read_seed("ref_institution", folder), read_seed("ref_cip", folder)
    sites = read_seed("ref_early_learning_site", folder)
    county_of_zip = _index((row["county_fips"] for row in zips), counties)
    locale = np.array([int(row["locale_code"]) for row in zips])
    lea_codes = [row["lea_identifier_sea"] for row in leas]
    lea_of_school = _index((row["lea_identifier_sea"] for row in schools), lea_codes)
    county_of_zip_code = {row["postal_code"]: row["county_fips"] for row in zips}
    number = np.arange(len(zips))
    noise = keyed_uniform(seed, "wealth of postal code", number) + keyed_uniform(seed, "wealth again", number) - 1.0
    base = np.select([locale < 20, locale < 30, locale < 40], [-0.05, 0.35, -0.15], -0.20)
    lea_of_zip, school_of_zip = _schools_of_zips(zips, schools, leas, lea_codes)
    return Places(
        zips=[row["postal_code"] for row in zips],
        cities=[row["city"] for row in zips],
        counties=counties,
        county_of_zip=county_of_zip,
        locale_of_zip=locale,
        zip_weight=np.array([float(row["population_weight"]) for row in zips]),
        wealth_of_zip=base + noise * np.where(locale < 20, 1.4, 0.8),
        race_of_zip=_groups_of_zips(seed, locale, county_of_zip),
        schools=[row["school_identifier_sea"] for row in schools],
        leas=lea_codes,
        lea_of_school=lea_of_school,
        lea_of_zip=lea_of_zip,
        school_of_zip=school_of_zip,
        colleges=[row["institution_ipeds_unit_id"] for row in colleges],
        sites=[row["early_learning_organization_identifier"] for row in sites],
        site_of_zip=_sites_of_zips(zips, sites),
        college_two_year=np.array([row["institution_level"] == "2-year" for row in colleges]),
        college_public=np.array([row["sector"] == "public" for row in colleges]),
        county_of_college=_index((county_of_zip_code[row["postal_code"]] for row in colleges), counties),
        cips=[row["cip_code"] for row in cips],
        cluster_of_cip=np.array([int(row["career_cluster"]) for row in cips]),
        naics=[row["naics_code"] for row in read_seed("ref_naics", folder) if len(row["naics_code"]) == 6],
    )


def _index(values: Iterable[str], order: list[str]) -> Indexes:
    position = {value: number for number, value in enumerate(order)}
    return np.array([position[value] for value in values])


def _schools_of_zips(
    zips: list[dict[str, str]], schools: list[dict[str, str]], leas: list[dict[str, str]], lea_codes: list[str]
) -> tuple[Indexes, Indexes]:
    """The district and the schools of each postal code.

    The district is the one with a school there, else the nearest in the county; the schools are the district's two
    nearest of each level. Nearness is that of the codes' numbers, which follow the map.
    """
    county_of_lea = {row["lea_identifier_sea"]: row["county_fips"] for row in leas}
    lea_of_zip, school_of_zip = [], []
    for row in zips:
        number = int(row["postal_code"])
        in_county = [s for s in schools if county_of_lea[s["lea_identifier_sea"]] == row["county_fips"]]
        nearest = min(in_county, key=lambda s: abs(int(s["postal_code"]) - number))
        lea = nearest["lea_identifier_sea"]
        lea_of_zip.append(lea_codes.index(lea))
        choices = []
        for level in LEVELS:
            own = [i for i, s in enumerate(schools) if s["lea_identifier_sea"] == lea and s["level"] == level]
            own.sort(key=lambda i: (abs(int(schools[i]["postal_code"]) - number), i))
            choices.append([own[0], own[min(1, len(own) - 1)]])
        school_of_zip.append(choices)
    return np.array(lea_of_zip), np.array(school_of_zip)


def _sites_of_zips(zips: list[dict[str, str]], sites: list[dict[str, str]]) -> Indexes:
    """The sites of each postal code, or the nearest ones by number."""
    codes = np.array([int(site["postal_code"]) for site in sites])
    nearest = (np.argsort(np.abs(codes - int(row["postal_code"])), kind="stable") for row in zips)
    return np.array(
        [near[[0, 1 if codes[near[1]] == codes[near[0]] else 0]] for near in nearest],
    )


def _groups_of_zips(seed: int, locale: Indexes, county: Indexes) -> Floats:
    """Shares of RACES in each postal code, cumulative: mixed in cities, uneven everywhere."""
    city, suburb, town, rural = (
        np.array([0.010, 0.060, 0.190, 0.220, 0.005, 0.040, 0.475]),
        np.array([0.005, 0.070, 0.090, 0.130, 0.004, 0.035, 0.666]),
        np.array([0.020, 0.015, 0.060, 0.160, 0.003, 0.030, 0.712]),
        np.array([0.040, 0.005, 0.040, 0.130, 0.002, 0.025, 0.758]),
    )
    kind = np.select([locale < 20, locale < 30, locale < 40], [0, 1, 2], 3)
    shares = np.stack([city, suburb, town, rural])[kind]
    number = np.arange(len(locale))
    for group in range(len(RACES) - 1):
        tilt = keyed_uniform(seed, "groups of county", county, group) + keyed_uniform(seed, "of code", number, group)
        shares[:, group] *= np.exp((tilt - 1.0) * 2.2)
    shares[:, -1] = np.maximum(shares[:, -1], 0.08)
    return np.cumsum(shares / shares.sum(axis=1, keepdims=True), axis=1)
