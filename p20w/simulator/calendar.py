"""The state's calendar: quarters, school years, terms, and the days on which agencies deliver.

Here: pure date arithmetic on day numbers (days since 1970-01-01) and quarter numbers (year x 4 + quarter - 1).
Not here: what happens in a quarter.
"""

from datetime import date, timedelta

EPOCH = date(1970, 1, 1)


class QuarterError(ValueError):
    """A label that names no quarter, or quarters in the wrong order."""


def day(year: int, month: int, day_of_month: int) -> int:
    """Days from 1970-01-01 to the date."""
    return (date(year, month, day_of_month) - EPOCH).days


def as_date(number: int) -> date:
    """The date a day number stands for."""
    return EPOCH + timedelta(days=int(number))


def quarter_from_label(label: str) -> int:
    """The quarter number of a label such as `2014Q3`; QuarterError when it is not one."""
    year, separator, quarter = label.strip().upper().partition("Q")
    if separator != "Q" or not (year.isdigit() and len(year) == 4 and quarter in {"1", "2", "3", "4"}):
        raise QuarterError(f"{label!r} is not a quarter: write it as 2014Q3.")
    return int(year) * 4 + int(quarter) - 1


def label_of(quarter: int) -> str:
    """`2014Q3` for a quarter number."""
    return f"{quarter // 4}Q{quarter % 4 + 1}"


def first_day(quarter: int) -> int:
    """The day number of the quarter's first day."""
    return day(quarter // 4, quarter % 4 * 3 + 1, 1)


def last_day(quarter: int) -> int:
    """The day number of the quarter's last day."""
    return first_day(quarter + 1) - 1


def year_and_quarter(quarter: int) -> tuple[int, int]:
    """(2014, 3) for 2014Q3."""
    return quarter // 4, quarter % 4 + 1


def school_year_label(school_year: int) -> str:
    """`2023-24` for the school year that ends in 2024."""
    return f"{school_year - 1}-{school_year % 100:02d}"


def first_school_day(school_year: int) -> int:
    """Classes start on the fourth Monday of August before the year that names the school year."""
    august = day(school_year - 1, 8, 22)
    return august + (7 - (august + 3) % 7) % 7


def last_school_day(school_year: int) -> int:
    """Classes end on the first Friday of June."""
    june = day(school_year, 6, 1)
    return june + (4 - (june + 3) % 7) % 7


def term_days(academic_year: int, term: str) -> tuple[int, int]:
    """First and last day of a college term of the academic year that ends in `academic_year`."""
    if term == "Fall":
        return day(academic_year - 1, 8, 28), day(academic_year - 1, 12, 15)
    if term == "Spring":
        return day(academic_year, 1, 16), day(academic_year, 5, 12)
    return day(academic_year, 6, 5), day(academic_year, 8, 9)
