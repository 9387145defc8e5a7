"""Made-up people, so that charts of a model show how it weighs and nobody's data.

Here: a few thousand records drawn from lists of common names by a fixed seed, and eight pairs that show what weighs
what. Not here: a state with lives and agencies (`p20w.simulator`), records that models are trained on.
"""

import random
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from splink_models.features import make_features, short_forms

SEED = 20
PEOPLE = 2000
SURNAMES = (
    *("ADAMS", "ALLEN", "BAKER", "BROWN", "CAMPBELL", "CARTER", "CLARK", "COOPER", "DAVIS", "DIAZ", "EVANS", "FLORES"),
    *("GARCIA", "GREEN", "HALL", "HARRIS", "HERNANDEZ", "HILL", "JACKSON", "JOHNSON", "KIM", "KING", "LEE", "LEWIS"),
    *("LOPEZ", "MARTIN", "MILLER", "MOORE", "NELSON", "NGUYEN", "PATEL", "PEREZ", "RAMIREZ", "REED", "RIVERA", "ROSS"),
    *("SANCHEZ", "SCOTT", "SMITH", "TAYLOR", "THOMAS", "TORRES", "TRAN", "TURNER", "WALKER", "WARD", "WILSON", "YOUNG"),
)
SCHEMA = pa.schema(
    [
        ("record", pa.int64()),
        ("feed", pa.string()),
        *((name, pa.string()) for name in ("first_name", "middle_name", "last_or_surname", "previous_last_name")),
        ("generation_code_or_suffix", pa.string()),
        ("birthdate", pa.date32()),
        ("sex", pa.string()),
        ("ssn", pa.int64()),
        ("near", pa.list_(pa.uint64())),
        *((name, pa.list_(pa.string())) for name in ("places", "place_parts", "postal_codes", "cities")),
    ]
)

_ROSA: dict[str, Any] = {
    "first_name": "ROSA", "middle_name": "MARIBEL", "last_or_surname": "GARCIA LOPEZ", "birthdate": date(2004, 3, 9),
    "sex": "Female", "places": ["12 ELM ST|00101"], "place_parts": ["12|LM", "12|00101", "LM|00101"],
    "postal_codes": ["00101"], "cities": ["SPRINGFIELD"],
}  # fmt: skip
_ELSEWHERE: dict[str, Any] = {
    "places": ["7 OAK RD|00244"], "place_parts": ["7|0K", "7|00244", "0K|00244"], "postal_codes": ["00244"],
    "cities": ["RIVERTON"],
}  # fmt: skip

EXAMPLES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("the same to the letter", {}),
    ("one surname of two, an initial", {"last_or_surname": "GARCIA", "middle_name": "M"}),
    ("married and moved", {"last_or_surname": "TURNER", **_ELSEWHERE}),
    ("day and month swapped", {"birthdate": date(2004, 9, 3)}),
    ("first and last name swapped", {"first_name": "GARCIA", "last_or_surname": "ROSA"}),
    ("a sister at the same address", {"first_name": "ELENA", "middle_name": None, "birthdate": date(2006, 11, 21)}),
    ("a twin", {"first_name": "ELENA", "middle_name": None}),
    ("a stranger of the same name", {"middle_name": "ANA", "birthdate": date(1998, 7, 30), **_ELSEWHERE}),
)
"""What a second record says otherwise than Rosa's, and what it is."""


def make_synthetic(con: duckdb.DuckDBPyConnection) -> None:
    """Make table `features` from made-up people, Rosa and her eight lookalikes first (records 0 to 8)."""
    con.register("identity", made_up())
    make_features(con)
    con.unregister("identity")


def made_up() -> pa.Table:
    """Identities as `features` reads them: Rosa, her lookalikes, and everybody else twice in a row."""
    chance = random.Random(SEED)  # noqa: S311 (made-up people)
    names = sorted({row["formal"] for row in short_forms().to_pylist()})
    rows = [_ROSA, *(_ROSA | changes for _, changes in EXAMPLES)]
    for _ in range(PEOPLE):
        person = _person(chance, names)
        rows += [person, _again(person, chance)]
    numbered = [row | {"record": number, "feed": "made_up"} for number, row in enumerate(rows)]
    return pa.Table.from_pylist(numbered, schema=SCHEMA)


def _person(chance: random.Random, names: list[str]) -> dict[str, Any]:
    number, street, code = chance.randint(1, 900), chance.choice("BCDFGKLMNPRT"), f"00{chance.randint(100, 499)}"
    return {
        # a few names are common, most are rare
        "first_name": names[int(len(names) * chance.random() ** 2)],
        "middle_name": chance.choice((None, chance.choice(names), chance.choice("ABCDEJLMRS"))),
        "last_or_surname": SURNAMES[int(len(SURNAMES) * chance.random() ** 2)]
        + chance.choice(("", "", "", "SON", "EZ")),
        "birthdate": date(1960, 1, 1) + timedelta(days=chance.randint(0, 20_000)),
        "sex": chance.choice(("Male", "Female")),
        "places": [f"{number} {street} ST|{code}"],
        "place_parts": [f"{number}|{street}", f"{number}|{code}", f"{street}|{code}"],
        "postal_codes": [code],
        "cities": [f"CITY{code}"],
    }


def _again(person: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """The person in another file: now and then something is missing or wrong."""
    other = dict(person)
    if chance.random() < 0.1:
        other["first_name"] = person["first_name"][: chance.choice((1, 4))]
    if chance.random() < 0.1:
        other["birthdate"] = (
            None if chance.random() < 0.3 else person["birthdate"] + timedelta(days=chance.choice((1, 9, 365)))
        )
    if chance.random() < 0.3:
        other |= {"places": None, "place_parts": None, "postal_codes": None, "cities": None}
    if chance.random() < 0.2:
        other |= {"middle_name": None, "sex": None}
    return other
