"""Splitting lines into identifying values and attributes."""

from datetime import date

import polars as pl
import pytest

from p20w.contracts import FeedContract, fillers, load_contracts
from p20w.intake.split import Halves, Splitter
from p20w.keys import KeyRing, TokenKey
from p20w.settings import PROJECT

CONTRACTS = load_contracts(PROJECT / "contracts")
KEYS = KeyRing(*(TokenKey(name, f"{name}-1", name.encode() * 8) for name in ("ssn", "near", "id")))
SEEDS = PROJECT / "dbt" / "seeds"
DAY = date(2023, 12, 31)


def line(contract: FeedContract, number: int, **values: object) -> dict[str, object]:
    return {column.name: None for column in contract.columns} | {"line_number": number} | values


def frame(contract: FeedContract, rows: list[dict[str, object]]) -> pl.DataFrame:
    kinds = {"date": pl.Date, "boolean": pl.Boolean, "integer": pl.Int64, "number": pl.Decimal(9, 2)}
    schema = {column.name: kinds.get(column.logical_type, pl.String) for column in contract.columns}
    return pl.DataFrame(rows, schema={**schema, "line_number": pl.Int64})


def split(feed: str, *rows: dict[str, object], chunks: int = 1) -> list[Halves]:
    contract = CONTRACTS[feed]
    splitter = Splitter(contract, KEYS, SEEDS, fillers(PROJECT / "contracts"))
    size = -(-len(rows) // chunks)
    lines = [line(contract, number, **row) for number, row in enumerate(rows, start=1)]
    parts = [lines[at : at + size] for at in range(0, len(lines), size)]
    return [splitter.split(frame(contract, part), 7, DAY) for part in parts]


ANA = {"student_identifier_state": "1000000001", "first_name": "Ana", "last_or_surname": "Díaz"}
ANA_SHOUTED = {**ANA, "first_name": "ANA", "last_or_surname": "DIAZ"}
BEN = {"student_identifier_state": "1000000002", "first_name": "Ben", "last_or_surname": "Lee"}


def test_the_same_values_written_otherwise_are_the_same_identity() -> None:
    (halves,) = split("k12_enrollment", ANA, ANA_SHOUTED, BEN)
    assert halves.identities["identity_id"].n_unique() == 2
    ids = halves.attributes["identity_id"].to_list()
    assert ids[0] == ids[1] != ids[2]


def test_identities_do_not_depend_on_chunks() -> None:
    whole = split("k12_enrollment", ANA, BEN, ANA_SHOUTED, BEN)
    parts = split("k12_enrollment", ANA, BEN, ANA_SHOUTED, BEN, chunks=4)
    together = pl.concat([halves.attributes for halves in parts])
    assert together.equals(whole[0].attributes)
    assert set(pl.concat([h.identities for h in parts])["identity_id"]) == set(whole[0].identities["identity_id"])
    assert parts[3].identities.height == 0, "who came in an earlier chunk is not sent again"


@pytest.mark.parametrize(
    "change",
    [
        {"student_identifier_state": "1000000003"},
        {"last_or_surname": "Diez"},
        {"birthdate": date(2005, 1, 1)},
        {"sex": "Female"},
    ],
)
def test_another_value_is_another_identity(change: dict[str, object]) -> None:
    (halves,) = split("k12_enrollment", ANA, {**ANA, **change})
    assert halves.identities["identity_id"].n_unique() == 2


def test_an_ssn_becomes_a_token_and_leaves_no_trace() -> None:
    (halves,) = split("ui_wage", {"ssn": "400101000", "last_or_surname": "LEE", "wages_usd": 5})
    (identity,) = halves.identities.to_dicts()
    assert identity["ssn_token"] == KEYS.ssn.digest(b"400101000")[:16]
    assert "ssn" not in halves.identities.columns
    assert "ssn" not in halves.attributes.columns
    assert halves.ssns == {identity["ssn_token"]: b"400101000"}


def test_a_placeholder_gives_no_token_and_a_line_that_names_nobody_is_set_aside() -> None:
    (halves,) = split("ui_wage", {"ssn": "999999999", "last_or_surname": "LEE"}, {"ssn": "000000000"})
    assert halves.identities["ssn_token"].to_list() == [None]
    assert halves.attributes["identity_id"].null_count() == 0
    assert len(halves.attributes) == len(halves.nobody) == 1
    assert halves.ssns == {}


def test_the_id_space_of_a_college_is_its_own() -> None:
    (halves,) = split(
        "ps_award",
        {"institution_ipeds_unit_id": "990101", "student_identifier_institution": "S1"},
        {"institution_ipeds_unit_id": "990102", "student_identifier_institution": "S1"},
    )
    assert set(halves.identities["id_space"]) == {"ps_id:990101", "ps_id:990102"}


def test_county_and_locale_stay_and_the_address_goes() -> None:
    row = pl.read_csv(SEEDS / "ref_postal_code.csv", infer_schema=False).row(0, named=True)
    (halves,) = split(
        "k12_enrollment",
        {**ANA, "address_street": "1 Oak Street", "address_postal_code": f"{row['postal_code']}-1234"},
        {**BEN, "address_postal_code": "99999"},
    )
    assert halves.attributes.select("county_fips", "locale_code").rows() == [
        (row["county_fips"], row["locale_code"]),
        (None, None),
    ]
    assert not any("address" in name for name in halves.attributes.columns)
    first = halves.addresses.filter(pl.col("street") == "1 Oak Street").to_dicts()[0]
    assert (first["postal_code"], first["drop_id"], first["valid_on"]) == (f"{row['postal_code']}-1234", 7, DAY)


def test_two_keys_that_share_a_hash_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = split("k12_enrollment", ANA, BEN, ANA, chunks=2)
    keyed = Splitter._keyed
    same_hash = pl.lit(7, pl.UInt64).alias("_hash")
    monkeypatch.setattr(Splitter, "_keyed", lambda self, lines: keyed(self, lines).with_columns(same_hash))
    collided = split("k12_enrollment", ANA, BEN, ANA, chunks=2)
    assert [halves.attributes["identity_id"].to_list() for halves in collided] == [
        halves.attributes["identity_id"].to_list() for halves in apart
    ]


def test_employers_have_no_identities() -> None:
    (halves,) = split("employer", {"ui_account_number": "0000000001"})
    assert halves.identities.height == 0
    assert halves.attributes["identity_id"].to_list() == [None]
