"""Keep small counts of people off the page, and make sure none can be worked out from the rest of it.

Here: how a count or a share of people is written down. Not here: reading counts, and the suppression of published
tables (a release has a stricter rule set of its own).

Two situations cover the page:

- a part of a group whose size is shown (`share_of`): when the part, or what is left of the group, is 1 to 9 people,
  neither the part nor an exact share is shown;
- numbers that add up (`balance`): when one of them is 1 to 9, the others are rounded, and if the hidden one would
  still be too well known they are left out, too. What a reader could work out is computed, not guessed.

Counts of files and lines are not counts of people and are shown as they are.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

FLOOR = 10
"""Smallest count of people that is shown; the smallest cell size in the data-sharing agreements."""
AMBIGUITY = 4
"""A hidden count must have at least so many possible values for someone who knows the rest of the page."""

FEW = f"fewer than {FLOOR}"
LEFT_OUT = "not shown"
NO_SHARE = "–"


@dataclass(frozen=True)
class Share:
    """A part of a group, ready to print."""

    part: str
    whole: str
    share: str
    value: float | None
    """The exact share for a chart; None when it must not be shown."""

    @property
    def is_hidden(self) -> bool:
        """Whether anything was held back."""
        return self.value is None


def is_small(count: int) -> bool:
    """Whether a count of people is too small to show. Zero is not: it points at nobody."""
    return 0 < count < FLOOR


def people(count: int | None) -> str:
    """A count of people that stands alone."""
    if count is None:
        return LEFT_OUT
    return FEW if is_small(count) else f"{count:,}"


def percent(share: float) -> str:
    """A share with one decimal, never rounded to none or all of a group when it is not."""
    if share in (0, 1):
        return f"{share:.0%}"
    if 0 < share < 0.001:
        return "under 0.1%"
    if 0.999 < share < 1:
        return "over 99.9%"
    return f"{100 * share:.1f}%"


def share_of(part: int | None, whole: int | None, *, also_small: bool = False) -> Share:
    """A part of a group whose size is shown.

    Args:
        part: people in the part; None when unknown.
        whole: people in the group.
        also_small: hide the part although it and its rest are large, because another figure would give it away.

    Returns:
        Words for part, whole and share. With 1 to 9 people in the part, the share is only said to be under the
        share that 9 people would make; with 1 to 9 in the rest, over the same from the other side.
    """
    if part is None or whole is None:
        return Share(LEFT_OUT, people(whole), LEFT_OUT, None)
    if whole == 0:
        return Share("0", "0", NO_SHARE, None)
    if is_small(whole):
        return Share(LEFT_OUT, FEW, LEFT_OUT, None)
    if whole < 2 * FLOOR and 0 < part < whole:  # one of the two sides is small, and which one would say too much
        return Share(LEFT_OUT, people(whole), LEFT_OUT, None)
    if is_small(part):
        return Share(FEW, people(whole), f"under {min(99, ceil(100 * FLOOR / whole))}%", None)
    if is_small(whole - part):
        return Share(f"all but {FEW}", people(whole), f"over {max(1, floor(100 - 100 * FLOOR / whole))}%", None)
    if also_small:
        return Share(LEFT_OUT, people(whole), LEFT_OUT, None)
    return Share(people(part), people(whole), percent(part / whole), part / whole)


def overlap(both: int, left: int, right: int) -> tuple[Share, Share]:
    """People two groups have in common, as a share of either; what one side hides the other does not tell."""
    alone = (share_of(both, left), share_of(both, right))
    if both == 0 or not any(share.is_hidden for share in alone):
        return alone
    return share_of(both, left, also_small=True), share_of(both, right, also_small=True)


def balance(terms: Mapping[str, int], signs: Mapping[str, int], totals: Container[str] = ()) -> dict[str, str]:
    """Words for numbers of people that add up: the sum of sign times term is zero.

    Args:
        terms: a count for each name.
        signs: +1 or -1 for each name.
        totals: names that another page shows, too. They are always rounded, so that two pages side by side tell
            no more than one.

    Returns:
        Words for each name. When a term is small, the large ones are rounded to 10, then to 100, then left out,
        until each hidden one keeps `AMBIGUITY` possible values.

    Raises:
        ValueError: the terms do not add up, so the check would prove nothing.
    """
    if sum(signs[name] * count for name, count in terms.items()) != 0:
        raise ValueError(f"{', '.join(terms)} do not add up")
    for step in (1, 10, 100):
        steps = {name: max(step, 10) if name in totals else step for name in terms}
        known = {name: _known(count, steps[name]) for name, count in terms.items()}
        if _is_safe(terms, signs, known):
            return {name: _rounded(count, steps[name]) for name, count in terms.items()}
    return {name: FEW if is_small(count) else "0" if count == 0 else LEFT_OUT for name, count in terms.items()}


def possible_values(name: str, signs: Mapping[str, int], known: Mapping[str, tuple[int, int]]) -> Sequence[int]:
    """What a reader can still believe about one term when the others lie in `known` and all add up to zero."""
    low = high = 0
    for other, (least, most) in known.items():
        if other != name:
            reach = sorted((-signs[name] * signs[other] * least, -signs[name] * signs[other] * most))
            low, high = low + reach[0], high + reach[1]
    return range(max(low, known[name][0]), min(high, known[name][1]) + 1)


def _is_safe(terms: Mapping[str, int], signs: Mapping[str, int], known: Mapping[str, tuple[int, int]]) -> bool:
    return all(len(possible_values(name, signs, known)) >= AMBIGUITY for name in _small(terms))


def _small(terms: Mapping[str, int]) -> Iterator[str]:
    return (name for name, count in terms.items() if is_small(count))


def _known(count: int, step: int) -> tuple[int, int]:
    """What a reader learns about a count from its rounded form, both ends included."""
    if is_small(count):
        return 1, FLOOR - 1
    if count == 0 or step == 1:
        return count, count
    middle = _nearest(count, step)
    return max(FLOOR, middle - step // 2), middle + step // 2 - 1


def _rounded(count: int, step: int) -> str:
    if is_small(count):
        return FEW
    if count == 0 or step == 1:
        return f"{count:,}"
    middle = _nearest(count, step)
    return f"about {middle:,}" if middle else f"under {step}"


def _nearest(count: int, step: int) -> int:
    """The multiple of `step` nearest to a count, halves up."""
    return (count + step // 2) // step * step
