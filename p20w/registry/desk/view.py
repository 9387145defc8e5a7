"""What a page says: a pair's rows, reasons and household in words.

Here: from what was read to what the templates print. Not here: markup (`templates`), routes (`app`).
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from p20w.registry.desk import marks
from p20w.registry.desk.marks import Mark, Row
from p20w.registry.desk.queue import Waiting
from p20w.registry.desk.reading import Household, Likeness, Neighbor, Pair, Place, Side
from p20w.registry.desk.verdicts import WORDS, Decision
from p20w.registry.desk.weights import Waterfall, waterfall
from p20w.reports.words import FEEDS

SIGNS: dict[Mark, str] = {"same": "=", "close": "≈", "differs": "≠", "one blank": "–", "both blank": "–"}

BANDS = ("under 18", "18 to 24", "25 to 44", "45 to 64", "65 and over", "age unknown")
"""Age bands in order, as `registry.age_band` names them."""

REASONS = {
    "same SSN, other name": (
        "One SSN, two names",
        "A marriage or a typing error, or a number that is borrowed or shared. Look at birth date, sex and household.",
    ),
    "same id, other name": (
        "One agency id, two names",
        "A changed name, or an id given to two people by mistake. Two of name, surname and birth date should agree.",
    ),
    "a rival as good": (
        "Another record fits as well",
        "Only one of the rivals can be this person. If nothing here speaks for this one, you cannot tell.",
    ),
    "two SSNs": ("Alike, but two well-founded SSNs", "Relatives and namesakes, or a person who had a second number."),
    "two birth dates": ("Alike, but two well-founded birth dates", "Siblings and namesakes, or an agency's error."),
    "two generations": ("Alike, but two suffixes", "Junior and senior at one address look alike in all but the date."),
    "two ids at one time": (
        "One agency holds both at the same time",
        "Twins and siblings, or one person registered twice. A twin has the birth date, not the first name.",
    ),
    "nearly enough evidence": ("Just short of being joined", "Look for what agrees by chance: common names, one date."),
    "too many alike": ("Many records hang together", "A value that many share joins them. Judge this pair alone."),
    "a person of many identities": (
        "A person of very many records",
        "The first and the last record of a person that has grown too large. Do these two belong together?",
    ),
}
"""Why a pair is in the queue: what it is called, and what to look at."""


@dataclass(frozen=True)
class PlaceLine:
    """An address in words, and whether the other record has it too."""

    text: str
    when: str
    is_shared: bool


@dataclass(frozen=True)
class PairPage:
    """Everything the page of a pair says."""

    rows: tuple[Row, ...]
    places: tuple[tuple[PlaceLine, ...], tuple[PlaceLine, ...]]
    place_mark: Mark
    place_words: str
    sources: tuple[str, str]
    files: tuple[str, str]
    persons: tuple[str, str]
    is_one_person: bool
    neighbors: str
    hints: tuple[str, ...]
    reason: tuple[str, str] | None
    worth: int | None
    weights: Waterfall | None
    is_blind: bool


def pair_page(pair: Pair, waits: Waiting, *, is_blind: bool) -> PairPage:
    """Lay a pair out; with `is_blind`, without weights and without the reason, which tells them."""
    left, right = pair.left, pair.right
    mark, words = _places_alike(left.places, right.places)
    own, other = _keys(left.places), _keys(right.places)
    reason = REASONS.get(waits.reason, (waits.reason, "")) if waits.reason else None
    return PairPage(
        rows=tuple(_rows(pair)),
        places=(_lines(left.places, other), _lines(right.places, own)),
        place_mark=mark,
        place_words=words,
        sources=(_feed(left.feed), _feed(right.feed)),
        files=(_files(left), _files(right)),
        persons=(_person(left), _person(right)),
        is_one_person=pair.is_one_person,
        neighbors=_neighbors(pair.household),
        hints=tuple(_hint(other) for other in pair.household.others if _is_telling(other)),
        reason=None if is_blind else reason,
        worth=int(waits.worth) if waits.worth else None,
        weights=None if is_blind else waterfall(waits.evidence),
        is_blind=is_blind,
    )


def _rows(pair: Pair) -> Iterable[Row]:
    left, right = pair.left, pair.right
    yield marks.compare_names("First name", left.first_name, right.first_name)
    yield marks.compare_names("Middle name", left.middle_name, right.middle_name)
    yield marks.compare_names("Surname", left.last_or_surname, right.last_or_surname)
    if left.previous_last_name or right.previous_last_name:
        yield marks.compare_names("Previous surname", left.previous_last_name, right.previous_last_name)
    if left.generation_code_or_suffix or right.generation_code_or_suffix:
        yield marks.compare_words("Suffix", left.generation_code_or_suffix, right.generation_code_or_suffix)
    yield marks.compare_dates("Birth date", left.birthdate, right.birthdate)
    yield marks.compare_words("Sex", _sex(left), _sex(right))
    yield _numbers("SSN", pair.ssn, _ssn(left), _ssn(right))
    if pair.source_id in ("same", "one digit apart", "different"):
        yield _numbers("Agency's id", pair.source_id, "held", "held")


def _numbers(label: str, likeness: Likeness, left: str, right: str) -> Row:
    known: dict[Likeness, Mark] = {"same": "same", "one digit apart": "close", "different": "differs"}
    mark = known.get(likeness) or ("one blank" if left or right else "both blank")
    words = {"one digit apart": "one digit apart, or two swapped"}.get(likeness, likeness)
    sides = [(marks.Segment(text, differs=False),) if text else () for text in (left, right)]
    return Row(label, sides[0], sides[1], mark, mark if likeness == "missing" else words)


def _ssn(side: Side) -> str:
    if not side.has_ssn:
        return ""
    return "held, verified" if side.is_ssn_verified else "held"


def _sex(side: Side) -> str | None:
    return None if side.sex in (None, "NotSelected") else side.sex


def _feed(feed: str) -> str:
    return FEEDS.get(feed, feed.replace("_", " "))


def _files(side: Side) -> str:
    if not side.files or not side.first_on or not side.last_on:
        return "in no file now in force"
    first, last = f"{side.first_on:%b %Y}", f"{side.last_on:%b %Y}"
    return f"1 file, {first}" if side.files == 1 else f"{side.files} files, {first} to {last}"


def _person(side: Side) -> str:
    total = sum(side.person.values())
    if total <= 1:
        return "stands alone"
    parts = [f"{_feed(feed)} {number}" for feed, number in sorted(side.person.items())]
    return f"one of {total} records: {', '.join(parts)}"


# ------------------------------------------------------------------- addresses


def _keys(places: Iterable[Place]) -> set[str]:
    return {key for place in places if (key := _place_key(place))}


def _place_key(place: Place) -> str | None:
    """As `registry.place_key`: two ways to write an address are one place."""
    if not place.street or not place.postal_code:
        return None
    return re.sub(r"[^A-Z0-9]+", " ", place.street.upper()).strip() + "|" + place.postal_code[:5]


def _places_alike(left: tuple[Place, ...], right: tuple[Place, ...]) -> tuple[Mark, str]:
    if not left or not right:
        return ("one blank", "one blank") if left or right else ("both blank", "both blank")
    if _keys(left) & _keys(right):
        return "same", "an address in common"
    codes = [{place.postal_code[:5] for place in side if place.postal_code} for side in (left, right)]
    if codes[0] & codes[1]:
        return "close", "a postal code in common"
    return "differs", "none in common"


def _lines(places: tuple[Place, ...], others: set[str]) -> tuple[PlaceLine, ...]:
    return tuple(
        PlaceLine(
            ", ".join(part for part in (place.street, place.city, place.state, place.postal_code) if part),
            _span(place),
            _place_key(place) in others,
        )
        for place in places
    )


def _span(place: Place) -> str:
    if not place.first_on or not place.last_on:
        return ""
    first, last = place.first_on.year, place.last_on.year
    return str(first) if first == last else f"{first} to {last}"


# ------------------------------------------------------------------- household


def _neighbors(household: Household) -> str:
    if not household.people:
        return "Nobody else on record was ever at these addresses."
    bands = ", ".join(f"{household.bands[band]} {_aged(band)}" for band in BANDS if band in household.bands)
    who = "1 other person was" if household.people == 1 else f"{household.people} other people were"
    return f"{who} at these addresses at some time: {bands}."


def _aged(band: str) -> str:
    return "of unknown age" if band == "age unknown" else band if band.startswith("under") else f"aged {band}"


def _is_telling(other: Neighbor) -> bool:
    return other.has_surname or other.has_birthdate or other.has_first_name


def _hint(other: Neighbor) -> str:
    shares = [
        word
        for word, shared in (
            ("birth date", other.has_birthdate),
            ("surname", other.has_surname),
            ("first name", other.has_first_name),
        )
        if shared
    ]
    born = f"Born {other.birth_year}" if other.birth_year else _aged(other.age_band).capitalize()
    where = {(True, False): "A's address", (False, True): "B's address"}.get(
        (other.is_left_place, other.is_right_place), "an address of both"
    )
    perhaps = ""
    if other.has_birthdate and other.has_surname:
        perhaps = " Perhaps a twin."
    elif other.has_surname and other.has_first_name:
        perhaps = " Perhaps a parent or child of the same name."
    return f"{born}, at {where}: the same {' and '.join(shares)}.{perhaps}"


# --------------------------------------------------------------------- verdicts


def tally(decisions: Iterable[Decision]) -> list[tuple[str, dict[str, int]]]:
    """Verdicts of each reviewer, counted by the words for them."""
    counted: dict[str, Counter[str]] = {}
    for decision in decisions:
        counted.setdefault(decision.reviewer, Counter())[WORDS[decision.verdict]] += 1
    return [(reviewer, {word: counted[reviewer][word] for word in WORDS.values()}) for reviewer in sorted(counted)]


# -------------------------------------------------------------------- rendering


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["bits"] = _bits
    environment.filters["share"] = lambda value: f"{100 * value:.2f}"
    return environment


def _bits(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−") if abs(value) >= 0.05 else "0"


def render(template: str, **context: object) -> str:
    """A page as HTML."""
    return _environment().get_template(template).render(signs=SIGNS, **context)
