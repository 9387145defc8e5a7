"""Birth dates that no calendar has, as they stand in files.

Here: the text in place of a date, the same for a registration in every file. Not here: dates that are wrong but
possible (`records`, `names`).
"""

import numpy as np
import polars as pl

from p20w.simulator.calendar import as_date
from p20w.simulator.randomness import Ints, keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.unkind.slips import unreadable_date
from p20w.simulator.world import World

FORMS = {"k12": "%Y-%m-%d", "college": "%m/%d/%Y", "license": "%Y%m%d"}


def with_unreadable(world: World, agency: str, rows: Ints, birth: Column, written: pl.Series) -> pl.Series:
    """`written`, the birth dates `birth` of the agency's registrations `rows`, with some that cannot be read."""
    if world.profile.unkind is None:
        return written
    rate = getattr(world.profile.unkind.unreadable_date, agency)
    spots = np.flatnonzero(keyed_uniform(world.seed, f"unkind unreadable date {agency}", rows) < rate)
    texts = written.dt.strftime(FORMS[agency]) if written.dtype == pl.Date else written
    draws = keyed_uniform(world.seed, f"unkind which date {agency}", rows[spots]).tolist()
    wrong: list[str] = []
    for number, draw in zip(birth[spots].tolist(), draws, strict=True):
        date = as_date(number)
        year, month, on = unreadable_date(date.year, date.month, draw)
        form = FORMS[agency]
        wrong.append(form.replace("%Y", f"{year:04d}").replace("%m", f"{month:02d}").replace("%d", f"{on:02d}"))
    return texts.scatter(spots.tolist(), wrong)
