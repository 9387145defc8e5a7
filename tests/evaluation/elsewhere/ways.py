"""What whole offices of a historical state do their own way: capitals, initials, order, widths, addresses.

Here: the same for everybody an office writes. Not here: slips in one registration (`offices`), rates (`rates`).
"""

from __future__ import annotations

import unicodedata

from tests.evaluation.elsewhere import slips
from tests.evaluation.elsewhere.draws import draws
from tests.evaluation.elsewhere.profiles import BOARDS, FEDERAL, LICENSE, OTHER_STATES, SEARCH, TANF, WAGES
from tests.evaluation.elsewhere.rates import Rates

_PLAIN = frozenset(
    (WAGES, LICENSE, BOARDS, FEDERAL, OTHER_STATES, TANF, SEARCH)
)  # capital letters of the alphabet only
_LETTERS = str.maketrans({"æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "ß": "ss", "ð": "d", "þ": "th", "’": "'"})
_FORMS = (("Street", "St"), ("Road", "Rd"), ("Avenue", "Ave"), ("Lane", "Ln"))
_SHARED = 0.02  # of addresses, assumed: homes, campuses and trailer parks, one line for many households


def as_usual(names: tuple[str, str, str, str], seed: str, feed: str, unit: str, rates: Rates) -> tuple[str, ...]:
    """First, middle, last and former name as this unit of the feed writes everybody's."""
    own = draws(seed, "ways", feed, unit)
    initials, exchanges, cuts = (own.random() < share for share in (rates.writes_initials, rates.exchanges, rates.cuts))
    plain = feed in _PLAIN or own.random() < 0.35
    capitals = feed in _PLAIN or own.random() < 0.25
    joint, marks, width = own.choice(("-", "-", " ", "")), own.random() < 0.5, own.choice((8, 10, 12))
    first, middle, last, former = (text.replace("-", joint) for text in names)
    if initials:
        first, middle = first[:1], middle[:1]
    if exchanges:
        first, last = last, first
    made = (first, middle, last, former)
    if plain:
        made = tuple(in_letters(text).replace("'", "'" if marks else "") for text in made)
    if cuts:
        made = tuple(text[:width].rstrip(" -") for text in made)
    return tuple(text.upper() for text in made) if capitals else made


def road(line: str, place: str, writer: tuple[str, str, str], names: tuple[str, ...], typed: float) -> str:
    """Another street and house for an address line, the same for every way of writing it; flats are kept.

    Args:
        line: house, street and flat as the simulator wrote them.
        place: postal code.
        writer: seed, feed and unit, which abbreviate and slip in their own way.
        names: after whom streets are called.
        typed: share of lines with a slip in the street.
    """
    seed, feed, unit = writer
    head, _, flat = line.upper().replace(" APT ", " #").partition(" #")
    house, _, street = head.partition(" ")
    name, _, kind = street.rpartition(" ")
    rng = draws(seed, "road", house, name, kind[:1], place)
    if rng.random() < _SHARED:
        rng, flat = draws(seed, "court", place, rng.randrange(2)), ""
    made = in_letters(rng.choice(names)).replace("-", " ").title()
    forms, number = rng.choice(_FORMS), rng.randrange(1, 1900)
    slip = draws(seed, "sign", line, place, feed, unit)
    made = slips.typed(made, slip) if slip.random() < typed else made
    short = draws(seed, "abbreviates", feed, unit).random() < 0.5
    text = f"{number} {made} {forms[short]}" + (f"{(' Apt ', ' #')[short]}{flat}" if flat else "")
    return text.upper() if feed in _PLAIN else text


def in_letters(text: str) -> str:
    """Without diacritics."""
    spelled = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in spelled if letter.isascii())
