"""A sample file as text, read as intake reads files of its form.

Here: a contract that asks for nothing but the fields, and the values under it. Not here: the form (`forms`), what
values are (`profile`).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from p20w.contracts import Agreement, Column, FeedContract, PeriodCalendar
from p20w.intake.readers import reader_of
from p20w.intake.readers.text import without_marks
from p20w.intake.sources import USUAL_LIMITS, Limits
from p20w.onboarding.forms import Form, SampleError, Told, form_of

MOST_RECORDS = 500_000
"""Records that are looked at; a sample of one delivery has fewer."""
MISSING = ("\\N", "NaN", "#N/A", "(null)", "<NULL>")
"""What programs write for no value, as all contracts say it."""


@dataclass(frozen=True)
class Sample:
    """A file's form and values: one column of text a field, `c0`, `c1`, …, trimmed, blank as null."""

    form: Form
    values: pl.DataFrame
    unreadable: int  # records that are not as most are


def read_sample(file: Path, told: Told, limits: Limits = USUAL_LIMITS) -> Sample:
    """Read a file, up to `MOST_RECORDS` records.

    Raises:
        SampleError: its form is not plain, or no record can be read.
        SourceError: the file cannot be read.
    """
    form = form_of(file, told, limits)
    contract = _contract(form)
    reader = reader_of(file, contract, limits)
    frames: list[pl.DataFrame] = []
    read = unreadable = 0
    for block in reader.blocks():
        fine = reader.faults(block) == 0
        unreadable += len(block) - int(fine.sum())
        frames.append(reader.text(block, fine))
        read += frames[-1].height
        if read >= MOST_RECORDS:
            break
    values = pl.concat(frames) if frames else pl.DataFrame()
    if not values.height:
        raise SampleError("no record of it can be read in the form that it seems to have")
    return Sample(form, without_marks(values, MISSING)[0], unreadable)


def _contract(form: Form) -> FeedContract:
    columns = tuple(
        Column(f"c{place}", header, "string", "", "restricted", position=position, is_kept=False)
        for place, (header, position) in enumerate(zip(form.headers, form.positions, strict=True))
    )
    return FeedContract(
        **dict.fromkeys(("feed", "title", "short_name", "purpose", "limitations", "granularity"), "sample"),
        **dict.fromkeys(("authoritative_source", "steward"), "sample"),
        version="0.0.0",
        sector="reference",
        intake_order=1,
        layout=form.layout,
        content="period",
        calendar=PeriodCalendar("quarter", ()),
        period_columns={},
        latest_column=None,
        columns=columns,
        rules=(),
        id_space=None,
        parent=None,
        has_identities=False,
        agreement=Agreement("sample", "none", (), (), 10, 0, date.max, date.max),
    )
