"""`training_provider`: the state's list of eligible training providers and their programs, as of June 30.

Here: lines with the habits of providers who fill in a web form. Not here: who offers what (`training`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import as_date, day, last_day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import pick, slashed
from p20w.simulator.names import Heritage
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.training import Listing, listings
from p20w.simulator.world import World, chance

NAME = "training_provider"
_SEPARATORS = ["", ",", " "]


def due(world: World, quarter: int) -> Iterator[Due]:
    """In autumn, of June 30."""
    end = last_day(quarter)
    if quarter % 4 == 1:
        yield Due(as_date(end).isoformat(), end + 80, lambda: content(world, quarter // 4))


def content(world: World, year: int) -> Content:
    """One line a program; a few twice, and a few without a price."""
    rates, rng = world.profile.public_figures, world.rng("list of training", year)
    listed = list(listings(world.seed, year))
    listed += [item for item, again in zip(listed, chance(rng, rates.listed_twice, len(listed)), strict=True) if again]
    number = np.array([item.provider.number for item in listed])
    told = ~chance(rng, rates.price_not_told, len(listed))
    bare = keyed_uniform(world.seed, "training codes", number) < rates.points_lost
    sheet = keyed_uniform(world.seed, "training through a spreadsheet", number) < rates.zeros_lost
    separator = (keyed_uniform(world.seed, "kinds apart", number) * len(_SEPARATORS)).astype(np.int64)
    names = _names(world, listed)

    def plainly(text: str, is_bare: object) -> str:
        return text.replace(".", "").replace("-", "") if is_bare else text

    frame = pl.DataFrame(
        {
            "ProviderId": [f"P{item.provider.number}" for item in listed],
            "ProviderName": names,
            "FederalEin": [f"99{item.provider.number:07d}" for item in listed],
            "ProviderDescription": [f'"{name}", founded to train workers, "hands-on"' for name in names],
            "AddressLine1": [f"{item.provider.number} Main Street" for item in listed],
            "City": pl.Series([None] * len(listed), dtype=pl.String),
            "ZipCode": [
                item.provider.postal_code.lstrip("0") if lost else item.provider.postal_code
                for item, lost in zip(listed, sheet.tolist(), strict=True)
            ],
            "TypeOfEntity": [
                _SEPARATORS[kind].join(item.provider.entities)
                for item, kind in zip(listed, separator.tolist(), strict=True)
            ],
            "ProgramId": [str(item.program) for item in listed],
            "ProgramName": [f"{item.course.words}, {name}" for item, name in zip(listed, names, strict=True)],
            "CipCode": [plainly(item.course.cip, lost) for item, lost in zip(listed, bare.tolist(), strict=True)],
            "SocCode": [plainly(item.course.soc, lost) for item, lost in zip(listed, bare.tolist(), strict=True)],
            "Outcome": [item.course.outcome for item in listed],
            "Tuition": [item.tuition if known else None for item, known in zip(listed, told.tolist(), strict=True)],
            "BooksSupplies": [item.course.books for item in listed],
            "ClockHours": [item.course.hours for item in listed],
            "Weeks": [item.course.weeks for item in listed],
            "Format": pick(["1", "3"], (number % 3 == 0).astype(np.int64)),
            "EligibleSince": slashed(np.array([day(item.since, 7, 1) - 30 for item in listed])),
        }
    )
    return Content(frame, None, len(listed))


def _names(world: World, listed: list[Listing]) -> list[str]:
    """Names of providers; a business of one person bears that person's."""
    rng = world.rng("names of training providers")
    owners = world.words.texts(world.names.last(rng, np.full(1000, int(Heritage.EUROPEAN))))
    return [
        f"{owners[item.provider.number]} Training" if item.provider.is_one_person else f"School {item.provider.number}"
        for item in listed
    ]


FEED = SimulatedFeed(NAME, "State workforce board", due)
