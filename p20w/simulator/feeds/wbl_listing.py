"""`wbl_listing`: work-based learning that employers list with the workforce board, twice a year.

Here: lines with the habits of employers who fill in a web form. Not here: who lists what (`work_based_listings`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import as_date, last_day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, dollars, either, pick
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.work_based_listings import listings
from p20w.simulator.world import World, chance

NAME = "wbl_listing"
_KINDS = ["Internship", "Registered pre-apprenticeship", "Pre-apprenticeship", "Job shadow", "Apprenticeship"]


def due(world: World, quarter: int) -> Iterator[Due]:
    """In spring and autumn, of March 31 and September 30."""
    end = last_day(quarter)
    if quarter % 2 == 0:
        yield Due(as_date(end).isoformat(), end + 12, lambda: content(world, end))


def content(world: World, on: int) -> Content:
    """One line a listing that is open; a few twice, with codes and pay as employers type them."""
    rates, rng, firms, places = world.profile.public_figures, world.rng("listings", on), world.employers, world.places
    found = listings(world, on)
    order = np.arange(len(found.number))
    order = np.sort(np.concatenate([order, order[chance(rng, rates.listed_twice, len(order))]]))
    employer = found.employer[order]
    bare = keyed_uniform(world.seed, "listing codes", employer) < rates.points_lost
    monthly = chance(rng, rates.yearly_wages, len(order)) & (found.pay[order] >= 0)
    told = ~chance(rng, rates.price_not_told, len(order))
    pay = np.where(told, np.where(monthly, found.pay[order] * 160, found.pay[order]), -1)
    occupation = pl.Series(found.occupation, dtype=pl.String).gather(order)
    county = firms["county"][employer].astype(np.int64) * 2 + 1
    paid = np.where(found.pay[order] >= 0, 1, 0)
    frame = pl.DataFrame(
        {
            "ListingId": "W" + pl.Series(found.number[order]).cast(pl.String),
            "EmployerName": pl.Series([f"Employer {item}" for item in employer.tolist()], dtype=pl.String),
            "Contact": pl.Series(["Ask at the front desk"] * len(order), dtype=pl.String),
            "Description": pl.Series(['"Hands-on", full of things to learn'] * len(order), dtype=pl.String),
            "Type": pick(_KINDS, found.kind[order]),
            "NaicsCode": pick(places.naics, firms["naics"][employer]),
            "SocCode": either(bare, occupation.str.replace("-", ""), occupation),
            "CountyFips": pl.Series(county).cast(pl.String),
            "Openings": found.places[order],
            "PostedOn": dates(found.posted[order]),
            "StartsOn": dates(found.starts[order]),
            "EndsOn": dates(found.ends[order]),
            "HoursWeekly": found.weekly[order],
            "Paid": pick(["No", "Yes"], paid),
            "HourlyPay": dollars(pay),
            "MinimumGrade": found.grade[order],
        }
    )
    return Content(frame, None, len(order))


FEED = SimulatedFeed(NAME, "State workforce board", due)
