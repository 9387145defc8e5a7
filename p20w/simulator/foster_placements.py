"""Where children in foster care live: the placements of each time in care.

Here: settings and moves. Not here: removals and discharges (`foster_care`).

At the end of September 2022, 44 % of children in care lived with foster families that are no relatives, 35 % with
relatives, 9 % in groups and institutions (AFCARS Report 30, Children's Bureau); about 4.5 moves in 1,000 days of care
(Child and Family Services Reviews). Rounded from general knowledge of these reports; open them before you rely on a
figure.
"""

import numpy as np

from p20w.simulator.randomness import Ints
from p20w.simulator.table import Column, Table
from p20w.simulator.world import NEVER, World, chance, pick

PREADOPTIVE, RELATIVE, FAMILY, GROUP, INSTITUTION, INDEPENDENT, RUNAWAY, HOME_VISIT = range(1, 9)
"""Settings, in AFCARS's codes."""
REUNIFIED, WITH_RELATIVES, ADOPTED, EMANCIPATED, GUARDIAN, TRANSFERRED, RAN_AWAY, DIED = range(1, 9)
"""Reasons for discharge, in AFCARS's codes."""
_FIRST = ((RELATIVE, 0.36), (FAMILY, 0.47), (GROUP, 0.06), (INSTITUTION, 0.11))
_LATER = ((RELATIVE, 0.33), (FAMILY, 0.48), (GROUP, 0.07), (INSTITUTION, 0.08), (RUNAWAY, 0.04))
_MOVES = 4.5 / 1000
_MAY_RUN, _ON_ONES_OWN = 12, 17
"""Ages from which children run away, and from which they live on their own."""


def placement_table() -> Table:
    """One row a stay of an episode; `ends` is the day of the next one, or of the discharge."""
    return Table(episode=("i4", 0), setting=("i1", 0), starts=("i4", 0), ends=("i4", NEVER))


def place(world: World, rng: np.random.Generator, episodes: Table, placements: Table, rows: Ints) -> None:
    """Placements of new episodes, from the removal to the discharge without a day between them."""
    removal, discharge = episodes["removal"][rows].astype(np.int64), episodes["discharge"][rows].astype(np.int64)
    moves = rng.poisson(_MOVES * (discharge - removal))
    of = np.repeat(np.arange(len(rows)), moves + 1)
    at = (np.cumsum(moves + 1) - moves - 1).astype(np.int64)
    begins = removal[of] + (rng.random(len(of)) ** 1.5 * (discharge - removal)[of]).astype(np.int64)
    begins[at] = removal
    order = np.lexsort((begins, of))
    of, begins = of[order], begins[order]
    is_first, is_last = np.zeros(len(of), dtype=bool), np.zeros(len(of), dtype=bool)
    is_first[at] = True
    is_last[at + moves] = True
    ends = np.where(is_last, discharge[of], np.append(begins[1:], 0))
    setting = np.where(is_first, _setting(rng, _FIRST, len(of)), _setting(rng, _LATER, len(of)))
    age = (begins - world.people["birth"][episodes["person"][rows[of]]]) / 365.25
    setting = np.where((setting == RUNAWAY) & (age < _MAY_RUN), FAMILY, setting)
    setting = np.where((age >= _ON_ONES_OWN) & ~is_first & (setting == FAMILY), INDEPENDENT, setting)
    closes, reason = is_last & ~is_first & chance(rng, 0.5, len(of)), episodes["reason"][rows[of]]
    setting = np.where(closes & (reason == REUNIFIED), HOME_VISIT, setting)
    setting = np.where(closes & (reason == ADOPTED), PREADOPTIVE, setting)
    stays = ends > begins
    placements.add(
        int(stays.sum()), episode=rows[of[stays]], setting=setting[stays], starts=begins[stays], ends=ends[stays]
    )


def _setting(rng: np.random.Generator, shares: tuple[tuple[int, float], ...], count: int) -> Column:
    """Settings drawn by their shares."""
    return np.array([code for code, _ in shares])[pick(rng, np.cumsum([share for _, share in shares]), count)]
