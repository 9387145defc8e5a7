"""`dmv_license`: the motor vehicle agency's snapshot.

Here: lines of licenses, capitals throughout as such agencies print them. Not here: licensing (`licensing`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.calendar import as_date, last_day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import dates, names, numbers, pick, street_lines, suffixes
from p20w.simulator.licensing import CLASSES
from p20w.simulator.unkind.dates import with_unreadable
from p20w.simulator.world import World

_ORIGINS = ["", "TX", "CA", "NM", "CO", "AZ", "FL", "NY", "IL", "OH", "WA", "GA", "MO"]


def due(world: World, quarter: int) -> Iterator[Due]:
    """At the end of June and of December."""
    end = last_day(quarter)
    if quarter % 4 in (1, 3):
        yield Due(as_date(end).isoformat(), end + 10, lambda: content(world, end, quarter))


def content(world: World, on: int, moment: int) -> Content:
    """Every license on file on the snapshot day."""
    table, places, people = world.licenses, world.places, world.people
    rng = world.rng("license file", moment)
    rows = np.flatnonzero((table["alive"] == 1) & (table["issued"] <= on))
    rows = rows[np.argsort(rng.random(len(rows)), kind="stable")]
    upper = np.ones(len(rows), dtype=bool)
    frame = pl.DataFrame(
        {
            "LicenseNumber": "M" + numbers(table["number"][rows], 8),
            "LastName": names(world, table["last"][rows], upper),
            "FirstName": names(world, table["first"][rows], upper),
            "MiddleName": names(world, table["middle"][rows], upper),
            "NameSuffix": suffixes(table["suffix"][rows]).str.to_uppercase(),
            "PreviousLastName": names(world, table["former"][rows], upper),
            "DateOfBirth": with_unreadable(
                world, "license", rows, table["birth"][rows], dates(table["birth"][rows]).dt.strftime("%Y%m%d")
            ),
            "SexCode": people["sex"][table["person"][rows]] + 1,
            "SocialSecurityNumber": numbers(table["ssn"][rows], 9),
            "SsnVerified": table["verified"][rows],
            "StreetAddress": street_lines(
                world, table["house"][rows], table["street"][rows], table["unit"][rows], upper
            ).str.to_uppercase(),
            "City": pick([city.upper() for city in places.cities], table["zip"][rows]),
            "State": pl.repeat("ZZ", len(rows), eager=True),
            "PostalCode": pick(places.zips, table["zip"][rows]),
            "IssueDate": dates(table["issued"][rows]).dt.strftime("%Y%m%d"),
            "ExpirationDate": dates(table["expires"][rows]).dt.strftime("%Y%m%d"),
            "LicenseClass": pick(list(CLASSES), table["kind"][rows]),
            "PreviousJurisdiction": pick(_ORIGINS, table["origin"][rows]),
        }
    )
    return Content(frame, table["person"][rows] + 1, len(rows))


FEED = SimulatedFeed("dmv_license", "Motor vehicles records officer", due)
