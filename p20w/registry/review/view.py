"""What a page says: a pair's rows, reasons and household in words.

Here: from what was read to what the templates print. Not here: markup (`templates`), routes (`app`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from p20w.registry.review.asking import REASONS
from p20w.registry.review.marks import Mark, Row, Segment, compare, dates, names, words
from p20w.registry.review.queue import Waiting
from p20w.registry.review.reading import Likeness, Pair, Side
from p20w.registry.review.sentence import sentence
from p20w.registry.review.surroundings import PlaceLine, hint, neighbors, place_lines, places_alike
from p20w.registry.review.verdicts import WORDS, Decision
from p20w.registry.review.weights import Waterfall, waterfall
from splink_models.comparisons import ID, SSN

TEMPLATES = Path(__file__).parent / "templates"
SIGNS: dict[Mark, str] = {"same": "=", "close": "≈", "differs": "≠", "one blank": "–", "both blank": "–"}

UNWEIGHED = {level.label for item in (SSN, ID) for level in item.levels if level.is_null}
"""What the evidence says where a record had no number to compare."""


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
    sentence: str | None
    weights: Waterfall | None
    is_blind: bool


def pair_page(pair: Pair, waits: Waiting, *, is_blind: bool) -> PairPage:
    """Lay a pair out; with `is_blind`, without weights and without the reason, which tells them."""
    left, right = pair.left, pair.right
    place_mark, place_words = places_alike(left.places, right.places)
    reason = REASONS.get(waits.reason, (waits.reason, "")) if waits.reason else None
    return PairPage(
        rows=tuple(_rows(pair)),
        places=(place_lines(left.places, right.places), place_lines(right.places, left.places)),
        place_mark=place_mark,
        place_words=place_words,
        sources=(pair.feed_names[left.feed], pair.feed_names[right.feed]),
        files=(_files(left), _files(right)),
        persons=(_person(left, pair.feed_names), _person(right, pair.feed_names)),
        is_one_person=pair.is_one_person,
        neighbors=neighbors(pair.household),
        hints=tuple(filter(None, map(hint, pair.household.others))),
        reason=None if is_blind else reason,
        worth=int(waits.worth) if waits.worth else None,
        sentence=None
        if is_blind or not waits.evidence
        else sentence(waits.evidence, is_one=pair.is_one_person, cause=waits.reason),
        weights=None if is_blind else waterfall(_as_shown(waits.evidence, pair)),
        is_blind=is_blind,
    )


def _as_shown(evidence: dict[str, Any] | None, pair: Pair) -> dict[str, Any] | None:
    """The evidence with words for a number that the records above show and that was not weighed, as it came later."""
    likeness = {"SSN": pair.ssn, "Agency id": pair.source_id}
    later = {title: f"{word} today, but not on file when it was weighed" for title, word in likeness.items()
             if word in ("same", "one digit apart", "different")}  # fmt: skip
    parts = [{**part, "says": later.get(part["title"], part["says"])} if part["says"] in UNWEIGHED else part
             for part in (evidence or {"parts": []})["parts"]]  # fmt: skip
    return {**evidence, "parts": parts} if evidence else None


def _rows(pair: Pair) -> Iterable[Row]:
    left, right = pair.left, pair.right
    yield compare("First name", left.first_name, right.first_name, names)
    yield compare("Middle name", left.middle_name, right.middle_name, names)
    yield compare("Surname", left.last_or_surname, right.last_or_surname, names)
    if left.previous_last_name or right.previous_last_name:
        yield compare("Previous surname", left.previous_last_name, right.previous_last_name, names)
    if left.generation_code_or_suffix or right.generation_code_or_suffix:
        yield compare("Suffix", left.generation_code_or_suffix, right.generation_code_or_suffix, words)
    yield compare("Birth date", left.birthdate, right.birthdate, dates)
    yield compare("Sex", _sex(left), _sex(right), words)
    yield _numbers("SSN", pair.ssn, _ssn(left), _ssn(right))
    if pair.source_id in ("same", "one digit apart", "different"):
        yield _numbers("Agency's id", pair.source_id, "on file", "on file")


def _numbers(label: str, likeness: Likeness, left: str, right: str) -> Row:
    known: dict[Likeness, Mark] = {"same": "same", "one digit apart": "close", "different": "differs"}
    mark = known.get(likeness) or ("one blank" if left or right else "both blank")
    said = {"one digit apart": "one digit apart, or two swapped"}.get(likeness, likeness)
    sides = [(Segment(text, differs=False),) if text else () for text in (left, right)]
    return Row(label, sides[0], sides[1], mark, mark if likeness == "missing" else said)


def _ssn(side: Side) -> str:
    if not side.has_ssn:
        return ""
    return "on file, verified" if side.is_ssn_verified else "on file"


def _sex(side: Side) -> str | None:
    return None if side.sex in (None, "NotSelected") else side.sex


def _files(side: Side) -> str:
    if not side.files or not side.first_on or not side.last_on:
        return "in no active file"
    first, last = f"{side.first_on:%b %Y}", f"{side.last_on:%b %Y}"
    return f"1 file, {first}" if side.files == 1 else f"{side.files} files, {first} to {last}"


def _person(side: Side, feeds: Mapping[str, str]) -> str:
    total = sum(side.person.values())
    if total <= 1:
        return "the only record"
    parts = [f"{feeds[feed]} {number}" for feed, number in sorted(side.person.items())]
    return f"one of {total} records: {', '.join(parts)}"


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
        loader=FileSystemLoader(TEMPLATES),
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
