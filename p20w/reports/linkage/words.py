"""Words of the linkage page: what figures, groups and feeds are called, and how shares with intervals are written.

Here: names and formats. Not here: what a section says (trust, fairness, reach, steady, answers).
"""

import re
from collections.abc import Iterable, Mapping

from p20w.contracts import FeedContract
from p20w.reports.linkage.record import Figure
from p20w.reports.masking import LEFT_OUT, Mask
from p20w.reports.words import feed_name

GROUPS = {
    "sex": "Sex",
    "race_ethnicity": "Race or ethnicity",
    "name_form": "Form of the surname",
    "age_band": "Age",
    "english_learner": "English learner",
    "foster_or_homeless": "Foster care or homeless",
    "rurality": "Place",
}
"""What people are divided by."""

COMPARISONS = {
    "first_name": "First names",
    "middle_name": "Middle names",
    "last_name": "Surnames",
    "birthdate": "Birth dates",
    "sex": "Sex",
}

LEVELS = {
    "exact": "the same",
    "swapped": "swapped",
    "form": "a short form or part",
    "similar": "spelled or sounding alike",
    "middle": "goes by the middle name",
    "half": "one name in the place of the other",
    "rough": "spelled roughly alike",
    "initial": "an initial only",
    "letter": "other names with one initial",
    "crossed": "one's initial is the other's middle initial",
    "stray": "another letter alone",
    "part": "one part of a double name",
    "begins": "cut short",
    "digit": "one digit off",
    "year": "a year off, or the day unknown",
    "two_parts": "two of year, month, day",
    "other": "different",
}

TELLING = 30
"""People in the self-test below which the share of a group says nothing."""

MATTERS = 0.005
"""A change of an answer by half a point, or of a median by half a percent, is worth a mark."""


def percent(share: float) -> str:
    """A share to a tenth of a percent; never all or nothing when it is neither."""
    if 0 < share < 0.001:
        return "under 0.1%"
    if 0.999 < share < 1:
        return "over 99.9%"
    return f"{share:.0%}" if share in (0, 1) else f"{100 * share:.1f}%"


def is_shown(item: Figure | None, mask: Mask) -> bool:
    """Whether enough people stand behind a figure."""
    return item is not None and item.value is not None and (item.persons or 0) >= mask.floor


def told(item: Figure | None, mask: Mask) -> str:
    """The share in words, or why there is none."""
    if item is None or item.value is None or not item.persons:
        return "not measured"
    return percent(item.value) if is_shown(item, mask) else LEFT_OUT


def span(item: Figure | None, mask: Mask) -> str:
    """The 95 % interval in words; empty where the share is not shown."""
    if item is None or not is_shown(item, mask) or item.low is None or item.high is None:
        return ""
    return f"{100 * item.low:.1f}% to {100 * item.high:.1f}%"


def group(item: Figure) -> str:
    """What a figure's group of people is called."""
    return group_name(item.trait)


def group_name(trait: str) -> str:
    """A group of people: `BlackOrAfricanAmerican` becomes `Black or African American`."""
    if " " in trait:
        return trait[:1].upper() + trait[1:]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", trait)
    return re.sub(r"\b(Or|And)\b", lambda found: found[0].lower(), words[:1].upper() + words[1:])


def row_of(item: Figure) -> str:
    """A group with what it is divided by, short enough for a plot."""
    before = {"name_form": "", "age_band": "Age ", "rurality": "Place: ", "sex": "", "race_ethnicity": ""}
    opening = before.get(item.dimension, f"{GROUPS.get(item.dimension, item.dimension)}: ")
    name = group(item)
    return f"{opening}{name[:1].lower() + name[1:]}" if opening else name


def pair(subject: str, contracts: Mapping[str, FeedContract]) -> str:
    """Two feeds as people write them."""
    left, _, right = subject.partition(" > ")
    if left == right:
        return f"{feed_name(left, contracts)}, one college and another"
    return f"{feed_name(left, contracts)} and {feed_name(right, contracts).lower()}"


def shown(items: Iterable[Figure], mask: Mask) -> list[Figure]:
    """The figures with enough people behind them to say something of a group."""
    return [item for item in items if is_shown(item, mask) and (item.persons or 0) >= TELLING]
