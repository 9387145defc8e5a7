"""Columns that several feeds share: names, addresses and dates as text.

Here: codes and day numbers to Polars series. Not here: which rows.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from p20w.simulator.name_lists import STREET_SHORT
from p20w.simulator.persons import SUFFIXES
from p20w.simulator.randomness import Ints
from p20w.simulator.table import Column
from p20w.simulator.world import NEVER, World


def dates(days: Ints) -> pl.Series:
    """Day numbers as dates; NEVER as null."""
    series = pl.Series(days.astype(np.int32))
    return series.set(series >= NEVER, None).cast(pl.Date)


def digits(days: Ints) -> pl.Series:
    """Day numbers as eight digits, YYYYMMDD; NEVER as null."""
    return dates(days).dt.strftime("%Y%m%d")


def slashed(days: Ints) -> pl.Series:
    """Day numbers as MM/DD/YYYY; NEVER as null."""
    return dates(days).dt.strftime("%m/%d/%Y")


def dollars(cents: Ints) -> pl.Series:
    """Cents as dollars and cents; negative amounts as null."""
    amounts = pl.Series(cents.astype(np.int64))
    return (amounts.set(amounts < 0, None) / 100).cast(pl.Decimal(10, 2)).cast(pl.String)


def hundredths(values: npt.NDArray[np.float64]) -> pl.Series:
    """Numbers with two decimals, such as credits."""
    return pl.Series(values).cast(pl.Decimal(9, 2))


def suffixes(codes: Ints, *, period: Column | None = None) -> pl.Series:
    """Jr, Sr, II, III; with a period after Jr and Sr where `period`."""
    texts = [*SUFFIXES, *(f"{text}." if text in {"Jr", "Sr"} else text for text in SUFFIXES)]
    spelled = codes.astype(np.int64) + (len(SUFFIXES) * np.asarray(period, dtype=np.int64) if period is not None else 0)
    return pick(texts, spelled)


def pick(texts: list[str], index: Ints) -> pl.Series:
    """Texts of a short list by position; the empty text as null."""
    values = pl.Series([text or None for text in texts], dtype=pl.String)
    return values.gather(pl.Series(np.asarray(index).astype(np.uint32)))


def either(first: npt.NDArray[np.bool_], one: pl.Series, other: pl.Series) -> pl.Series:
    """Values of `one` in the rows of `first`, of `other` in the rest."""
    return one.zip_with(pl.Series(first), other)


def names(world: World, codes: Ints, upper: npt.NDArray[np.bool_]) -> pl.Series:
    """Names as text, in capitals where the writer does so."""
    series = world.words.series(codes)
    if not upper.any():
        return series
    return either(upper, series.str.to_uppercase(), series)


def street_lines(world: World, number: Ints, street: Ints, unit: Ints, short: npt.NDArray[np.bool_]) -> pl.Series:
    """House number, street and apartment; the kind of street shortened where the writer does so."""
    words = world.words
    full = world.streets
    brief = words.codes(
        " ".join([*text.split(" ")[:-1], STREET_SHORT[text.split(" ")[-1]]]) for text in words.texts(full)
    )
    lookup = np.zeros(int(full.max()) + 1, dtype=np.int32)
    lookup[full] = brief
    lines = (
        pl.Series(number.astype(np.int32)).cast(pl.String) + " " + words.series(np.where(short, lookup[street], street))
    )
    units = pl.Series(unit.astype(np.int32))
    apartment = pl.Series(np.where(short, " #", " Apt ").astype(object), dtype=pl.String) + units.cast(pl.String)
    return pl.select(pl.when(units > 0).then(lines + apartment).otherwise(lines)).to_series()


def numbers(values: Ints, width: int) -> pl.Series:
    """Nonnegative numbers as zero-filled text; negative ones as null."""
    series = pl.Series(values.astype(np.int64))
    return series.set(series < 0, None).cast(pl.String).str.zfill(width)
