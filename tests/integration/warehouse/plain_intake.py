"""Put simulated drops where intake and registry would leave them, without either.

Here: a second, plain reading of the drops, so that tests of the warehouse neither wait for the rooms before
it nor share their mistakes; the truth is the assignment. Not here: quarantine, tokens, gates.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import polars as pl
import psycopg
import pyarrow as pa
import yaml

from p20w.database import Warehouse
from p20w.database.bulk import copy_arrow

SSN_ALONE = ("tanf_report",)
"""Feeds in which nobody is known who has no SSN."""
TYPES = {"string": pl.String, "integer": pl.Int64, "boolean": pl.Boolean, "date": pl.Date}


@dataclass(frozen=True)
class Drop:
    """One delivered file and what its manifest says."""

    feed: str
    period: str
    submission: int
    delivered_on: str
    file: Path
    truth: Path


def drops_of(drops: Path, truth: Path) -> Iterator[Drop]:
    """All drops of a folder, in the order in which they were delivered."""
    manifests = (json.loads(path.read_text()) | {"folder": path.parent} for path in drops.glob("*/*/*/manifest.json"))
    for item in sorted(manifests, key=lambda item: (item["delivered_on"], item["feed"], item["period"])):
        feed, period, submission = item["feed"], item["period"], item["submission"]
        yield Drop(
            feed,
            period,
            submission,
            item["delivered_on"],
            item["folder"] / item["file"],
            truth / feed / period / f"{submission}.parquet",
        )


def read(drop: Drop, contracts: Path) -> pl.DataFrame:
    """The drop's lines with the contract's names and types, `line_number` and `true_person` (null without people)."""
    contract = _contract(contracts / f"{drop.feed}.yaml")
    columns = contract["schema"][0]["properties"]
    layout = next(item["value"] for item in contract["customProperties"] if item["property"] == "layout")
    ways = {"fixed": _fixed, "record_types": _record_types, "delimited": _delimited, "json_ld": _json_ld, "xml": _xml}
    raw = ways[layout["kind"]](drop.file, layout, columns)
    nothing = next((item["value"] for item in contract["customProperties"] if item["property"] == "missing"), [])
    raw = raw.with_columns(pl.col(pl.String).replace(dict.fromkeys(nothing, None)))
    lines = raw.select(pl.int_range(1, pl.len() + 1).alias("line_number"), *(_typed(column) for column in columns))
    if not has_people(contract):
        return lines.with_columns(true_person=pl.lit(None, pl.Int64))
    return lines.join(pl.read_parquet(drop.truth), on="line_number", how="left")


def has_people(contract: dict[str, Any]) -> bool:
    """Whether lines are about persons."""
    return any(item["property"] == "identity" for item in contract["customProperties"])


@cache
def _contract(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.load(file.read_text(), yaml.CSafeLoader)
    return read


def identity_of(feed: str, true_person: int, has_ssn: bool) -> bytes:
    """A made-up identity: one for each person and feed, with an SSN and without."""
    return hashlib.md5(f"{feed}/{true_person}/{has_ssn}".encode(), usedforsecurity=False).digest()


def has_ssn(lines: pl.DataFrame) -> pl.Series:
    """Whether a line gives nine digits that can be somebody's SSN (20 CFR 422.110; no ITIN, no made-up number)."""
    if "ssn" not in lines.columns:
        return pl.Series("has_ssn", [False] * lines.height)
    digits = pl.col("ssn").str.replace_all(r"[ -]", "")
    made_up = [
        *["123456789", "012345678", "123123123", "111223333", "123121234", "098765432", "078051120", "219099999"]
    ]
    made_up += [str(digit) * 9 for digit in range(10)]
    usable = (
        digits.str.contains(r"^\d{9}$")
        & ~digits.str.slice(0, 3).is_in(["000", "666"])
        & ~digits.str.starts_with("9")
        & (digits.str.slice(3, 2) != "00")
        & (digits.str.slice(5, 4) != "0000")
        & ~digits.is_in(made_up)
    )
    return lines.select(usable.fill_null(False).alias("has_ssn")).to_series()


def person_of(true_person: int) -> bytes:
    """A made-up person id."""
    return hashlib.md5(f"person/{true_person}".encode(), usedforsecurity=False).digest()


