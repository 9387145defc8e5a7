"""The simulated state beside published figures: who finishes high school, and who goes on to college when.

Here: the same measures over simulated drops, by true person, printed as a table (`pytest -s`). Not here: the rates that
make them (`profiles/default.yaml`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console
from rich.table import Table

from p20w.intake.places import located
from p20w.settings import PROJECT
from p20w.simulator import simulate
from p20w.simulator.feeds import FEEDS
from tests.integration.warehouse.plain_intake import drops_of, read

pytestmark = pytest.mark.long

NEEDED = {"k12_enrollment", "k12_cte", "ps_enrollment", "nsc_studenttracker"}
GRADUATED, DIED, EMIGRATED = "01921", "01923", "01911"
ACGR = "National Center for Education Statistics, adjusted cohort graduation rates of 2021-22"
CLEARINGHOUSE = "National Student Clearinghouse, High School Benchmarks 2025"
TEXAS = "E3 Alliance, 2018, ninth graders of 2006 in Central Texas"
CTE = "Association for Career and Technical Education, 2024, figures of 2022-23"


@dataclass(frozen=True)
class Published:
    """A figure, and how far the simulated state may be from it beside chance (two standard errors)."""

    value: float
    within: float
    source: str


FIGURES: Mapping[str, Published] = {
    "four-year graduation": Published(0.866, 0.025, ACGR),
    "... White": Published(0.898, 0.03, ACGR),
    "... Black": Published(0.810, 0.03, ACGR),
    "... Hispanic": Published(0.828, 0.03, ACGR),
    "... Asian": Published(0.937, 0.03, ACGR),
    "... American Indian or Alaska Native": Published(0.739, 0.05, ACGR),
    "... economically disadvantaged": Published(0.813, 0.04, ACGR),
    "... English learners": Published(0.721, 0.05, ACGR),
    "... with disabilities": Published(0.714, 0.04, ACGR),
    "... homeless": Published(0.682, 0.07, ACGR),
    "... concentrators": Published(0.967, 0.05, CTE),
    "graduates in college in the first fall, cities": Published(0.60, 0.05, CLEARINGHOUSE),
    "... suburbs": Published(0.63, 0.05, CLEARINGHOUSE),
    "... rural places": Published(0.53, 0.05, CLEARINGHOUSE),
    "of those who enroll in six years, in the first": Published(0.84, 0.05, TEXAS),
    "... in the second": Published(0.08, 0.03, TEXAS),
    "... in the third to sixth": Published(0.08, 0.03, TEXAS),
}
LOCALES = {"graduates in college in the first fall, cities": "1", "... suburbs": "2", "... rural places": "4"}
RACES = {
    "... White": "White",
    "... Black": "BlackOrAfricanAmerican",
    "... Hispanic": "HispanicOrLatino",
    "... Asian": "Asian",
    "... American Indian or Alaska Native": "AmericanIndianOrAlaskaNative",
}
FLAGS = {
    "... economically disadvantaged": "is_economically_disadvantaged",
    "... English learners": "is_english_learner",
    "... with disabilities": "is_idea",
    "... homeless": "is_homeless",
}


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drops and truth of 40,000 people over fifteen school years."""
    folder = tmp_path_factory.mktemp("published")
    feeds = tuple(feed for feed in FEEDS if feed.feed in NEEDED)
    simulate(40_000, "2009Q3", "2024Q4", 21, folder / "drops", folder / "truth", feeds=feeds)
    return folder


def test_the_simulated_state_is_like_what_is_published(state: Path) -> None:
    ours = dict(figures(state))
    assert ours.keys() == FIGURES.keys()
    table = Table("figure", "ours", "people", "published", "may differ by", "source")
    far = []
    for name, published in FIGURES.items():
        share, people = ours[name]
        chance = 2 * (published.value * (1 - published.value) / people) ** 0.5
        if abs(share - published.value) > published.within + chance:
            far.append((name, share, published.value))
        texts = (f"{share:.3f}", f"{people:,}", f"{published.value:.3f}", f"{published.within + chance:.3f}")
        table.add_row(name, *texts, published.source)
    Console(width=160).print(table)
    assert not far


