"""Employers: industries, sizes, sites, habits of reporting, openings, closings and changes of account.

Here: rows of the employer table, and finding an employer for somebody. Not here: who works there (`work`).

Sites of a multi-site employer share an account. Such an employer reports its people by site (one reporting unit
each, MEEI 5) or all at headquarters (one unit, MEEI 4): then industry and county of the job are headquarters'.
"""

import numpy as np
import numpy.typing as npt

from p20w.simulator.calendar import first_day, last_day
from p20w.simulator.geography import Places
from p20w.simulator.randomness import Floats, Ints
from p20w.simulator.table import Column
from p20w.simulator.world import NEVER, World, chance, days_in, pick

NORMAL, INITIALS, TRUNCATED, SWAPPED, FIRST_BLANK = 0, 1, 2, 3, 4
FEDERAL, STATE, LOCAL, PRIVATE_OWNER = 1, 2, 3, 5
SECTORS = (
    "11",
    "21",
    "22",
    "23",
    "31",
    "42",
    "44",
    "48",
    "51",
    "52",
    "53",
    "54",
    "55",
    "56",
    "61",
    "62",
    "71",
    "72",
    "81",
    "92",
)
_SAME = {"32": "31", "33": "31", "45": "44", "49": "48"}
# shares of jobs and of employers by SECTORS, and pay relative to the mean of logs (QCEW and CES, rounded)
JOB_SHARE = np.array(
    [0.012, 0.005, 0.005, 0.052, 0.085, 0.040, 0.108, 0.045, 0.020, 0.042,
     0.016, 0.068, 0.016, 0.062, 0.092, 0.145, 0.016, 0.092, 0.034, 0.045]
)  # fmt: skip
_FIRM_SHARE = np.array(
    [0.020, 0.004, 0.003, 0.100, 0.045, 0.055, 0.120, 0.035, 0.022, 0.060,
     0.045, 0.130, 0.008, 0.065, 0.030, 0.105, 0.018, 0.080, 0.085, 0.020]
)  # fmt: skip
PAY = np.array(
    [-0.25, 0.35, 0.40, 0.15, 0.10, 0.15, -0.22, 0.02, 0.35, 0.28,
     0.05, 0.35, 0.35, -0.15, -0.02, 0.02, -0.22, -0.38, -0.12, 0.10]
)  # fmt: skip
_PEOPLE_PER_EMPLOYER = 42
_SHARED_BY_SITES = (
    "account", "ein", "naics", "sector", "ownership", "pay", "opened", "covered", "habit", "punctuation", "ein_known",
)  # fmt: skip


def sector_of(naics: str) -> int:
    """The position in SECTORS of a NAICS code."""
    return SECTORS.index(_SAME.get(naics[:2], naics[:2]))


def open_employers(
    world: World, rng: np.random.Generator, count: int, opened: "Ints | int", *, founding: bool
) -> npt.NDArray[np.int64]:
    """Add employers: at the founding a few large ones and many small, later small ones."""
    places, rates, table = world.places, world.profile.employers, world.employers
    sector = pick(rng, np.cumsum(_FIRM_SHARE) / _FIRM_SHARE.sum(), count)
    naics = _industries(places, rng, sector)
    per_sector = JOB_SHARE[sector] / np.maximum(_FIRM_SHARE[sector], 0.002)
    size = per_sector * rng.pareto(1.25, count).clip(max=400) + 0.15
    if not founding:
        size = size.clip(max=6) * 0.4
    counties = np.bincount(places.county_of_zip, weights=places.zip_weight, minlength=len(places.counties))
    county = pick(rng, np.cumsum(counties) / counties.sum(), count)
    public = SECTORS.index("92") == sector
    ownership = np.where(public, np.where(chance(rng, 0.35, count), STATE, LOCAL), PRIVATE_OWNER)
    ownership = np.where((sector == SECTORS.index("61")) & chance(rng, 0.8, count), LOCAL, ownership)
    federal = public & chance(rng, 0.22, count) & founding
    ownership = np.where(federal, FEDERAL, ownership)
    made = table.add(
        count, naics=naics, sector=sector, county=county, ownership=ownership, size=size,
        pay=0.10 * rng.standard_normal(count) + 0.04 * np.log(size + 0.5), opened=opened, covered=~federal,
        habit=_habits(world, rng, size),
        punctuation=~chance(rng, rates.no_punctuation, count),
        unit_known=~chance(rng, rates.unit_unknown, count), ein_known=~chance(rng, rates.ein_unknown, count),
    )  # fmt: skip
    table["firm"][made] = made
    table["account"][made] = new_account(world, made, 0)
    table["ein"][made] = 10_0000000 + (made * 7_368_787 + world.seed * 99_991) % 89_0000000
    if founding:
        _add_sites(world, rng, made)
    return made


def new_account(world: World, employers: Ints, times: int) -> npt.NDArray[np.int64]:
    """A UI account number of ten digits, another one for each employer and each change."""
    return 1_000_000 + (employers.astype(np.int64) * 48_271 + times * 15_485_863 + world.seed * 1_299_709) % 899_999_963


def _industries(places: Places, rng: np.random.Generator, sector: Ints) -> npt.NDArray[np.int64]:
    by_sector = [np.flatnonzero([sector_of(code) == s for code in places.naics]) for s in range(len(SECTORS))]
    draw = rng.random(len(sector))
    return np.array(
        [by_sector[s][int(u * len(by_sector[s]))] for s, u in zip(sector.tolist(), draw.tolist(), strict=True)]
    )


