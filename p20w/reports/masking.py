"""Keep small counts of people off the pages, and make sure none can be worked out from this page and earlier ones.

Here: how a count or a share of people is written down. Not here: reading counts, which cohorts are taken together
(`sections.outcomes`), and the suppression of published tables (a release has a stricter rule set of its own).

No count of people is shown as it is. Three rules cover the pages:

- a size is rounded, a small one is only said to be small (`people`);
- a part of a group is shown as a share, in steps that follow the rounded size of the group, and only when the part and
  what is left of the group are both large enough (`share_of`). The words depend on the rounded size and the step alone:
  with the same words, a reader can believe many pairs of size and part;
- numbers that add up are rounded further until a hidden one keeps enough possible values (`balance`). What a reader
  could work out is computed, not guessed.

Rounding, and shares from rounded numbers, follow the export rules of the Administrative Data Research Facility; steps
by size of group those of state report cards (Utah). Counts of files and lines are not counts of people.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from p20w.contracts import FeedContract

AMBIGUITY = 4
"""A hidden count must have at least so many possible values for someone who knows all pages."""
USUAL_FLOOR = 10
"""Smallest count of people that is shown where no contract says so (NCES 2011-603: the usual minimum of states)."""
BASES = (10, 20, 50, 100)
"""What sizes may be rounded to; the smallest that is not under the floor is used."""
STEPS = ((40, 0.1), (100, 0.05), (300, 0.02), (3000, 0.01))
"""Groups under so many people have their shares rounded to so much; a step is never much less than three people."""
FINEST = 0.001

LEFT_OUT = "not shown"
NO_SHARE = "–"

Interval = tuple[int, int]


@dataclass(frozen=True)
class Share:
    """A part of a group, ready to print."""

    share: str
    value: float | None
    """The share as printed, for a chart; None when there is none to draw."""
    part: str = LEFT_OUT
    whole: str = LEFT_OUT
    between: tuple[float, float] | None = None
    """Where a share lies of which only a bound is told, or bounds about one that is."""

    @property
    def is_hidden(self) -> bool:
        """Whether anything was held back."""
        return self.value is None


@dataclass(frozen=True)
class Mask:
    """How counts of people are written when groups under `floor` must not be seen."""

    floor: int = USUAL_FLOOR

    @classmethod
    def of(cls, contracts: Iterable[FeedContract]) -> "Mask":
        """The strictest minimum cell of the agreements under which the files came."""
        return cls(max((contract.agreement.minimum_cell_size for contract in contracts), default=USUAL_FLOOR))

    @property
    def few(self) -> str:
        """Words for a small count."""
        return f"fewer than {self.floor}"

    @property
    def base(self) -> int:
        """What sizes are rounded to."""
        return next((base for base in BASES if base >= self.floor), self.floor)

    def is_small(self, count: int) -> bool:
        """Whether a count of people is too small to show. Zero is not: it points at nobody."""
        return 0 < count < self.floor

    def people(self, count: int | None) -> str:
        """A count of people that stands alone."""
        return LEFT_OUT if count is None else self._rounded(count, self.base)

    def share_of(self, part: int | None, whole: int | None, *, also_small: bool = False) -> Share:
        """A part of a group.

        Args:
            part: people in the part; None when unknown.
            whole: people in the group.
            also_small: hide the part although it and its rest are large, because another figure would give it away.

        Returns:
            The share, in steps by size of the group. Where fewer than `floor` people are in the part, it is only said
            to be under the share that `floor` people of the smallest such group would make; where they are in the
            rest, over the same from the other side. Nothing of groups too small to tell the two apart.
        """
        if part is None or whole is None:
            return Share(LEFT_OUT, None, whole=self.people(whole))
        if whole == 0:
            return Share(NO_SHARE, None, "0", "0")
        size, least = self.people(whole), self.known(whole, self.base)[0]
        if least < 2 * self.floor:
            return Share(LEFT_OUT, None, whole=size)
        if part < self.floor:
            bound = ceil(100 * self.floor / least)
            return Share(f"under {bound}%", None, self.few, size, (0.0, bound / 100))
        if whole - part < self.floor:
            bound = floor(100 - 100 * self.floor / least)
            return Share(f"over {bound}%", None, f"all but {self.few}", size, (bound / 100, 1.0))
        if also_small:
            return Share(LEFT_OUT, None, whole=size)
        step = self.step(whole)
        value = floor(part / whole / step + 0.5) * step
        # the part as the share and the rounded size make it: its own rounding would narrow down both
        about = max(self.floor, round(value * _nearest(whole, self.base)))
        return Share(percent(value, step), round(value, 4), self.people(about), size)

    def step(self, whole: int) -> float:
        """What shares of a group are rounded to; depends on its rounded size alone."""
        least = self.known(whole, self.base)[0]
        return next((step for under, step in STEPS if least < under), FINEST)

    def overlap(self, both: int, left: int, right: int) -> tuple[Share, Share]:
        """People two groups have in common, as a share of either; what one side hides the other does not tell.

        Nobody in common is told: it points at nobody, and between two feeds it is a sign of something broken.
        """
        if both == 0:
            return (Share("0%", 0.0, "0", self.people(left)), Share("0%", 0.0, "0", self.people(right)))
        alone = (self.share_of(both, left), self.share_of(both, right))
        if not any(share.is_hidden for share in alone):
            return alone
        return self.share_of(both, left, also_small=True), self.share_of(both, right, also_small=True)

    def balance(
        self,
        terms: Mapping[str, int],
        signs: Mapping[str, int],
        *,
        fixed: Container[str] = (),
        unshown: Mapping[str, Interval] | None = None,
    ) -> dict[str, str]:
        """Words for numbers of people that add up: the sum of sign times term is zero.

        Args:
            terms: a count for each name.
            signs: +1 or -1 for each name.
            fixed: names that another page shows, too, always rounded as there.
            unshown: terms that no page shows, with what a reader knows of them anyway.

        Returns:
            Words for each name that is shown. Where a small one would keep fewer than `AMBIGUITY` possible values, the
            others are rounded further, and in the end left out.

        Raises:
            ValueError: the terms do not add up, so the check would prove nothing.
        """
        if sum(signs[name] * count for name, count in terms.items()) != 0:
            raise ValueError(f"{', '.join(terms)} do not add up")
        shown = {name: count for name, count in terms.items() if name not in (unshown or {})}
        small = [name for name, count in shown.items() if self.is_small(count)]
        for step in (self.base, 10 * self.base):
            steps = {name: self.base if name in fixed else step for name in shown}
            known = {name: self.known(count, steps[name]) for name, count in shown.items()} | dict(unshown or {})
            if all(len(possible_values(name, signs, known)) >= AMBIGUITY for name in small):
                return {name: self._rounded(count, steps[name]) for name, count in shown.items()}
        return {
            name: self.people(count) if name in fixed else self.few if name in small else LEFT_OUT
            for name, count in shown.items()
        }

    def known(self, count: int, step: int) -> Interval:
        """What a reader learns about a count from its rounded form, both ends included."""
        if self.is_small(count):
            return 1, self.floor - 1
        if count == 0:
            return 0, 0
        middle = _nearest(count, step)
        return max(self.floor, middle - step // 2), middle + step // 2 - 1

    def _rounded(self, count: int, step: int) -> str:
        if self.is_small(count):
            return self.few
        if count == 0:
            return "0"
        if step == self.base:
            return f"about {_nearest(count, step):,}"
        least, most = self.known(count, step)
        return f"{least:,} to {most:,}"


def percent(share: float, step: float = FINEST) -> str:
    """A share as its step allows, never none or all of a group when it is not."""
    if share <= 0:
        return f"under {step:.1%}" if step < 0.01 else f"under {step:.0%}"
    if share >= 1:
        return f"over {1 - step:.1%}" if step < 0.01 else f"over {1 - step:.0%}"
    return f"{share:.1%}" if step < 0.01 else f"{share:.0%}"


def possible_values(name: str, signs: Mapping[str, int], known: Mapping[str, Interval]) -> Sequence[int]:
    """What a reader can still believe about one term when the others lie in `known` and all add up to zero."""
    low = high = 0
    for other, (least, most) in known.items():
        if other != name:
            reach = sorted((-signs[name] * signs[other] * least, -signs[name] * signs[other] * most))
            low, high = low + reach[0], high + reach[1]
    return range(max(low, known[name][0]), min(high, known[name][1]) + 1)


def _nearest(count: int, step: int) -> int:
    """The multiple of `step` nearest to a count, halves up."""
    return (count + step // 2) // step * step
