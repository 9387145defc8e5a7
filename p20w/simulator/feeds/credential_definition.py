"""`credential_definition`: the state's registry of credentials as a graph of JSON-LD, as of June 30.

Here: nodes with owners' habits, and those of the owners themselves, which are no records. Not here: which credentials
there are (`credentials`).
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import polars as pl

from p20w.simulator.calendar import as_date, day, last_day
from p20w.simulator.credentials import ctid_of, definitions
from p20w.simulator.feeds.order import is_late
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed, and_again
from p20w.simulator.feeds.text import dates
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.world import World, chance

NAME = "credential_definition"
_AT = "https://registry.example/resources/"


def due(world: World, quarter: int) -> Iterator[Due]:
    """In summer, of June 30; in some years a second time, with credentials whose owners were late."""
    end, year = last_day(quarter), quarter // 4
    if quarter % 4 == 1:
        again = bool(world.rng("registry amended", year).random() < world.profile.public_figures.lists_amended)
        yield from and_again(as_date(end).isoformat(), end + 30, end + 90, partial(content, world, year), comes=again)


def content(world: World, year: int, *, lacking: bool = False) -> Content:
    """One node a credential, a few of them twice, and one an owner."""
    rates, rng = world.profile.public_figures, world.rng("registry", year * 2 + lacking)
    items = list(definitions(world.seed, world.places, year))
    if lacking:
        late = is_late(world, "owner is late", np.array([item.number for item in items]), year, 0.06)
        items = [item for item, comes_later in zip(items, late, strict=True) if not comes_later]
    items += [item for item, again in zip(items, chance(rng, rates.listed_twice, len(items)), strict=True) if again]
    owners = sorted({item.owner for item in items})
    bare = [
        keyed_uniform(world.seed, "owner writes codes", owners.index(item.owner)) < rates.points_lost for item in items
    ]
    onet = [keyed_uniform(world.seed, "owner writes O*NET", item.number) < 0.4 for item in items]
    nothing = [None] * len(owners)
    frame = pl.DataFrame(
        {
            "@type": [f"ceterms:{item.kind}" for item in items] + ["ceterms:CredentialOrganization"] * len(owners),
            "ceterms:ctid": [item.ctid for item in items] + [ctid_of(owner) for owner in owners],
            "ceterms:name/en-US": [item.title for item in items] + owners,
            "ceterms:description/en-US": [f'"{item.title}", offered by {item.owner}' for item in items] + nothing,
            "ceterms:subjectWebpage": [f"https://example.org/{item.number}" for item in items] + nothing,
            "ceterms:ownedBy[1]": [f"{_AT}{ctid_of(item.owner)}" for item in items] + nothing,
            "ceterms:credentialStatusType[1]/ceterms:targetNode": [
                "credentialStat:Deprecated" if item.ends else "credentialStat:Active" for item in items
            ]
            + nothing,
            "ceterms:codedNotation": [item.license_type or None for item in items] + nothing,
            "ceterms:instructionalProgramType[1]/ceterms:codedNotation": [
                (item.cip.replace(".", "") if lost else item.cip) or None
                for item, lost in zip(items, bare, strict=True)
            ]
            + nothing,
            "ceterms:occupationType[1]/ceterms:codedNotation": [
                f"{item.soc}.00" if item.soc and longer else item.soc or None
                for item, longer in zip(items, onet, strict=True)
            ]
            + nothing,
            "ceterms:dateEffective": pl.concat(
                [dates(np.array([day(item.since, 1, 1) for item in items])), pl.Series(nothing, dtype=pl.Date)]
            ),
        }
    )
    return Content(frame.sample(fraction=1, shuffle=True, seed=year), None, len(items))


FEED = SimulatedFeed(NAME, "State workforce board", due)
