"""Work-based learning that employers offer: which, for how many, from when until when and at what pay.

Here: listings. Not here: the file (`feeds.wbl_listing`), who takes part (`feeds.k12_wbl`).

No count of such listings is published; that one employer in six lists something in a half-year, the larger the
likelier, is an assumption, as are places, hours and pay.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from p20w.simulator.employers import PRIVATE_OWNER, SECTORS
from p20w.simulator.randomness import by_share, keyed_uniform
from p20w.simulator.world import NEVER, World

INTERNSHIP, REGISTERED, PRE_APPRENTICESHIP, SHADOW, APPRENTICESHIP = 0, 1, 2, 3, 4
_KINDS = np.cumsum([0.55, 0.06, 0.09, 0.20, 0.10])
_SOCS = {
    "23": "47-2111", "31": "51-4041", "42": "43-5071", "44": "41-2031", "48": "49-3023", "51": "15-1252",
    "52": "43-3071", "54": "15-1232", "56": "37-3011", "61": "25-9045", "62": "31-1131", "72": "35-2014",
}  # fmt: skip
"""An occupation for each industry that lists much; others list work in offices."""
_OFFICE = "43-9061"
_LISTS = 0.16  # of employers, in a half-year
_OPEN_MONTHS = 9


@dataclass(frozen=True)
class Listings:
    """Listings that are open on a day; parallel arrays, days as day numbers, `pay` cents an hour or -1 for none."""

    number: npt.NDArray[np.int64]
    employer: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    occupation: list[str]
    places: npt.NDArray[np.int64]
    posted: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    weekly: npt.NDArray[np.int64]
    pay: npt.NDArray[np.int64]
    grade: npt.NDArray[np.int64]


def listings(world: World, on: int) -> Listings:
    """What is listed on a day: each employer lists at most one thing a half-year, and it stays for some months."""
    firms, seed = world.employers, world.seed
    half = on // 182
    found: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]] = []
    rows = np.flatnonzero((firms["firm"] == np.arange(firms.size)) & (firms["covered"] == 1))
    for turn in (half - 1, half):
        eager = _LISTS * np.clip(np.sqrt(firms["size"][rows]), 0.4, 4) * np.where(
            firms["ownership"][rows] == PRIVATE_OWNER, 1.0, 0.6
        )  # fmt: skip
        lists = keyed_uniform(seed, "lists an opportunity", rows, turn) < eager
        posted = turn * 182 + (keyed_uniform(seed, "posts on", rows, turn) * 181).astype(np.int64)
        lasts = (keyed_uniform(seed, "listing lasts", rows, turn) * _OPEN_MONTHS * 30.4).astype(np.int64) + 20
        there = lists & (posted <= on) & (posted + lasts >= on)
        there &= (firms["opened"][rows] <= posted) & ((firms["closed"][rows] == NEVER) | (firms["closed"][rows] > on))
        found.append((rows[there], posted[there], np.full(int(there.sum()), turn)))
    employer, posted, turn = (np.concatenate(parts) for parts in zip(*found, strict=True))
    kind = by_share(_KINDS, keyed_uniform(seed, "kind of opportunity", employer, turn))
    starts = posted + 30 + (keyed_uniform(seed, "starts after", employer, turn) * 60).astype(np.int64)
    days = np.array([70, 120, 90, 2, 730])[kind]
    hours = np.array([18, 12, 10, 6, 38])[kind]
    wage = 800 + (keyed_uniform(seed, "pays an hour", employer, turn) * 900).astype(np.int64) + (on // 365 - 44) * 30
    paid = keyed_uniform(seed, "is paid", employer, turn) < np.array([0.6, 0.8, 0.4, 0.0, 1.0])[kind]
    sector = firms["sector"][employer].tolist()
    return Listings(
        number=turn * 100_000 + employer,
        employer=employer,
        kind=kind,
        occupation=[_SOCS.get(SECTORS[at], _OFFICE) for at in sector],
        places=1 + (keyed_uniform(seed, "places", employer, turn) ** 3 * 6 * np.sqrt(firms["size"][employer])).astype(
            np.int64
        ).clip(max=40),
        posted=posted,
        starts=starts,
        ends=starts + days,
        weekly=hours,
        pay=np.where(paid, wage, -1),
        grade=np.array([11, 11, 10, 9, 12])[kind],
    )  # fmt: skip
