"""What a simulated feed tells, as tests look at it."""

import polars as pl

from p20w.contracts import FeedContract
from p20w.intake.conform import Conformed, conform
from p20w.simulator.feeds.plugin import Content


def told(made: Content) -> pl.DataFrame:
    """The lines of a file that is one table, with the `person` of each."""
    assert isinstance(made.columns, pl.DataFrame)
    assert made.true_person is not None
    assert made.columns.height == made.record_count == len(made.true_person)
    return made.columns.with_columns(pl.Series("person", made.true_person - 1))


def conformed(lines: pl.DataFrame, contract: FeedContract) -> Conformed:
    """The lines as intake types them, and what it sets aside."""
    return conform(
        lines.select(
            pl.col(column.header).cast(pl.String).str.strip_chars().alias(column.name) for column in contract.columns
        ),
        contract.columns,
    )
