"""Write a simulated state's drops anew, with what the agencies of the other state write.

Here: data files by their contracts, then manifests with checksum, count and totals. Not here: what is written. Which
line is about whom, source ids, schools, wages and days of delivery stay, so the truth of lines stays as it is.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl

from p20w.contracts.forms import DATE_FORMATS
from p20w.contracts.load import load_contracts
from p20w.contracts.model import Column, FeedContract
from tests.evaluation.elsewhere.profiles import BOARDS, COLLEGE, EARLY, K12, LICENSE, WAGES
from tests.evaluation.elsewhere.writing import Written

CONTRACTS = Path(__file__).parents[3] / "contracts"
_UNIT = {
    K12: "lea_identifier_sea",
    COLLEGE: "institution_ipeds_unit_id",
    WAGES: "ui_account_number",
    EARLY: "early_learning_organization_identifier",
    BOARDS: "license_type",
}
_AGAIN = {LICENSE: "issue_date"}  # who comes again registers again
_WANTED = ("first_name", "middle_name", "last_or_surname", "generation_code_or_suffix", "previous_last_name",
           "birthdate", "ssn", "address_street")  # fmt: skip
_PLACEHOLDER = "000000000"


class Agencies(Protocol):
    """Who writes what is on file about people: `writing.Agencies` or `offices.Offices`."""

    def registered(self, who: int, feed: str, unit: str, key: str, *, renamed: bool) -> Written:
        """What a unit of a feed has on file for a person under a key, before or after a change of name."""
        ...

    def is_renamed(self, who: int, feed: str, unit: str, on: date) -> bool:
        """Whether a unit knows of a change of name by this day."""
        ...

    def street(self, line: str, place: str, feed: str, unit: str) -> str:
        """Another address line for the simulator's."""
        ...


class Rewriter:
    """One feed's lines, from the fields the simulator wrote to those of the other state."""

    def __init__(self, contract: FeedContract, agencies: Agencies) -> None:
        self.feed, self.agencies = contract.feed, agencies
        self.columns: dict[str, Column] = {
            str(column.identifies): column for column in contract.columns if column.identifies in _WANTED
        }
        named = {column.name: column.header for column in contract.columns}
        unit, again, source = _UNIT.get(self.feed), _AGAIN.get(self.feed), contract.identifying("source_id")
        self._unit = named[unit] if unit else None
        self._key = [
            header for header in (source.header if source else None, named[again] if again else None) if header
        ]
        self._postal = next((c.header for c in contract.columns if c.identifies == "address_postal_code"), None)
        birth = self.columns.get("birthdate")
        self._form = DATE_FORMATS[str(birth.physical_format)] if birth else ""
        self._names = [self.columns[what].header for what in ("first_name", "last_or_surname") if what in self.columns]
        self._known: dict[tuple[object, ...], dict[str, str]] = {}
        self._streets: dict[tuple[str, str, str], str] = {}

    def line(self, fields: dict[str, str], who: int, on: date) -> None:
        """Change one line's fields (by header) in place."""
        unit = fields[self._unit] if self._unit else ""
        key = "/".join(fields[header] for header in self._key)
        renamed = self.agencies.is_renamed(who, self.feed, unit, on)
        held = self._known.get((who, unit, key, renamed))
        if held is None:
            written = self.agencies.registered(who, self.feed, unit, key, renamed=renamed)
            held = self._known[who, unit, key, renamed] = self._texts(written)
        nameless = bool(self._key and self._names) and not any(fields[header] for header in self._names)
        for what, text in held.items():
            header = self.columns[what].header
            if nameless or (what == "birthdate" and not fields[header]):
                continue  # who is known by a number alone, or tells no day, does so here
            if what == "ssn" and self.feed != WAGES and not fields[header]:
                continue  # who gives no number gives none here
            if what == "birthdate" and fields[header].startswith("00"):
                continue
            fields[header] = text
        street = self.columns.get("address_street")
        if street and fields[street.header]:
            where = (fields[street.header], fields[self._postal] if self._postal else "", unit)
            if where not in self._streets:
                self._streets[where] = self.agencies.street(where[0], where[1], self.feed, unit)
            fields[street.header] = self._streets[where]

    def _texts(self, written: Written) -> dict[str, str]:
        number = "" if written.ssn is None else _PLACEHOLDER if not written.ssn else f"{written.ssn:09d}"
        texts = {
            "first_name": written.first,
            "middle_name": written.middle,
            "last_or_surname": written.last,
            "generation_code_or_suffix": written.suffix.upper() if self.feed == LICENSE else written.suffix,
            "previous_last_name": written.former,
            "birthdate": written.birth.strftime(self._form) if self._form else "",
            "ssn": number,
        }
        return {what: text for what, text in texts.items() if what in self.columns}


