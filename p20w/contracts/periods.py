"""Periods of a feed: how they are written, which days they hold, and when their drop is due.

Here: the six kinds of period (month, quarter, school year, collection, term, snapshot) and the calendar a contract
makes of one. Not here: which drops have arrived (`p20w.intake`), refresh labels (`p20w.pipeline.calendar`).
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

PeriodKind = Literal["month", "quarter", "school_year", "collection", "term", "snapshot"]

_YEAR, _TWO = "((?:19|20)[0-9]{2})", "([0-9]{2})"
_MONTH = re.compile(rf"{_YEAR}-(0[1-9]|1[0-2])")
_QUARTER = re.compile(rf"{_YEAR}Q([1-4])(?:-([a-z]+))?")
_SCHOOL_YEAR = re.compile(rf"{_YEAR}-{_TWO}")
_COLLECTION = re.compile(rf"{_YEAR}-{_TWO}-([a-z]+)")
_TERM = re.compile(rf"{_YEAR}-([a-z]+)")
_SNAPSHOT = re.compile(rf"{_YEAR}-{_TWO}-{_TWO}")
_EXAMPLES = {
    "month": "2024-03",
    "quarter": "2024Q3",
    "school_year": "2023-24",
    "collection": "2023-24-fall",
    "term": "2024-spring",
    "snapshot": "2023-12-31",
}
_QUARTER_ENDS = ((3, 31), (6, 30), (9, 30), (12, 31))
_SCHOOL_YEAR_TURNS = (7, 1)  # a day from July on belongs to the school year that ends in the next June


class PeriodError(ValueError):
    """A period is not written the way its feed writes periods."""


@dataclass(frozen=True)
class Period:
    """One period of a feed: its label, its days, and what lines of it say (`year`, `quarter`, `term`, …).

    `due` is the day by which its drop should have arrived. `school_year` is the one (July to June) that holds the last
    day, by the year in which it ends; where labels are school years, the one they say.
    """

    label: str
    starts: date
    ends: date
    due: date
    school_year: int
    facts: Mapping[str, int | str] = field(default_factory=dict[str, int | str])

    @property
    def program_year(self) -> int:
        """The program year of the Workforce Innovation and Opportunity Act: 2023 for July 2023 to June 2024."""
        return self.school_year - 1

    @property
    def quarter(self) -> str | None:
        """The calendar quarter that holds all of the period, such as `2024Q3`; None when it lies in several."""
        first, last = (f"{day.year}Q{(day.month + 2) // 3}" for day in (self.starts, self.ends))
        return first if first == last else None


@dataclass(frozen=True)
class PeriodPart:
    """A named part of the year: its first and last day (month, day), and days from there until its drop is due."""

    name: str
    starts: tuple[int, int]
    ends: tuple[int, int]
    due_after_days: int


@dataclass(frozen=True)
class PeriodCalendar:
    """How one feed divides time. `parts` has one unnamed part for months, quarters and school years.

    Where several files tell of a quarter, each has a named part, and the label ends in its name: `2024Q3-closed`.
    """

    kind: PeriodKind
    parts: tuple[PeriodPart, ...]

    def every(self) -> Iterator[Period]:
        """Every period that can be written, in order: those that end in 1901 to 2099."""
        return self.between(date(1901, 1, 1), date(2099, 12, 31))

    def parse(self, label: str) -> Period:
        """Read a period's label.

        Raises:
            PeriodError: the label is none of this feed; the message shows how one looks.
        """
        period = self._parse(label)
        if period is None:
            names = ", ".join(part.name for part in self.parts if part.name)
            raise PeriodError(
                f"period {label!r} is not written like {_EXAMPLES[self.kind]}" + (f" ({names})" if names else "")
            )
        return period

    def between(self, first: date, last: date) -> Iterator[Period]:
        """Periods that end from `first` to `last`, both included, in order."""
        for year in range(first.year, last.year + 1):
            for period in self._of_year(year):
                if first <= period.ends <= last:
                    yield period

    def _of_year(self, year: int) -> list[Period]:
        """All periods that end in a calendar year."""
        if self.kind == "month":
            labels = [f"{year}-{month:02d}" for month in range(1, 13)]
        elif self.kind == "quarter":
            suffixes = [f"-{part.name}" if part.name else "" for part in self.parts]
            labels = [f"{year}Q{quarter}{suffix}" for quarter in range(1, 5) for suffix in suffixes]
        elif self.kind == "snapshot":
            labels = [f"{year}-{part.ends[0]:02d}-{part.ends[1]:02d}" for part in self.parts]
        elif self.kind == "term":
            labels = [f"{year}-{part.name}" for part in self.parts]
        else:
            labels = [self._school_label(year, part) for part in self.parts]
        return sorted((self.parse(label) for label in labels), key=lambda period: period.ends)

    def _school_label(self, year: int, part: PeriodPart) -> str:
        begins = year if self._ends_early(part) else year - 1
        suffix = f"-{part.name}" if part.name else ""
        return f"{begins}-{(begins + 1) % 100:02d}{suffix}"

    def _ends_early(self, part: PeriodPart) -> bool:
        """Whether a collection ends in the first of the two years of its label; a whole year ends in the second."""
        return self.kind == "collection" and part.ends >= _SCHOOL_YEAR_TURNS

    def _part(self, name: str) -> PeriodPart | None:
        return next((part for part in self.parts if part.name == name), None)

    def _parse(self, label: str) -> Period | None:
        if self.kind == "month" and (found := _MONTH.fullmatch(label)):
            year, month = int(found[1]), int(found[2])
            last = (month, monthrange(year, month)[1])
            part = PeriodPart("", (month, 1), last, self.parts[0].due_after_days)
            return _period(label, part, year, {"year": year, "month": month, "year_month": year * 100 + month})
        if self.kind == "quarter" and (found := _QUARTER.fullmatch(label)) and (named := self._part(found[3] or "")):
            year, quarter = int(found[1]), int(found[2])
            part = PeriodPart("", (quarter * 3 - 2, 1), _QUARTER_ENDS[quarter - 1], named.due_after_days)
            facts = {"year": year, "quarter": quarter}
            return _period(label, part, year, facts | ({"part": named.name} if named.name else {}))
        if self.kind == "school_year" and (found := _SCHOOL_YEAR.fullmatch(label)):
            return self._school_period(label, int(found[1]), found[2], "")
        if self.kind == "collection" and (found := _COLLECTION.fullmatch(label)):
            return self._school_period(label, int(found[1]), found[2], found[3])
        if self.kind == "term" and (found := _TERM.fullmatch(label)) and (part := self._part(found[2])):
            year = int(found[1])
            facts = {"year": year, "academic_year": school_year_of(date(year, *part.ends))}
            return _period(label, part, year, {**facts, "term": part.name.capitalize(), "part": part.name})
        if self.kind == "snapshot" and (found := _SNAPSHOT.fullmatch(label)) and (part := self._part(label[5:])):
            return _period(label, part, int(found[1]), {"part": part.name})
        return None

    def _school_period(self, label: str, begins: int, second: str, name: str) -> Period | None:
        part = self._part(name)
        if part is None or int(second) != (begins + 1) % 100:
            return None
        year = begins if self._ends_early(part) else begins + 1
        period = _period(label, part, year, {"school_year": begins + 1, "part": name})
        return replace(period, school_year=begins + 1)


def _period(label: str, part: PeriodPart, year: int, facts: Mapping[str, int | str]) -> Period:
    """The period of a part that ends in a year; it begins in the same year, unless that would be after its end."""
    starts, ends = date(year - (part.starts > part.ends), *part.starts), date(year, *part.ends)
    school_year = year + (part.ends >= _SCHOOL_YEAR_TURNS)
    return Period(label, starts, ends, ends + timedelta(days=part.due_after_days), school_year, facts)


def school_year_of(day: date) -> int:
    """The year in which the school year of `day` ends: 2024 for 2023-09-01 and for 2024-06-30.

    A summer term belongs to the school year before it when it began there; the contract's end of the term says so
    only by date, so a term that ends in July or August counts for the year that has just ended.
    """
    return day.year + 1 if (day.month, day.day) >= (9, 1) else day.year
