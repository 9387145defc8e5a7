"""County and locale of an address, from its postal code.

Here: the lookup, done before the address goes to the vault. Not here: the reference table itself (dbt/seeds).
"""

from functools import cache
from pathlib import Path

import polars as pl

POSTAL_CODES = "ref_postal_code.csv"


@cache
def postal_codes(reference: Path) -> pl.DataFrame:
    """Columns `postal_code` (five digits), `county_fips`, `locale_code`.

    Raises:
        FileNotFoundError: the reference folder has no such table.
    """
    return pl.read_csv(reference / POSTAL_CODES, infer_schema=False).select("postal_code", "county_fips", "locale_code")


def located(frame: pl.DataFrame, reference: Path, column: str) -> pl.DataFrame:
    """`frame` with `county_fips` and `locale_code`, null for unknown codes; ZIP+4 counts as its first five digits.

    Args:
        frame: lines of a drop.
        reference: the folder of `ref_postal_code.csv`.
        column: of `frame`, with the postal codes.
    """
    table = postal_codes(reference)
    places = pl.col(column).str.slice(0, 5)
    return frame.with_columns(
        places.replace_strict(table["postal_code"], table[name], default=None, return_dtype=pl.String).alias(name)
        for name in ("county_fips", "locale_code")
    )