def take_in(warehouse: Warehouse, drops: list[Drop], label: str, cutoff: str, refresh_id: int) -> None:
    """Load drops as accepted, supersede what they replace, assign identities by the truth, open a refresh."""
    postal = pl.read_csv(warehouse.settings.reference / "ref_postal_code.csv", infer_schema_length=0)
    with warehouse.connect("owner") as connection:
        for drop in drops:
            contract = _contract(warehouse.settings.contracts / f"{drop.feed}.yaml")
            lines = read(drop, warehouse.settings.contracts)
            _load(connection, drop, lines, postal, with_people=has_people(contract))
        _assign(connection, refresh_id)
        connection.execute(
            """
            insert into governance.refresh (refresh_id, label, cutoff, status) values (%(id)s, %(label)s, %(cutoff)s,
            'running') on conflict do nothing
            """,
            {"id": refresh_id, "label": label, "cutoff": cutoff},
        )
        connection.execute(
            """
            insert into governance.current_refresh (refresh_id, label, cutoff) values (%(id)s, %(label)s, %(cutoff)s)
            on conflict (is_current) do update
            set refresh_id = excluded.refresh_id, label = excluded.label, cutoff = excluded.cutoff
            """,
            {"id": refresh_id, "label": label, "cutoff": cutoff},
        )


def _load(
    connection: psycopg.Connection, drop: Drop, lines: pl.DataFrame, postal: pl.DataFrame, *, with_people: bool
) -> None:
    connection.execute(
        "update governance.drop set status = 'superseded' where feed = %s and period = %s and status = 'accepted'",
        (drop.feed, drop.period),
    )
    row = connection.execute(
        """
        insert into governance.drop (drop_id, feed, period, submission, status, delivered_on, lines_total,
            lines_accepted, lines_quarantined)
        select coalesce(max(drop_id), 0) + 1, %s, %s, %s, 'accepted', %s, %s, %s, 0 from governance.drop
        returning drop_id
        """,
        (drop.feed, drop.period, drop.submission, drop.delivered_on, lines.height, lines.height),
    ).fetchone()
    assert row is not None
    if "address_postal_code" in lines.columns:
        lines = lines.join(
            postal.select("county_fips", "locale_code", address_postal_code="postal_code"),
            on="address_postal_code",
            how="left",
            maintain_order="left",
        )
    lines = lines.with_columns(drop_id=pl.lit(row[0], pl.Int64))
    if with_people:
        given = has_ssn(lines)
        named = lines["true_person"].is_not_null()
        if drop.feed in SSN_ALONE:
            named = named & given
        everybody = zip(lines["true_person"].to_list(), given.to_list(), named.to_list(), strict=True)
        people = [(person, has) if is_named else None for person, has, is_named in everybody]
        _keep_people(connection, drop.feed, {person for person in people if person})
        identities = [identity_of(drop.feed, *person) if person else None for person in people]
        lines = lines.with_columns(pl.Series("identity_id", identities, pl.Binary))
    wanted: list[tuple[str, str]] = connection.execute(
        """
        select column_name, data_type from information_schema.columns
        where table_schema = 'intake' and table_name = %s order by ordinal_position
        """,
        (drop.feed,),
    ).fetchall()
    chosen = [name for name, _ in wanted if name in lines.columns]
    narrow = {"integer": pl.Int32, "smallint": pl.Int16}
    lines = lines.select(chosen).cast(
        {name: narrow[kind] for name, kind in wanted if kind in narrow and name in chosen}
    )
    copy_arrow(connection, f"intake.{drop.feed}", _plain_strings(lines.to_arrow()))


def _keep_people(connection: psycopg.Connection, feed: str, people: set[tuple[int, bool]]) -> None:
    connection.execute("create temporary table if not exists truth (identity_id uuid primary key, person_id uuid)")
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into truth values (%s::uuid, %s::uuid) on conflict do nothing",
            [(identity_of(feed, *person).hex(), person_of(person[0]).hex()) for person in sorted(people)],
        )
        cursor.executemany(
            "insert into vault.identity (identity_id, feed, ssn_token) values (%s::uuid, %s, %s) "
            "on conflict do nothing",
            [(identity_of(feed, *person).hex(), feed, b"token" if person[1] else None) for person in sorted(people)],
        )


def _assign(connection: psycopg.Connection, refresh_id: int) -> None:
    connection.execute(
        """
        insert into registry.assignment (identity_id, person_id, valid_from_refresh, method)
        select identity_id, person_id, %s, 'truth' from truth
        where identity_id not in (select identity_id from registry.assignment)
        """,
        (refresh_id,),
    )
    connection.execute(
        """
        insert into registry.person_profile (person_id, birth_year, sex, race_ethnicity)
        select distinct on (truth.person_id) truth.person_id, null, line.sex, line.race_ethnicity
        from truth inner join intake.k12_enrollment as line on truth.identity_id = line.identity_id
        order by truth.person_id, line.drop_id desc, line.line_number desc
        on conflict (person_id) do nothing
        """
    )


def _fixed(file: Path, layout: dict[str, Any], columns: list[dict[str, Any]]) -> pl.DataFrame:
    lines = pl.DataFrame({"line": file.read_text(layout["encoding"]).splitlines()})
    spans = {column["name"]: _property(column, "position").split("-") for column in columns}
    return lines.select(
        pl.col("line").str.slice(int(first) - 1, int(last) - int(first) + 1).str.strip_chars().alias(name)
        for name, (first, last) in spans.items()
    )


