"""Simulated consumer prices average to the published ones, and come as the bureau writes them."""

from itertools import pairwise

import polars as pl
import pytest

from p20w.simulator.calendar import label_of, last_day, quarter_from_label
from p20w.simulator.feeds.price_index import content, due
from p20w.simulator.geography import read_seed
from p20w.simulator.prices import SERIES, price
from p20w.simulator.world import World

NATION, _, CITY = SERIES
QUARTER = quarter_from_label("2019Q4")


def lines(quarter: int, **how: object) -> pl.DataFrame:
    made = content(quarter, **how)  # pyright: ignore[reportArgumentType]
    assert isinstance(made.columns, pl.DataFrame)
    assert (made.true_person, made.record_count) == (None, made.columns.height)
    return made.columns.with_columns(pl.col("series_id", "value").str.strip_chars())


@pytest.mark.parametrize(("year", "published"), [(row["year"], row["cpi_u"]) for row in read_seed("ref_price_index")])
def test_the_months_of_a_year_average_to_the_published_figure(year: str, published: str) -> None:
    months = [price(NATION, int(year), month) for month in range(1, 13)]
    assert sum(months) / 12 == pytest.approx(float(published), abs=0.01)
    assert max(b / a for a, b in pairwise(months)) < 1.012


def test_prices_go_on_after_the_last_published_year_and_none_are_known_before_the_first() -> None:
    assert price(NATION, 2026, 1) > price(NATION, 2025, 1) > price(NATION, 2024, 12)
    with pytest.raises(ValueError, match="1950"):
        price(NATION, 1950, 1)


def test_a_city_is_priced_every_other_month_and_the_year_ends_with_its_average() -> None:
    by_series = lines(QUARTER).group_by("series_id").agg(pl.col("period"))
    assert {key: sorted(periods) for key, periods in by_series.iter_rows()} == {
        CITY.series_id: ["M10", "M12", "M13"],
        **{series.series_id: ["M10", "M11", "M12", "M13"] for series in SERIES[:2]},
    }


def test_ids_and_values_have_the_blanks_of_the_bureaus_files() -> None:
    frame = content(QUARTER).columns
    assert isinstance(frame, pl.DataFrame)
    assert frame["series_id"].str.len_chars().unique().to_list() == [17]
    assert frame["value"].str.len_chars().unique().to_list() == [12]


def test_a_month_that_was_never_collected_has_a_hyphen_and_a_footnote() -> None:
    october = lines(quarter_from_label("2025Q4")).filter(pl.col("period") == "M10")
    assert set(october.select("value", "footnote_codes").rows()) == {("-", "X")}


def test_a_file_that_came_early_or_wrong_comes_once_more_and_right(world: World) -> None:
    sent = {quarter: list(due(world, quarter)) for quarter in range(QUARTER - 80, QUARTER + 1)}
    again = {quarter: drops for quarter, drops in sent.items() if len(drops) == 2}
    assert 0 < len(again) < len(sent) / 3
    for quarter, (first, second) in again.items():
        assert first.period == second.period == label_of(quarter)
        assert last_day(quarter) < first.usual_day < second.usual_day
        one, two = first.content().columns, second.content().columns
        assert isinstance(one, pl.DataFrame)
        assert isinstance(two, pl.DataFrame)
        changed = two.join(one, on=["series_id", "period", "value"], how="anti")
        assert one.height < two.height or changed["footnote_codes"].to_list() == ["C"]
        assert two["value"].to_list() == content(quarter).columns["value"].to_list()  # pyright: ignore[reportIndexIssue]
