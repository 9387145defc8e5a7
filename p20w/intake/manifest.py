"""What an agency says about its file: manifest.json, read strictly.

Here: the one schema of a manifest, and its faults in words. Text of a manifest is never quoted: a fault names the
field and what the delivery should say. Not here: whether the file is as promised (`inspection`).
"""

import codecs
import json
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from p20w.intake.sources import SourceError, open_regular
from p20w.pipeline import calendar

MANIFEST = "manifest.json"
MOST_BYTES = 65_536  # ours have 500
MOST_FAULTS = 5

PERIOD = r"[0-9]{4}[0-9A-Za-z-]{0,20}"
"""What the name of any feed's period looks like, in manifests and folders."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WANTED = {
    "feed": "the name of the feed, as in contracts/",
    "period": "a period as its folder's name",
    "submission": "a whole number from 1 to 9,999, without quotes",
    "delivered_on": f"a day like 2024-10-25, from {calendar.first_day(calendar.FIRST)} on and not in the future",
    "file": "the name of the file beside it: up to 120 of a-z, A-Z, 0-9, space and . _ - ( ) +",
    "sha256": "64 hexadecimal digits",
    "record_count": "a whole number of lines, from 0 to 10,000,000,000, without quotes",
    "control_totals": "sums by column of the contract, numbers of up to 18 digits and 4 decimals",
    "agreement_id": "the agreement's number: up to 40 of a-z, A-Z, 0-9 and . _ - /",
    "contract_version": "three numbers like 1.0.0",
    "contact_role": "the role to ask, up to 100 letters",
}


_Text = StringConstraints
_Name = Annotated[str, _Text(strict=True, pattern=r"^[a-z][a-z0-9_]{0,62}$")]
_Period = Annotated[str, _Text(strict=True, pattern=f"^{PERIOD}$")]
_File = Annotated[str, _Text(strict=True, pattern=r"^[A-Za-z0-9_][A-Za-z0-9 ._()+-]{0,119}$")]
_Sha256 = Annotated[str, _Text(strict=True, pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)]
_Agreement = Annotated[str, _Text(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,39}$")]
_Version = Annotated[str, _Text(strict=True, pattern=r"^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}$")]
_Role = Annotated[str, _Text(strict=True, max_length=100)]
_Total = Annotated[Decimal, Field(max_digits=22, decimal_places=4, allow_inf_nan=False)]


class Manifest(BaseModel):
    """What the agency says about its file; sums by column of the contract in `control_totals`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    feed: _Name
    period: _Period
    submission: Annotated[int, Field(strict=True, ge=1, le=9_999)]
    delivered_on: date
    file: _File
    sha256: _Sha256
    record_count: Annotated[int, Field(strict=True, ge=0, le=10_000_000_000)]
    agreement_id: _Agreement
    contract_version: _Version
    control_totals: Annotated[dict[_Name, _Total], Field(max_length=50)] = {}
    contact_role: _Role = ""

    @field_validator("control_totals", mode="before")
    @classmethod
    def _no_totals(cls, value: object) -> object:
        return {} if value is None else value

    @field_validator("delivered_on", mode="before")
    @classmethod
    def _a_day_of_the_calendar(cls, value: object) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValueError
        day = date.fromisoformat(value)
        if not earliest() <= day <= latest():
            raise ValueError
        return day


def earliest() -> date:
    """The first day on which a drop can be delivered: that of the first refresh."""
    return calendar.first_day(calendar.FIRST)


def latest() -> date:
    """The last day on which a drop can have been delivered: today, wherever on earth the agency is."""
    return date.today() + timedelta(days=1)


def read_manifest(path: Path, feed: str, period: str, submission: int) -> tuple[Manifest | None, list[str]]:
    """The manifest, if it can be read, and what is wrong with it.

    Args:
        path: of the manifest.
        feed: as its folders say, like the next two.
        period: of the feed.
        submission: of the period.
    """
    try:
        with open_regular(path) as file:
            data = file.read(MOST_BYTES + 1)
    except SourceError as error:
        return None, [str(error)]
    if len(data) > MOST_BYTES:
        return None, [f"it has more than {MOST_BYTES:,} bytes"]
    manifest, faults = parse(data)
    if manifest:
        said = {"feed": manifest.feed, "period": manifest.period, "submission": manifest.submission}
        folders = {"feed": feed, "period": period, "submission": submission}
        faults = [
            f"its {name} is not that of its folder, {folder}"
            for name, folder in folders.items()
            if said[name] != folder
        ]
    return manifest, faults


def parse(data: bytes) -> tuple[Manifest | None, list[str]]:
    """A manifest's bytes as the schema has it, or what is wrong; nothing of what is written is repeated."""
    try:
        said = json.loads(
            data.removeprefix(codecs.BOM_UTF8).decode(),
            parse_float=Decimal,
            parse_constant=_no_number,
            object_pairs_hook=_once,
        )
    except UnicodeDecodeError:
        return None, ["it is not written in UTF-8"]
    except _SaidTwice:
        return None, ["it says a field twice"]
    except (ValueError, ArithmeticError, RecursionError):
        return None, ["it is no JSON"]
    try:
        return Manifest.model_validate(said), []
    except ValidationError as error:
        return None, _faults(error)


class _SaidTwice(ValueError):
    """A field occurs twice, and nobody can say which one counts."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _SaidTwice
    return found


def _no_number(name: str) -> None:
    """NaN and the infinities are no JSON, although Python reads them."""
    raise ValueError(name)


def _faults(error: ValidationError) -> list[str]:
    """One fault a field, in the schema's order, and a count of the fields nobody knows."""
    found: dict[str, str] = {}
    unknown = 0
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else ""
        if fault["type"] == "extra_forbidden" or (name and name not in _WANTED):
            unknown += 1
        elif not name:
            found[name] = "it is not one JSON object"
        elif fault["type"] == "missing":
            found[name] = f"it has no {name}: {_WANTED[name]}"
        else:
            found[name] = f"its {name} must be {_WANTED[name]}"
    told = [found[name] for name in ("", *_WANTED) if name in found][:MOST_FAULTS]
    if unknown:
        told.append(f"it has {'a field' if unknown == 1 else f'{unknown} fields'} no manifest has")
    return told
