"""The order of lines in a file of groups, and its totals, while the lines come by.

Here: a line that stands where it cannot, and totals that differ from what they count; either refuses the file and names
the line. No message holds a total or a value. Not here: what records say (`groups`).
"""

from typing import NoReturn

import numpy as np
import polars as pl

from p20w.contracts.groups import Groups, Says, Spot
from p20w.intake.readers.text import at
from p20w.intake.sources import SourceError

_WORDS = {"sum": "a total of amounts", "records": "a number of records", "groups": "a number of groups"}


class GroupWalk:
    """Where a file is by now: lines read, the last line that is no record, and what was counted."""

    def __init__(self, groups: Groups) -> None:
        self._groups, self._lines, self._after, self._begun = groups, 0, "", 0
        self._of_group: dict[Says, int] = {"sum": 0, "records": 0, "groups": 0}
        self._of_file: dict[Says, int] = {"sum": 0, "records": 0, "groups": 0}
        after_opening = {*groups.skips, groups.begins}
        self._may_follow = {
            "": {groups.opens},
            **dict.fromkeys((groups.opens, *groups.skips), after_opening),
            groups.begins: {groups.ends},
            groups.ends: {groups.begins, groups.closes},
            groups.closes: set[str](),
        }

    def read(self, texts: pl.Series) -> None:
        """Look at some more lines.

        Raises:
            SourceError: one stands where it cannot, or gives another total than what it counts.
        """
        kinds = texts.str.slice(0, 1)
        strange = (~kinds.is_in(self._groups.kinds)).arg_true()
        if len(strange):
            known = ", ".join(self._groups.kinds)
            self._refuse(int(strange[0]), f"begins with none of {known}; it may be damaged")
        first, length = self._groups.sums.place
        amounts = texts.str.slice(first - 1, length).str.strip_chars().cast(pl.Int64, strict=False).fill_null(0)
        added = np.concatenate(([0], np.cumsum(amounts.to_numpy())))
        next_line = 0
        for place in (kinds != self._groups.record).arg_true().to_list():
            self._count(next_line, place, int(added[place] - added[next_line]))
            self._mark(kinds[place], place, texts[place])
            next_line = place + 1
        self._count(next_line, len(texts), int(added[-1] - added[next_line]))
        self._lines += len(texts)

    def demand_end(self) -> None:
        """Demand that the file ended with its last line.

        Raises:
            SourceError: it did not.
        """
        if not self._lines or self._after == self._groups.closes:
            return
        raise SourceError(
            f"its line {self._lines:,}, the last, is no {self._groups.closes}, with which the file ends; it may have "
            f"been cut short{self._open()}"
        )

    def _count(self, start: int, end: int, amount: int) -> None:
        """Count records that stand one after the other."""
        if end <= start:
            return
        groups = self._groups
        if self._after != groups.begins:
            self._refuse(start, f"is {_a(groups.record)} under no {groups.begins}")
        for counted in (self._of_group, self._of_file):
            counted["records"] += end - start
            counted["sum"] += amount

    def _mark(self, kind: str, place: int, text: str) -> None:
        """Go on to a line that is no record."""
        groups = self._groups
        if kind not in self._may_follow[self._after]:
            self._refuse(place, self._why_not(kind))
        if kind == groups.begins:
            self._begun = self._lines + place + 1
            self._of_group = {"sum": 0, "records": 0, "groups": 1}
            self._of_file["groups"] += 1
        counted = {groups.ends: self._of_group, groups.closes: self._of_file}.get(kind, {})
        for total in groups.totals:
            if total.spot.record == kind:
                self._hold(total.spot, total.says, counted[total.says], place, text)
        self._after = kind

    def _hold(self, spot: Spot, says: Says, counted: int, place: int, text: str) -> None:
        """Hold a total against what it counts."""
        said, (first, length) = at(text, spot.place).strip(), spot.place
        where = f"at {first}-{first + length - 1}"
        if not (said.isascii() and said.isdigit()):
            self._refuse(
                place,
                f"({spot.record}) has no number {where}, where the contract has {_WORDS[says]}; if the agency has it "
                "elsewhere, correct the place under otherLayout of the contract",
            )
        if int(said) != counted:
            of_group = f"its group, which begins in line {self._begun:,}"
            lines = of_group if spot.record == self._groups.ends else "the file"
            self._refuse(
                place,
                f"({spot.record}) gives {where} {_WORDS[says]} that differs from the lines of {lines}; "
                "lines were lost or changed after totals were made",
            )

    def _why_not(self, kind: str) -> str:
        groups = self._groups
        if self._after == groups.closes:
            return f"comes after the {groups.closes}, with which the file ends"
        if kind == groups.opens:
            return f"is a second {groups.opens}; two files may have been joined"
        if self._after == groups.begins:
            return f"is {_a(kind)}{self._open()}"
        if kind == groups.ends:
            return f"is {_a(kind)} under no {groups.begins}"
        return f"is {_a(kind)}, where {' or '.join(sorted(self._may_follow[self._after]))} belongs"

    def _open(self) -> str:
        """Which group has no totals yet, if one has none."""
        if self._after != self._groups.begins:
            return ""
        return f"; the {self._groups.begins} of line {self._begun:,} has no {self._groups.ends}"

    def _refuse(self, place: int, why: str) -> NoReturn:
        raise SourceError(f"its line {self._lines + place + 1:,} {why}")


def _a(kind: str) -> str:
    return f"{'an' if kind in 'AEFHILMNORSX' else 'a'} {kind}"
