"""What each mart says of itself in the `meta` of its yml.

That is its question, its suite, when its rows are complete, what of it the report reads, and which of its figures are
told over other maps.

Here: reading and checking that. Not here: figures over other maps (`ranges`), the report (`p20w.reports`), the SQL of
marts (`dbt/models/marts`).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

_Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, min_length=1)]


class DeclarationError(ValueError):
    """A mart's yml does not say what it has to; the message says which, and where."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(_Strict):
    """A figure over other maps: SQL of its value and of the persons behind it, and its words by part."""

    value: _Text
    persons: _Text
    names: Mapping[str, _Text]


class Ranges(_Strict):
    """Figures that are told over other maps: those of the newest complete rows.

    Rows are those for which `where` holds and which are complete; the newest have the greatest `newest`. `part` tells
    the rows of one answer apart; a literal where there is one row.
    """

    where: _Text
    newest: _Text
    part: _Text = "''"
    figures: Mapping[str, Figure]


class Mart(_Strict):
    """A mart: its question in the research agenda's words, one row for what, and who reads it how."""

    name: str
    purpose: _Text  # in the words of agreements
    question: _Text
    row_for: _Text
    suite: _Text
    page: _Text  # the module of p20w.reports.sections that tells it
    complete: _Text  # SQL: a row whose outcomes can no longer change and were all on file
    headlines: Mapping[str, _Text]  # by what the report calls them: SQL after `from`
    ranges: Ranges | None = None
    example: bool = Field(description="Whether its description has an example.")


def marts(dbt: Path) -> tuple[Mart, ...]:
    """The marts of a dbt project, by name.

    Raises:
        DeclarationError: one of them does not say what it has to.
    """
    files = sorted((dbt / "models" / "marts").glob("*.yml"))
    return _marts(tuple(files), tuple(path.stat().st_mtime_ns for path in files))


@cache
def _marts(files: tuple[Path, ...], _modified: tuple[int, ...]) -> tuple[Mart, ...]:
    read = (yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader) for path in files)
    return tuple(_mart(model) for described in read for model in described["models"])


def _mart(model: Mapping[str, Any]) -> Mart:
    said = (model.get("config") or {}).get("meta") or {}
    try:
        return Mart(name=model["name"], example=f"from marts.{model['name']}" in model["description"], **said)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DeclarationError(f"{model['name']}.yml: meta, at {place}: {first['msg']}") from None


def names(found: tuple[Mart, ...]) -> Mapping[tuple[str, str], str]:
    """Words of the figures that are told over other maps, by answer and part."""
    return {
        (answer, part): words
        for mart in found
        for answer, figure in (mart.ranges.figures if mart.ranges else {}).items()
        for part, words in figure.names.items()
    }


def handbook(found: tuple[Mart, ...]) -> str:
    """The handbook's table of marts."""
    rows = [f"| `{mart.name}` | {mart.row_for} | {mart.question} |" for mart in found]
    return "\n".join(["| mart | one row for each | question |", "|---|---|---|", *rows])
