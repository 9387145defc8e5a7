"""`credential_award`: the rosters of the state's occupational licensing boards, once a year.

Here: lines of licenses as boards write them, some with the number alone. Not here: licenses (`occupations`).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.calendar import as_date, last_day
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import names, numbers, pick, slashed, suffixes
from p20w.simulator.occupations import EXPIRED, OCCUPATIONS, license_table, license_workers
from p20w.simulator.randomness import Ints
from p20w.simulator.words import BLANK
from p20w.simulator.world import NEVER, World, chance

NAME = "credential_award"
STATUSES = ("ACTIVE", "EXPIRED", "SURRENDERED")
_KEPT_DAYS = 3 * 365  # a lapsed license stays on the roster
_NOBODY_FILLS = (
    "BirthYear", "Business", "BusinessName", "Address", "City", "State", "Zip", "County", "EverDisciplined",
)  # fmt: skip


def live(world: World, quarter: int) -> None:
    """Who is licensed, and who renews."""
    license_workers(world, world.own[f"{NAME}.license"], quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """At the end of June."""
    end = last_day(quarter)
    if quarter % 4 == 1:
        yield Due(as_date(end).isoformat(), end + 30, lambda: content(world, quarter))


def content(world: World, quarter: int) -> Content:
    """One line a license in force or lapsed not long ago."""
    table, rates, on = world.own[f"{NAME}.license"], world.profile.occupational_licenses, last_day(quarter)
    rng = world.rng("license roster", quarter)
    row = np.flatnonzero((table["status"] != EXPIRED) | (table["expires"] > on - _KEPT_DAYS))
    row = row[np.lexsort((rng.random(len(row)), table["occupation"][row]))]
    occupation = table["occupation"][row].astype(np.int64)
    gives = np.array([item.gives for item in OCCUPATIONS])[occupation]
    # a license that was on an earlier roster may come with its number alone
    alone = (table["issued"][row] < on - 400) & chance(rng, rates.number_alone, len(row))
    upper = np.ones(len(row), dtype=bool)
    expires = np.where(
        chance(rng, rates.expires_before_issue, len(row)), table["issued"][row] - 1, table["expires"][row]
    )
    born = np.where((gives != "name") & ~alone, table["birth"][row], NEVER)

    def named(column: str) -> Ints:
        return np.where(alone, BLANK, table[column][row])

    frame = pl.DataFrame(
        {
            "LicenseNumber": license_number(world, row, occupation),
            "LicenseType": pick([item.name for item in OCCUPATIONS], occupation),
            "BoardName": pick([item.board for item in OCCUPATIONS], occupation),
            "LastName": names(world, named("last"), upper),
            "FirstName": names(world, named("first"), upper),
            "MiddleName": names(world, named("middle"), upper),
            "Suffix": suffixes(np.where(alone, 0, table["suffix"][row])).str.to_uppercase(),
            "DateOfBirth": slashed(born),
            "SSN": numbers(np.where(alone, -1, table["ssn"][row]), 9),
            "OriginalIssueDate": slashed(table["issued"][row]),
            "LastRenewalDate": slashed(table["renewed"][row]),
            "ExpirationDate": slashed(expires),
            "LicenseStatus": _status(table["status"][row], chance(rng, rates.other_word, len(row))),
            **{name: pl.Series([None] * len(row), dtype=pl.String) for name in _NOBODY_FILLS},
        }
    )
    return Content(frame, table["person"][row] + 1, len(row))


def license_number(world: World, row: Ints, occupation: Ints) -> pl.Series:
    """Letters of the board, and six digits that are another's under another letter."""
    letters = pick(["RN", "PN", "NA", "EJ", "IP", "RS", "CO"], occupation)
    return letters + numbers((row.astype(np.int64) * 7_919 + world.seed * 104_729) % 999_983, 6)


def _status(status: Ints, other: npt.NDArray[np.bool_]) -> pl.Series:
    """The board's word; a few in one that the contract does not list."""
    return pick([*STATUSES, "SEE NOTE"], np.where(other, len(STATUSES), status))


FEED = SimulatedFeed(NAME, "Licensing boards' records office", due, {"license": license_table}, live)