def figures(state: Path) -> Iterator[tuple[str, tuple[float, int]]]:
    """Each figure of FIGURES, and the number of people it is of."""
    pupils = lines(state, "k12_enrollment").filter(pl.col("period").str.ends_with("eoy"))
    pupils = pupils.with_columns(pl.col("school_year").cast(pl.Int32))
    cohort = ninth_graders(pupils).join(races(state), on="true_person")
    rate = pl.col("in_four_years").mean()
    yield "four-year graduation", shares(cohort, rate)
    for name, race in RACES.items():
        yield name, shares(cohort.filter(pl.col("race_ethnicity") == race), rate)
    for name, flag in FLAGS.items():
        yield name, shares(cohort.filter(pl.col(flag)), rate)
    concentrators = lines(state, "k12_cte").filter(pl.col("is_cte_concentrator")).select("true_person").unique()
    yield "... concentrators", shares(cohort.join(concentrators, on="true_person"), rate)
    after = years_to_college(state, pupils)
    at_once = (pl.col("years") < 0.5).fill_null(value=False).mean()
    for name, locale in LOCALES.items():
        yield name, shares(after.filter(pl.col("locale_code").str.starts_with(locale)), at_once)
    within = after.filter(pl.col("years") < 6)
    yield "of those who enroll in six years, in the first", shares(within, (pl.col("years") < 1).mean())
    yield "... in the second", shares(within, pl.col("years").is_between(1, 2, closed="left").mean())
    yield "... in the third to sixth", shares(within, (pl.col("years") >= 2).mean())


def shares(people: pl.DataFrame, share: pl.Expr) -> tuple[float, int]:
    return people.select(share).item(), people.height


def ninth_graders(pupils: pl.DataFrame) -> pl.DataFrame:
    """First-time ninth graders of 2013 to 2021 who neither died nor left the state: groups, and who was on time."""
    began = pupils.filter(pl.col("grade_level") == "09").group_by("true_person").agg(began=pl.col("school_year").min())
    later = pupils.filter(pl.col("grade_level").is_in(["09", "10", "11", "12"])).sort("school_year", "line_number")
    told = later.group_by("true_person").agg(
        *(pl.col(flag).any() for flag in FLAGS.values()),
        exit=pl.col("exit_or_withdrawal_type").last(),
        graduated=pl.col("school_year").filter(pl.col("exit_or_withdrawal_type") == GRADUATED).min(),
    )
    cohort = began.filter(pl.col("began").is_between(2013, 2021)).join(told, on="true_person")
    cohort = cohort.filter(~pl.col("exit").is_in([DIED, EMIGRATED]))
    return cohort.with_columns(in_four_years=(pl.col("graduated") <= pl.col("began") + 3).fill_null(value=False))


def years_to_college(state: Path, pupils: pl.DataFrame) -> pl.DataFrame:
    """Graduates of 2013 to 2018, and years from the first of July to their first day in any college."""
    here = lines(state, "ps_enrollment").filter(pl.col("student_level") != "HighSchool")
    anywhere = lines(state, "nsc_studenttracker").drop_nulls("enrollment_begin_date")
    days = pl.concat(
        [
            here.select("true_person", day="entry_date"),
            anywhere.select("true_person", day="enrollment_begin_date"),
        ]
    )
    graduates = pupils.filter(
        (pl.col("exit_or_withdrawal_type") == GRADUATED) & pl.col("school_year").is_between(2013, 2018)
    ).select("true_person", "address_postal_code", july=pl.date(pl.col("school_year"), 7, 1))
    graduates = graduates.unique("true_person", keep="first", maintain_order=True)
    first = graduates.join(days, on="true_person").filter(pl.col("day") >= pl.col("july"))
    first = first.group_by("true_person").agg(pl.col("day").min())
    found = graduates.join(first, on="true_person", how="left")
    found = located(found, PROJECT / "dbt" / "seeds", "address_postal_code")
    return found.with_columns(years=(pl.col("day") - pl.col("july")).dt.total_days() / 365.25)


def races(state: Path) -> pl.DataFrame:
    return pl.read_parquet(state / "truth" / "persons.parquet").select("true_person", "race_ethnicity")


def lines(state: Path, feed: str) -> pl.DataFrame:
    """All lines of the newest submission of each drop, with their period and true person."""
    drops = sorted(drops_of(state / "drops", state / "truth"), key=lambda drop: drop.submission)
    newest = {drop.period: drop for drop in drops if drop.feed == feed}
    return pl.concat(
        read(drop, PROJECT / "contracts").with_columns(period=pl.lit(period)) for period, drop in sorted(newest.items())
    )
