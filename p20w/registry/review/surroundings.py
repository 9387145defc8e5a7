"""Addresses and households in words.

Here: which addresses two records share, and what is told of others who lived there. Not here: names and dates
(`marks`).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from p20w.registry.review.marks import Mark
from p20w.registry.review.reading import Household, Neighbor, Place

BANDS = ("under 18", "18 to 24", "25 to 44", "45 to 64", "65 and over", "age unknown")
"""Age bands in order, as `registry.age_band` names them."""


@dataclass(frozen=True)
class PlaceLine:
    """An address in words, and whether the other record has it too."""

    text: str
    when: str
    is_shared: bool


def places_alike(left: Iterable[Place], right: Iterable[Place]) -> tuple[Mark, str]:
    """Whether two records share an address, or at least a postal code."""
    if not left or not right:
        return ("one blank", "one blank") if left or right else ("both blank", "both blank")
    if _keys(left) & _keys(right):
        return "same", "an address in common"
    codes = [{place.postal_code[:5] for place in side if place.postal_code} for side in (left, right)]
    return ("close", "a postal code in common") if codes[0] & codes[1] else ("differs", "none in common")


def place_lines(places: Iterable[Place], others: Iterable[Place]) -> tuple[PlaceLine, ...]:
    """Addresses of a record in words; `others` are the other record's."""
    shared = _keys(others)
    return tuple(
        PlaceLine(
            ", ".join(part for part in (place.street, place.city, place.state, place.postal_code) if part),
            _span(place),
            bool(_keys([place]) & shared),
        )
        for place in places
    )


def _keys(places: Iterable[Place]) -> set[str]:
    """One text an address that has street and postal code, as `registry.place_key`: two ways to write it are one."""
    return {
        re.sub(r"[^A-Z0-9]+", " ", place.street.upper()).strip() + "|" + place.postal_code[:5]
        for place in places
        if place.street and place.postal_code
    }


def _span(place: Place) -> str:
    if not place.first_on or not place.last_on:
        return ""
    first, last = place.first_on.year, place.last_on.year
    return str(first) if first == last else f"{first} to {last}"


def neighbors(household: Household) -> str:
    """How many other people were at the addresses, and how old they are."""
    if not household.people:
        return "Nobody else on record was ever at these addresses."
    bands = ", ".join(f"{household.bands[band]} {_aged(band)}" for band in BANDS if band in household.bands)
    who = "1 other person was" if household.people == 1 else f"{household.people} other people were"
    return f"{who} at these addresses at some time: {bands}."


def _aged(band: str) -> str:
    return "of unknown age" if band == "age unknown" else band if band.startswith("under") else f"aged {band}"


def hint(other: Neighbor) -> str | None:
    """What someone at an address shares with the pair that could explain a likeness, and who that may be."""
    shared = {"birth date": other.has_birthdate, "surname": other.has_surname, "first name": other.has_first_name}
    shares = [word for word, is_shared in shared.items() if is_shared]
    if not shares:
        return None
    born = f"Born {other.birth_year}" if other.birth_year else _aged(other.age_band).capitalize()
    both = "an address of both" if other.is_left_place == other.is_right_place else None
    where = both or ("A's address" if other.is_left_place else "B's address")
    perhaps = ""
    if other.has_birthdate and other.has_surname:
        perhaps = " Perhaps a twin."
    elif other.has_surname and other.has_first_name:
        perhaps = " Perhaps a parent or child of the same name."
    return f"{born}, at {where}: the same {' and '.join(shares)}.{perhaps}"