def rewrite(drops: Path, truth: Path, agencies: Agencies) -> None:
    """Every drop of the folder whose feed says who people are; the others only keep their ids."""
    contracts = load_contracts(CONTRACTS)
    for feed, contract in contracts.items():
        if not any(column.identifies in _WANTED for column in contract.columns):
            continue
        rewriter = Rewriter(contract, agencies)
        for manifest in sorted((drops / feed).glob("*/*/manifest.json")):
            told = json.loads(manifest.read_text(encoding="utf-8"))
            path = manifest.with_name(told["file"])
            who = pl.read_parquet(truth / feed / told["period"] / f"{told['submission']}.parquet")["true_person"]
            on = date.fromisoformat(told["delivered_on"])
            people: Iterator[int | None] = iter(who.to_list())

            def change(
                fields: dict[str, str],
                rewriter: Rewriter = rewriter,
                on: date = on,
                people: Iterator[int | None] = people,
            ) -> None:
                if (person := next(people)) is not None:
                    rewriter.line(fields, person, on)

            write = {"fixed": _fixed, "record_types": _record_types}.get(contract.layout.kind, _delimited)
            data, count = write(path.read_bytes(), contract, change)
            if count != len(who):
                raise RuntimeError(f"{feed} {told['period']}: {count} lines, but the truth knows {len(who)}")
            path.write_bytes(data)
            told |= {"sha256": hashlib.sha256(data).hexdigest()}
            manifest.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _delimited(data: bytes, contract: FeedContract, change: Callable[[dict[str, str]], None]) -> tuple[bytes, int]:
    layout = contract.layout
    headers = None if layout.header else [column.header for column in contract.columns]
    text = io.StringIO(data.decode(layout.encoding), newline="")
    reader = csv.DictReader(text, headers, delimiter=layout.delimiter)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, reader.fieldnames or (), delimiter=layout.delimiter, lineterminator="\n")
    if layout.header:
        writer.writeheader()
    count = 0
    for fields in reader:
        change(fields)
        writer.writerow(fields)
        count += 1
    return out.getvalue().encode(layout.encoding, errors="replace"), count


def _fixed(data: bytes, contract: FeedContract, change: Callable[[dict[str, str]], None]) -> tuple[bytes, int]:
    """Wages are not touched, so their total stays."""
    places = {c.header: (c.position[0] - 1, c.position[1]) for c in contract.columns if c.position}
    out: list[str] = []
    for line in data.decode(contract.layout.encoding).splitlines():
        fields = {header: line[start : start + length].rstrip() for header, (start, length) in places.items()}
        kept = dict(fields)
        change(fields)
        for header, (start, length) in places.items():
            if fields[header] != kept[header]:
                line = line[:start] + fields[header][:length].ljust(length) + line[start + length :]
        out.append(line)
    return "".join(f"{line}\n" for line in out).encode(contract.layout.encoding, errors="replace"), len(out)


def _record_types(data: bytes, contract: FeedContract, change: Callable[[dict[str, str]], None]) -> tuple[bytes, int]:
    """Record by record, SSNs as digits meanwhile; nines, which are nobody's number, stay."""
    types = contract.layout.types
    assert types is not None
    assert types.letters is not None
    header, *lines, trailer = data.decode(contract.layout.encoding).splitlines()
    digits = types.letters.digits if header[types.letters.at - 1] == types.letters.mark else "1234567890"
    read, spell = str.maketrans(digits, "1234567890"), str.maketrans("1234567890", digits)
    out, count = [header], 0
    for line in lines:
        kind = line[: len(next(iter(types.records)))]
        parts = max((len(column.places.get(kind, ())) for column in contract.columns), default=1)
        for part in range(parts):
            places = {
                column.header: (found[part][0] - 1, found[part][1], column.identifies == "ssn")
                for column in contract.columns
                if len(found := column.places.get(kind, ())) > part and (part == 0 or len(found) > 1)
            }
            fields = {name: line[first : first + length].strip() for name, (first, length, _) in places.items()}
            if part and not "".join(fields.values()).strip("0"):
                continue
            fields |= {name: fields[name].translate(read) for name, (_, _, is_ssn) in places.items() if is_ssn}
            kept = dict(fields)
            change(fields)
            count += 1
            for name, (first, length, is_ssn) in places.items():
                if fields[name] != kept[name] and kept[name] != "9" * 9:
                    text = fields[name][:length].ljust(length)
                    line = line[:first] + (text.translate(spell) if is_ssn else text) + line[first + length :]
        out.append(line)
    return "".join(f"{line}\n" for line in [*out, trailer]).encode(contract.layout.encoding), count
