"""What a record is compared by."""

from collections.abc import Mapping
from typing import Any

import duckdb
import pytest

from splink_models.features import make_features, place_key, short_forms
from splink_models.phonetic import phonetic_key

COLUMNS = {
    "record": "bigint", "feed": "text", "first_name": "text", "middle_name": "text", "last_or_surname": "text",
    "previous_last_name": "text", "generation_code_or_suffix": "text", "birthdate": "date", "sex": "text",
    "ssn": "bigint", "near": "ubigint[]", "places": "text[]", "place_parts": "text[]",
    "postal_codes": "text[]", "cities": "text[]",
}  # fmt: skip


def features(fillers: Mapping[str, frozenset[str]] | None = None, **values: Any) -> dict[str, Any]:
    con = duckdb.connect()
    con.execute(f"create table identity ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
    row = {"record": 1, "feed": "x", **values}
    con.execute(f"insert into identity ({', '.join(row)}) values ({', '.join('?' for _ in row)})", list(row.values()))
    make_features(con, fillers=fillers)
    relation = con.sql("select * from features")
    return dict(zip(relation.columns, relation.fetchall()[0], strict=True))


def sound(name: str) -> str:
    return duckdb.connect().execute(f"select {phonetic_key(f'upper({name!r})')}").fetchall()[0][0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Catherine", "Kathryn"),
        ("Phillips", "Filips"),
        ("Steven", "Stefen"),
        ("Wright", "Rite"),
        ("Gonzales", "Gonzalez"),
        ("Christopher", "Kristofer"),
    ],
)
def test_spellings_of_one_sound_share_a_key(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("Smith", "Jones"), ("Maria", "Martha"), ("Miller", "Muller-Lee")])
def test_other_names_have_other_keys(one: str, other: str) -> None:
    assert sound(one.replace("-", "")) != sound(other.replace("-", ""))


def test_a_short_form_and_its_formal_name_share_a_form() -> None:
    assert set(features(first_name="Bill")["first_forms"]) & set(features(first_name="William")["first_forms"])


def test_particles_and_marks_are_no_part_of_a_surname() -> None:
    assert features(last_or_surname="de la Cruz")["last"] == "CRUZ"
    assert features(last_or_surname="O'Brien")["last"] == "OBRIEN"


def test_both_parts_of_a_double_surname_and_the_previous_one_are_parts() -> None:
    parts = features(last_or_surname="García-Lopez", previous_last_name="Smith")["last_parts"]
    assert {"GARCIA", "LOPEZ", "GARCIALOPEZ", "SMITH"} <= set(parts)


def test_a_suffix_written_into_the_surname_is_a_suffix() -> None:
    found = features(last_or_surname="Brown Jr.")
    assert (found["last"], found["suffix"]) == ("BROWN", "JR")


@pytest.mark.parametrize("said", ["Unknown", "n/a", "BABY  BOY 2", "xxxxx"])
def test_what_is_nobodys_name_is_a_missing_name(said: str) -> None:
    words = {"first_name": frozenset({"UNKNOWN", "N A", "BABY BOY"})}
    assert features(words, first_name=said)["first"] is None


def test_a_word_is_a_name_where_no_list_says_otherwise() -> None:
    words = {"first_name": frozenset({"CHILD"}), "last_or_surname": frozenset[str]()}
    assert features(words, first_name="Julia", last_or_surname="Child")["last"] == "CHILD"
    assert features(words, first_name="Child Rowland")["first"] == "CHILDROWLAND"
    assert features(words, first_name="Oo", last_or_surname="O")["first"] == "OO"


def test_nothing_given_is_nothing_compared() -> None:
    found = features()
    assert found["first"] is None
    assert found["last"] is None
    assert found["last_parts"] == []
    assert found["first_forms"] == []


def test_one_address_written_in_two_ways_is_one_place() -> None:
    keys = {
        duckdb.connect().execute(f"select {place_key('street', 'code')} from (select ? as street, ? as code)", row)
        .fetchall()[0][0]
        for row in (["12 North Elm Street, Apt. 4", "00101-1234"], ["12 N ELM ST UNIT 4", "00101"])
    }  # fmt: skip
    assert len(keys) == 1


def test_no_short_form_stands_for_itself() -> None:
    pairs = short_forms().to_pylist()
    assert pairs
    assert not [pair for pair in pairs if pair["short"] == pair["formal"]]