def _habits(world: World, rng: np.random.Generator, size: Floats) -> Column:
    """Habits spread evenly over sizes: in each block of employers of like size the same share has each habit."""
    rates = world.profile.employers
    order = np.argsort(-size, kind="stable")
    bounds = np.cumsum([rates.initials_only, rates.truncated, rates.swapped, rates.first_blank])
    # a low-discrepancy sequence along the sizes (golden ratio), from a random start
    place = (rng.random() + np.arange(len(size)) * 0.618033988749895) % 1.0
    kind = np.searchsorted(bounds, place, side="right") + 1
    habit = np.zeros(len(size), dtype=np.int8)
    habit[order] = np.where(kind > len(bounds), NORMAL, kind)
    return habit


def _add_sites(world: World, rng: np.random.Generator, firms: Ints) -> None:
    """Further sites of some of the larger employers, in other counties."""
    table, rates = world.employers, world.profile.employers
    large = firms[table["size"][firms] > np.median(table["size"][firms])]
    multi = large[chance(rng, min(1.0, rates.multi_site * 2), len(large))]
    at_headquarters = chance(rng, rates.reports_sites_at_headquarters, len(multi))
    extra = 1 + rng.poisson(2.0, len(multi))
    table["sites"][multi] = extra + 1
    table["at_headquarters"][multi] = at_headquarters
    table["unit_known"][multi] = 1
    whose = np.repeat(multi, extra)
    copies = {name: table[name][whose].copy() for name in _SHARED_BY_SITES}
    counties = np.bincount(
        world.places.county_of_zip, weights=world.places.zip_weight, minlength=len(world.places.counties)
    )
    unit = np.concatenate([np.arange(2, 2 + n) for n in extra]) if len(extra) else np.zeros(0, dtype=np.int64)
    share = table["size"][whose] / (np.repeat(extra, extra) + 1)
    table.add(
        len(whose), firm=whose, unit=unit, size=share,
        county=pick(rng, np.cumsum(counties) / counties.sum(), len(whose)), sites=np.repeat(extra + 1, extra),
        at_headquarters=np.repeat(at_headquarters, extra), **copies,
    )  # fmt: skip
    world.employers["size"][multi] /= extra + 1


def turn_over(world: World, quarter: int) -> npt.NDArray[np.int64]:
    """Closings, openings and changes of account of one quarter; returns the rows that closed."""
    table, rates, rng = world.employers, world.profile.employers, world.rng("employers", quarter)
    first, last = first_day(quarter), last_day(quarter)
    heads = np.flatnonzero((table["firm"] == np.arange(table.size)) & (table["closed"] == NEVER))
    fragile = np.where(table["size"][heads] < 2, 1.3, 0.2) * (table["ownership"][heads] == PRIVATE_OWNER)
    closing = heads[chance(rng, rates.closes * fragile, len(heads))]
    on = days_in(rng, first, last, len(closing))
    closes = np.full(table.size, NEVER)
    closes[closing] = on
    rows = np.flatnonzero(closes[table["firm"]] < NEVER)
    table["closed"][rows] = closes[table["firm"][rows]]
    staying = heads[table["closed"][heads] == NEVER]
    changing = staying[chance(rng, rates.changes_account, len(staying))]
    table["successor"][changing] = 0
    changes = np.zeros(table.size, dtype=np.int64)
    changes[changing] = new_account(world, changing, quarter)
    moved = np.flatnonzero(changes[table["firm"]])
    table["predecessor"][moved] = table["account"][moved]
    table["account"][moved] = changes[table["firm"][moved]]
    table["changed"][moved] = first
    open_employers(world, rng, rng.poisson(len(closing) + 0.001 * len(heads)), first, founding=False)
    return rows


class Openings:
    """Where jobs are: employers by sector and county, weighted by size, for drawing one quickly."""

    def __init__(self, world: World, on: int) -> None:
        table = world.employers
        rows = np.flatnonzero((table["closed"] == NEVER) & (table["opened"] <= on))
        counties = len(world.places.counties)
        cell = table["sector"][rows].astype(np.int64) * counties + table["county"][rows]
        order = np.argsort(cell, kind="stable")
        self._rows, self._counties = rows[order], counties
        self._weight = np.concatenate([[0.0], np.cumsum(table["size"][rows][order].astype(np.float64))])
        edges = np.searchsorted(cell[order], np.arange(len(SECTORS) * counties + 1))
        self._low, self._high = self._weight[edges[:-1]], self._weight[edges[1:]]

    def draw(self, rng: np.random.Generator, sector: Ints, county: Ints) -> npt.NDArray[np.int64]:
        """An employer of the sector in the county; where there is none, of the sector anywhere, else any."""
        cell = sector.astype(np.int64) * self._counties + county
        low, high = self._low[cell], self._high[cell]
        none = high <= low
        first, last = sector.astype(np.int64) * self._counties, (sector.astype(np.int64) + 1) * self._counties - 1
        low, high = np.where(none, self._low[first], low), np.where(none, self._high[last], high)
        none = high <= low
        low, high = np.where(none, 0.0, low), np.where(none, self._weight[-1], high)
        spot = low + rng.random(len(cell)) * (high - low)
        place = np.searchsorted(self._weight, spot, side="right") - 1
        return self._rows[place.clip(0, len(self._rows) - 1)]


def found_employers(world: World, people: int, today: int) -> None:
    """The employers there are at the start."""
    rng = world.rng("employers")
    count = max(60, people // _PEOPLE_PER_EMPLOYER)
    open_employers(world, rng, count, today - rng.integers(1, 9000, count), founding=True)