def _record_types(file: Path, layout: dict[str, Any], columns: list[dict[str, Any]]) -> pl.DataFrame:
    """A record a line, and one more for the second child of a line."""
    header, *lines, _ = file.read_text(layout["encoding"]).splitlines()
    places = {column["name"]: _property(column, "position") for column in columns}
    spelled = str.maketrans(layout["letters"]["digits"], "1234567890")
    lettered = header[layout["letters"]["at"] - 1] == layout["letters"]["mark"]
    rows: list[dict[str, str]] = []
    for line in lines:
        for part in range(2 if line[61 - 1 :].strip(" 0") and line.startswith("T3") else 1):
            row: dict[str, str] = {}
            for name, said in places.items():
                of, where = (header, said["HEADER"]) if "HEADER" in said else (line, said.get(line[:2], "1-0"))
                first, last = (where[part] if isinstance(where, list) else where).split("-")
                row[name] = of[int(first) - 1 : int(last)].strip()
            rows.append(row | {"ssn": row["ssn"].translate(spelled) if lettered else row["ssn"]})
    return pl.DataFrame(rows, schema=dict.fromkeys(places, pl.String))


def _json_ld(file: Path, layout: dict[str, Any], columns: list[dict[str, Any]]) -> pl.DataFrame:
    """A record a node of the agreed types; lists have one member here."""
    nodes = [node for node in json.loads(file.read_text())["@graph"] if node["@type"] in layout["nodes"]]

    def found(node: Any, path: str) -> Any:
        for part in path.split("/"):
            node = (node or {}).get(part.removesuffix("[1]"))
            node = node[0] if isinstance(node, list) else node
        return node

    said = {column["name"]: [found(node, column["physicalName"]) for node in nodes] for column in columns}
    return pl.DataFrame(said, schema=dict.fromkeys(said, pl.String))


def _xml(file: Path, layout: dict[str, Any], columns: list[dict[str, Any]]) -> pl.DataFrame:
    """A record an element of the agreed name; each column where one of its paths leads."""
    root = ElementTree.parse(file).getroot()  # noqa: S314 (a file of our own)
    space = root.tag.partition("}")[0] + "}"
    records = root.findall(f"{space}{layout['record']}")

    def found(record: ElementTree.Element, column: dict[str, Any]) -> str | None:
        said = column.get("customProperties", ())
        aliases = [a for item in said if item["property"] == "aliases" for a in item["value"]]
        for path in (column["physicalName"], *aliases):
            if text := (record.findtext("/".join(space + step for step in path.split("/"))) or "").strip():
                return text
        return None

    said = {column["name"]: [found(record, column) for record in records] for column in columns}
    return pl.DataFrame(said, schema=dict.fromkeys(said, pl.String))


def _delimited(file: Path, layout: dict[str, Any], columns: list[dict[str, Any]]) -> pl.DataFrame:
    text = file.read_bytes().decode(layout["encoding"]).encode()
    has_header = layout.get("header", True)
    raw = pl.read_csv(text, separator=layout["delimiter"], has_header=has_header, infer_schema=False)
    if not has_header:
        return raw.rename(dict(zip(raw.columns, (column["name"] for column in columns), strict=True)))
    return raw.rename({column["physicalName"]: column["name"] for column in columns})


def _typed(column: dict[str, Any]) -> pl.Expr:
    text = pl.col(column["name"]).str.strip_chars()
    value = pl.when(text != "").then(text)
    stored = {
        item["value"]: next((p["value"] for p in item.get("customProperties", ()) if p["property"] == "stored"), None)
        for item in column.get("enum", ())
    }
    if renamed := {key: new for key, new in stored.items() if new}:
        value = value.replace(renamed)
    kind = column["logicalType"]
    if kind == "boolean":
        value = value == str(column.get("physicalType", "0/1")).partition("/")[2]
    elif kind == "date":
        form = {"yyyymmdd": "%Y%m%d", "mm/dd/yyyy": "%m/%d/%Y"}.get(str(column.get("physicalType")).lower(), "%Y-%m-%d")
        value = value.str.to_date(form, strict=False)
    return value.cast(_decimal(column) if kind == "number" else TYPES[kind], strict=False).alias(column["name"])


def _decimal(column: dict[str, Any]) -> pl.Decimal:
    precision, scale = str(column["physicalType"]).removeprefix("decimal(").removesuffix(")").split(",")
    return pl.Decimal(int(precision), int(scale))


def _property(column: dict[str, Any], name: str) -> Any:
    return next(item["value"] for item in column["customProperties"] if item["property"] == name)


def _plain_strings(table: pa.Table) -> pa.Table:
    wide = {pa.large_string(): pa.string(), pa.large_binary(): pa.binary(), pa.string_view(): pa.string()}
    wide[pa.binary_view()] = pa.binary()
    return table.cast(pa.schema([pa.field(f.name, wide.get(f.type, f.type)) for f in table.schema]))
