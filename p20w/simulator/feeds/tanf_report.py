"""`tanf_report`: the federal report on temporary assistance, a quarter and section a file.

Here: records of families, adults, children and totals, in the report's fields. Not here: who is assisted (`benefits`),
how records become lines (`writing`).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from p20w.simulator.benefits import (
    EDUCATION,
    GROWN,
    TABLES,
    TANF,
    assist_a_quarter,
    grant,
    month_end,
    months_of,
    snap,
)
from p20w.simulator.calendar import label_of, last_day, year_and_quarter
from p20w.simulator.feeds.order import is_late
from p20w.simulator.feeds.plugin import Content, Due, SimulatedFeed
from p20w.simulator.feeds.text import digits, numbers, pick
from p20w.simulator.feeds.writing import PART
from p20w.simulator.geography import HISPANIC, RACES
from p20w.simulator.randomness import keyed_uniform
from p20w.simulator.table import Column
from p20w.simulator.world import NOBODY, World

NAME = "tanf_report"
_RACES = {  # the report's questions
    "is_american_indian_or_alaska_native": ("AmericanIndianOrAlaskaNative",),
    "is_asian": ("Asian",),
    "is_black_or_african_american": ("BlackOrAfricanAmerican", "TwoOrMoreRaces"),
    "is_native_hawaiian_or_pacific_islander": ("NativeHawaiianOrOtherPacificIslander",),
    "is_white": ("White", "TwoOrMoreRaces"),
}
_UNKNOWN = "9" * 9
_LETTERED_SINCE = 2019
"""From this year on the state writes letters for the digits of SSNs."""


def live(world: World, quarter: int) -> None:
    """Who is assisted, in which month."""
    assist_a_quarter(world, NAME, quarter)


def due(world: World, quarter: int) -> Iterator[Due]:
    """Every quarter a file of active families, one of closed cases and one of totals; some active ones come twice."""
    label, on = label_of(quarter), last_day(quarter) + 40
    again = world.rng("report restated", quarter).random() < world.profile.benefits.restated
    yield Due(f"{label}-active", on, lambda: active(world, quarter, lacking=again))
    yield Due(f"{label}-closed", on, lambda: closed(world, quarter))
    yield Due(f"{label}-aggregate", on, lambda: totals(world, quarter))
    if again:
        yield Due(f"{label}-active", on + 70, lambda: active(world, quarter), submission=2)


def active(world: World, quarter: int, *, lacking: bool = False) -> Content:
    """A record a family and month and one each person in it; two children share a line."""
    people = _people(world, quarter)
    if lacking:
        rate, case = world.profile.benefits.late_lines, people["case"].to_numpy()
        people = people.filter(~pl.Series(is_late(world, "case reported late", case, quarter, rate)))
    return _content(world, quarter, "active", _families(world, people, "T1"), people)


def closed(world: World, quarter: int) -> Content:
    """A record a case whose last month it was, and one each person in it."""
    people = _people(world, quarter).filter(pl.col("month") == pl.col("until")).with_columns(record_type=pl.lit("T5"))
    return _content(world, quarter, "closed", _families(world, people, "T4"), people)


def totals(world: World, quarter: int) -> Content:
    """One record, with families and people assisted in each month."""
    people = _people(world, quarter).filter(pl.col("assisted") == 1)
    row: dict[str, object] = {"record_type": "T6", "totals_quarter": quarter // 4 * 10 + quarter % 4 + 1}
    for number, month in enumerate(months_of(quarter), 1):
        mine = people.filter(pl.col("month") == month)
        row[f"families_assisted_month_{number}"] = mine["case"].n_unique()
        row[f"recipients_month_{number}"] = len(mine)
    frame = pl.DataFrame([row]).with_columns(true_person=pl.lit(0, pl.Int64), part=pl.lit(0))
    return _framed(quarter, "aggregate", frame)


def _people(world: World, quarter: int) -> pl.DataFrame:
    """Each person and month of a TANF case, as the report asks of adults and children."""
    members = world.own[f"{NAME}.member"]
    rows = np.flatnonzero(members["program"] == TANF)
    person, month = members["person"][rows].astype(np.int64), members["month"][rows].astype(np.int64)
    client = members["client"][rows].astype(np.int64)
    clients, people = world.own[f"{NAME}.client"], world.people
    ends = np.array([month_end(each) for each in months_of(quarter)])[month - months_of(quarter)[0]]
    grown = ends - people["birth"][person] >= GROWN * 365.25
    assisted, works = members["assisted"][rows] == 1, people["job"][person] != NOBODY
    ssn = numbers(clients["ssn"][client], 9).fill_null(_UNKNOWN)
    held = keyed_uniform(world.seed, "months of assistance", person)
    frame = pl.DataFrame(
        {
            "true_person": person + 1,
            "record_type": pick(["T3", "T2"], grown.astype(np.int64)),
            "month": month,
            "until": members["until"][rows].astype(np.int64),
            "case": members["case"][rows].astype(np.int64),
            "household": members["household"][rows].astype(np.int64),
            "assisted": members["assisted"][rows],
            "size": members["size"][rows],
            "grown": grown,
            "family_affiliation": pick(["2", "1"], assisted.astype(np.int64)),
            "birthdate": digits(clients["birth"][client]),
            "ssn": ssn,
            "sex": pick(["1", "2"], people["sex"][person]),
            "is_hispanic": pick(["2", "1"], (people["race"][person] == HISPANIC).astype(np.int64)),
            "relationship_code": pick(["04", "01"], (person == members["head"][rows]).astype(np.int64)),
            "education_code": pick(EDUCATION, people["education"][person]),
            "federal_time_limit_months": pl.Series((held * 40).astype(np.int64)).set(pl.Series(~grown), None),
            "employment_status_code": pick(["2", "1"], works.astype(np.int64)).set(pl.Series(~grown), None),
            "employment_hours_weekly": pl.Series(works * 22).set(pl.Series(~grown), None),
            "earned_income_usd": pl.Series(works * (500 + 400 * held)).cast(pl.Int64).set(pl.Series(~grown), None),
        }
    )
    return frame.with_columns(**_races(people["race"][person]))


def _races(race: Column) -> dict[str, pl.Series]:
    """Yes to the question that fits, to two for people of several races; of Hispanic people to none."""
    return {
        name: pick(["2", "1"], np.isin(race, [RACES.index(group) for group in groups]).astype(np.int64))
        for name, groups in _RACES.items()
    }


def _families(world: World, people: pl.DataFrame, kind: str) -> pl.DataFrame:
    """One record a case and month."""
    family = people.unique(["case", "month"], maintain_order=True)
    household, size = family["household"].to_numpy(), family["size"].to_numpy().astype(np.int64)
    first = kind == "T1"
    alone = people.filter(pl.col("grown") & (pl.col("assisted") == 1)).select("case", "month").unique()
    parents = family.join(alone.with_columns(has_adult=pl.lit(1)), on=["case", "month"], how="left")["has_adult"]
    columns = {
        "residence_county_code": numbers(world.places.county_of_zip[world.households["zip"][household]] * 2 + 1, 3),
        "disposition_code": pl.repeat("1", len(family), eager=True),
        "is_snap_recipient": pl.repeat("1", len(family), eager=True),
    }
    if first:
        columns |= {
            "funding_stream_code": pl.repeat("1", len(family), eager=True),
            "is_new_applicant": pl.repeat("2", len(family), eager=True),
            "family_size": size,
            "family_type_code": pl.select(
                pl.when(parents.is_null()).then(pl.lit("3")).otherwise(pl.lit("1"))
            ).to_series(),
            "snap_amount_usd": snap(world, household, size),
            "cash_assistance_usd": grant(world, household, size),
            "cash_assistance_months": pl.repeat(1, len(family), eager=True),
            "child_support_amount_usd": pl.repeat(0, len(family), eager=True),
            "cash_resources_usd": pl.repeat(0, len(family), eager=True),
            "time_limit_exemption_code": pl.repeat("01", len(family), eager=True),
        }
    else:
        columns["closure_reason_code"] = pl.repeat("01", len(family), eager=True)
    said = pl.DataFrame({"case": family["case"], "month": family["month"], **columns})
    return said.with_columns(record_type=pl.lit(kind), true_person=pl.lit(0, pl.Int64), grown=pl.lit(value=True))


def _content(world: World, quarter: int, section: str, families: pl.DataFrame, people: pl.DataFrame) -> Content:
    """Records family by family, adults before children, each second child on the line of the first."""
    frame = pl.concat([families, people], how="diagonal").sort(
        "case", "month", "record_type", "true_person", maintain_order=True
    )
    number = pl.int_range(pl.len()).over("case", "month", "record_type")
    second = (pl.col("record_type") == "T3") & (number % 2 == 1)
    frame = frame.with_columns(
        part=second.cast(pl.Int64),
        report_month=pl.col("month") // 12 * 100 + pl.col("month") % 12 + 1,
        case_number=pl.lit("TN") + pl.col("case").cast(pl.String).str.zfill(8),
    )
    return _framed(quarter, section, frame)


def _framed(quarter: int, section: str, frame: pl.DataFrame) -> Content:
    """Records with what the header says."""
    year, number = year_and_quarter(quarter)
    codes = {"active": "A", "closed": "C", "aggregate": "G"}
    header = {
        "report_year": str(year), "report_quarter_number": str(number), "report_section": codes[section],
        "state_fips": "99", "assistance_program": "TAN", "report_edit_code": "1",
        "ssn_encryption": "E" if year >= _LETTERED_SINCE else None, "report_update_type": "D",
    }  # fmt: skip
    frame = frame.with_columns(**{name: pl.lit(value, pl.String) for name, value in header.items()})
    return Content(frame, frame["true_person"].to_numpy(), int((frame[PART] == 0).sum()))


FEED = SimulatedFeed(NAME, "Economic assistance reporting unit", due, TABLES, live)
