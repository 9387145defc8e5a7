"""Records of made-up people with every error the comparisons look for, as a table of features.

Here: pairs of all levels, so that two engines can be held against each other. Not here: how often errors occur.
"""

import random
from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from p20w.registry.linking.scores import count_terms
from splink_models.features import make_features, short_forms

LASTS = (
    *("SMITH", "JOHNSON", "GARCIA", "DE LA CRUZ", "NGUYEN", "GARCIA LOPEZ", "SMITH-JONES", "OBRIEN", "PHILLIPS"),
    *("WASHINGTON", "FITZGERALD", "LEE", "MARTINEZ", "VAN DER BERG", "SCHWARZENBERG", "RAMIREZ SOTO"),
)
SCHEMA = pa.schema(
    {
        "record": pa.int64(),
        "feed": pa.string(),
        **dict.fromkeys(("first_name", "middle_name", "last_or_surname", "previous_last_name"), pa.string()),
        "generation_code_or_suffix": pa.string(),
        "birthdate": pa.date32(),
        "sex": pa.string(),
        "ssn": pa.int64(),
        "near": pa.list_(pa.uint64()),
        "places": pa.list_(pa.string()),
        "place_parts": pa.list_(pa.string()),
        "postal_codes": pa.list_(pa.string()),
        "cities": pa.list_(pa.string()),
    }
)


def make_lookalikes(con: duckdb.DuckDBPyConnection, people: int, seed: int = 1) -> None:
    """Table `compared` and its terms: each person twice, the second time with up to three changes."""
    chance = random.Random(seed)  # noqa: S311 (made-up people)
    short = sorted({row["short"] for row in short_forms().to_pylist()})
    formal = sorted({row["formal"] for row in short_forms().to_pylist()})
    rows: list[dict[str, Any]] = []
    for number in range(people):
        person = _person(number, chance, formal)
        twin = dict(person)
        for _ in range(chance.randint(0, 3)):
            _change(twin, chance, short)
        rows += [person | {"record": 2 * number}, twin | {"record": 2 * number + 1}]
    con.register("identity", pa.Table.from_pylist(rows, schema=SCHEMA))
    make_features(con)
    con.unregister("identity")
    # two files, in which every third has an id and every fourth an employer
    con.execute(
        """
        create table compared as
        select
            * exclude (feed, writing),
            if(record % 5 < 2, 'ui_wage', 'dmv_license') as feed,
            false as is_ssn_verified,
            case when record % 3 = 0 then hash(record // 6) % 40 end::bigint as source,
            case when record % 3 = 0 then 'space' end as id_space,
            case when record % 3 = 0 then [hash(record) % 3] else [] end::bigint[] as drops,
            case when record % 4 = 0 then ['E' || (hash(record) % 9)::varchar] else [] end as employers,
            list_slice(place_parts, 1, 1) as quiet_parts,
            if(ssn is null, [], [hash(ssn // 30)])::ubigint[] as remainders,
            record % 7 = 0 as is_ssn_lent,
            if(ssn is null, [], place_parts) as lent_parts
        from features
        """
    )
    count_terms(con)


def _person(number: int, chance: random.Random, names: list[str]) -> dict[str, Any]:
    ssn = chance.choice((None, chance.randint(1, 900)))
    household = chance.randint(1, 60)
    return {
        "feed": "made_up",
        "first_name": chance.choice(names),
        "middle_name": chance.choice((None, chance.choice(names), chr(65 + number % 26))),
        "last_or_surname": chance.choice(LASTS),
        "previous_last_name": chance.choice((None, None, None, *LASTS)),
        "generation_code_or_suffix": chance.choice((None, None, None, "JR", "SR")),
        "birthdate": date(1980, 1, 1) + timedelta(days=chance.randint(0, 3000)),
        "sex": chance.choice(("Male", "Female", None)),
        "ssn": ssn,
        # numbers above 2^63 too: they come from a digest
        "near": [] if ssn is None else sorted({(ssn // 3 + step) * 20_000_000_000_000_000 for step in range(2)}),
        "places": chance.choice(([], [f"{household} ELM ST|00101"])),
        "place_parts": chance.choice(
            ([], [f"{household}|LM", f"{household}|00101", "LM|00101"], [f"{household}|00102"])
        ),
        "postal_codes": chance.choice(([], ["00101"], ["00102"])),
        "cities": chance.choice(([], ["SPRINGFIELD"], ["RIVERTON"])),
    }


def _change(row: dict[str, Any], chance: random.Random, short: list[str]) -> None:
    """One error, in place."""
    column = chance.choice(("first_name", "middle_name", "last_or_surname"))
    name: str = row[column] or "X"
    place = chance.randrange(len(name))
    born: date = row["birthdate"] or date(1985, 7, 6)
    changes: tuple[dict[str, Any], ...] = (
        {column: name[:place] + chance.choice("AEISTX") + name[place + 1 :]},
        {column: name[:place] + name[place + 1 :] or "Q"},
        {column: name[:place] + name[place : place + 2][::-1] + name[place + 2 :]},
        {column: name[:1]},
        {column: name[:6]},
        {column: None},
        {"first_name": chance.choice(short)},
        {"first_name": row["middle_name"], "middle_name": row["first_name"]},
        {"first_name": row["last_or_surname"], "last_or_surname": row["first_name"]},
        {"last_or_surname": chance.choice(LASTS), "previous_last_name": row["last_or_surname"]},
        {"birthdate": date(born.year, born.day, born.month) if born.day <= 12 else born},
        {"birthdate": born + timedelta(days=chance.choice((1, 9, 365, 366, 4000)))},
        {"birthdate": date(born.year, 1, 1)},
        {"birthdate": None},
        {"ssn": None, "near": []},
        {"ssn": (row["ssn"] or 0) + 1},
        {"sex": None, "places": [], "place_parts": [], "postal_codes": []},
    )
    row |= chance.choice(changes)
