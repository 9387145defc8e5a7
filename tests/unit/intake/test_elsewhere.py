"""SSNs outside their column: found wherever the line's own hides, and never where a number is only like one."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from p20w.contracts import FeedContract, load_contracts
from p20w.intake.elsewhere import Elsewhere, elsewhere
from p20w.intake.inspection import Inspection
from p20w.intake.lines import Lines, read_lines
from p20w.intake.normalize import valid_ssn
from p20w.intake.readers import reader_of
from p20w.intake.readers.block import Block
from p20w.settings import PROJECT
from tests.integration.intake.deliveries import wage

CONTRACTS = load_contracts(PROJECT / "contracts")
SSN = "401220345"
ENROLLMENT = CONTRACTS["ps_enrollment"]
WORDS = ("first_name", "last_or_surname", "address_street", "address_city")
SENT = ("student_identifier_institution", "ssn", *WORDS, "address_postal_code", "institution_ipeds_unit_id")


def look(*rows: Mapping[str, str | None], contract: FeedContract = ENROLLMENT) -> Elsewhere:
    text = pl.DataFrame(
        [{c.name: row.get(c.name) for c in contract.columns} for row in rows],
        schema=dict.fromkeys((c.name for c in contract.columns), pl.String),
    )
    return elsewhere(text, contract)


HIDDEN = {
    "as it is": ("student_identifier_institution", SSN),
    "with hyphens": ("student_identifier_institution", "401-22-0345"),
    "with spaces": ("address_street", "401 22 0345"),
    "with dots": ("last_or_surname", "401.22.0345"),
    "inside an id": ("student_identifier_institution", f"S{SSN}X"),
    "behind a zero": ("student_identifier_institution", f"0{SSN}"),
    "in a street": ("address_street", f"12 Elm St Apt 3 {SSN}"),
    "in a street, with hyphens": ("address_street", "Elm St 401-22-0345"),
    "in a name": ("first_name", f"ANN {SSN}"),
    "as a postal code": ("address_postal_code", "40122-0345"),
}


@pytest.mark.parametrize(("column", "value"), HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("written", [SSN, "401-22-0345", "401 22 0345"])
def test_an_ssn_is_found_wherever_its_line_repeats_it(column: str, value: str, written: str) -> None:
    found = look({"ssn": "512348765"}, {"ssn": written, column: value}, {"ssn": None, column: value})
    assert found.rows.tolist() == [1]
    assert [ENROLLMENT.columns[place].name for place in found.columns] == [column]


def test_the_first_column_that_repeats_it_is_named() -> None:
    found = look({"ssn": SSN, "first_name": SSN, "address_street": SSN})
    assert [ENROLLMENT.columns[place].name for place in found.columns] == ["first_name"]


@pytest.mark.parametrize("nobodys", ["000000000", "123456789", "999999999", "900123456", "12345678", "+12345678"])
def test_a_number_that_is_nobodys_ssn_hides_nobody(nobodys: str) -> None:
    assert not len(look({"ssn": nobodys, "student_identifier_institution": nobodys}).rows)


numbers = st.text("0123456789", min_size=0, max_size=14) | st.from_regex(r"\A[0-9]{3}[- .]?[0-9]{2}[- .]?[0-9]{4}\Z")
words = st.text("0123456789-. /AZé", max_size=24)
ssns = st.integers(1_010_001, 899_999_999).map("{:09d}".format)


@st.composite
def lines(draw: st.DrawFn) -> list[dict[str, str | None]]:
    """Lines of people whose ids, streets and names hold numbers of other lines, their own, and any."""
    known = draw(st.lists(ssns, min_size=1, max_size=4, unique=True))
    value = st.none() | numbers | words | st.sampled_from(known) | st.sampled_from([f"A{ssn}" for ssn in known])
    rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(SENT, value)), min_size=1, max_size=8))
    return [{**row, "ssn": draw(st.none() | st.sampled_from(known))} for row in rows]


@settings(deadline=None)
@given(rows=lines())
def test_only_a_line_with_its_own_ssn_in_another_value_is_set_aside(rows: list[dict[str, str | None]]) -> None:
    valid = valid_ssn(pl.Series([row["ssn"] for row in rows], dtype=pl.String)).to_list()
    expected = [
        at
        for at, (row, ssn) in enumerate(zip(rows, valid, strict=True))
        if ssn and any(repeats(name, row[name] or "", ssn) for name in SENT if name != "ssn")
    ]
    assert look(*rows).rows.tolist() == expected


def repeats(name: str, value: str, ssn: str) -> bool:
    """Digits that stand apart count where the contract gives the column no form of its own."""
    return ssn in (re.sub("[ ./-]", "", value) if ENROLLMENT.column(name).pattern is None else value)


@settings(deadline=None)
@given(ids=st.lists(ssns, min_size=2, max_size=12, unique=True))
def test_an_id_that_is_somebody_elses_ssn_is_no_find(ids: list[str]) -> None:
    """Students of a college whose ids have nine digits, each of them the SSN of the student before."""
    rows = [
        {"student_identifier_institution": number, "ssn": other}
        for number, other in zip(ids, [*ids[1:], ids[0]], strict=True)
    ]
    found = look(*rows)
    assert (len(found.rows), len(found.like)) == (0, 0)


LIKE = {
    "a street of nine digits": ({"address_street": "Elm St 512348765"}, 1),
    "a name with hyphens": ({"last_or_surname": "LEE 512-34-8765"}, 1),
    "an id written so": ({"student_identifier_institution": "512-34-8765"}, 1),
    "an id of nine digits": ({"student_identifier_institution": "512348765"}, 0),
    "a longer id": ({"student_identifier_institution": "5123487651"}, 0),
    "a postal code of nine digits": ({"address_postal_code": "51234-8765"}, 0),
    "a telephone number": ({"address_street": "512-555-8765"}, 0),
    "a street and a house": ({"address_street": "51234 US Hwy 87 65"}, 0),
}


@pytest.mark.parametrize(("values", "count"), LIKE.values(), ids=LIKE)
def test_values_written_like_an_ssn_are_counted_where_none_belongs(values: dict[str, str], count: int) -> None:
    assert len(look({"ssn": SSN, **values}).like) == count
    assert len(look({"ssn": None, **values}).like) == count


def read(*records: str, packed: bool) -> Lines:
    contract = CONTRACTS["ui_wage"]
    data = "".join(f"{record}\n" for record in records).encode()
    starts = np.arange(0, len(data), 93, dtype=np.int64)
    block = Block(1, 0, data, starts, starts + 92)
    return read_lines(block, contract, Inspection(reader=reader_of(Path("unopened"), contract)), packed=packed)


PLACES = {"first_name": 10, "last_or_surname": 26, "ui_account_number": 49, "federal_ein": 63, "wages_usd": 78}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize(("column", "place"), PLACES.items())
def test_fixed_records_are_looked_through_packed_or_not(column: str, place: int, packed: bool) -> None:
    record = wage(7)
    hidden = record[: place - 1] + record[:9] + record[place + 8 :]
    found = read(wage(6), hidden, wage(8), packed=packed)
    aside = found.quarantine.select("line_number", "column_name", "reason_code", "sets_aside").rows()
    assert aside == [(2, column, "ssn_elsewhere", "line")]
    assert found.accepted["line_number"].to_list() == [1, 3]


@settings(deadline=None)
@given(filled=st.lists(st.integers(0, 8_999), min_size=1, max_size=20))
def test_records_whose_fields_only_meet_in_nine_digits_are_no_find(filled: list[int]) -> None:
    """An SSN that ends one field and begins the next is chance: account and unit, EIN and year."""
    records = [wage(number) for number in filled]
    met = [f"{int(r[50:59]):09d}"[:9] + r[9:] for r in records]
    for packed in (True, False):
        assert not len(read(*met, packed=packed).quarantine)
