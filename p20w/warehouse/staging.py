"""What dbt is told of feeds, from their contracts: the source `intake`, and the columns of staging models.

Here: the text of `models/staging/intake.yml`, and of the yml beside each model that reads a feed. Overview, rules and
unit tests of a yml are written by hand and stay; a model without yml gets one to begin with. Not here: running dbt
(`dbt_runs`), the models themselves (`dbt/`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from p20w.contracts import Column, FeedContract
from p20w.intake.tables import DERIVED
from p20w.warehouse.yml import first, said

PROVENANCE = {
    "drop_id": "The drop the row came with.",
    "line_number": "Line of the drop; with `drop_id` the address of the record.",
    "identity_id": "Identity of the registry; `core.person_identity` says whose it is.",
}
CEDS = {"county_fips": "001209"}
"""CEDS element of a column that no contract has."""
LISTED = 12
"""Values that are told one by one; of longer lists, none."""
_LINES = re.compile(r"\{\{ accepted_lines\('([a-z0-9_]+)'\) \}\}")


class StagingError(ValueError):
    """A staging model cannot be described from the contracts; the message says which, and what to do."""


@dataclass(frozen=True)
class Model:
    """A staging model and the feed it reads."""

    file: Path
    contract: FeedContract

    @property
    def name(self) -> str:
        """The model's name."""
        return self.file.stem

    @property
    def yml(self) -> Path:
        """The yml beside it."""
        return self.file.with_suffix(".yml")

    @property
    def columns(self) -> list[str]:
        """Names of its columns in their order: what its last `select` lists."""
        text = self.file.read_text(encoding="utf-8")
        listed = re.sub(r"\{\{.*?\}\}|--[^\n]*", "", text[text.rindex("\nselect\n") : text.rindex("\nfrom ")])
        return re.findall(r"([a-z0-9_]+)\s*(?:,|\Z)", re.sub(r"\([^()]*\)", "", listed.rstrip()))


def write(contracts: Mapping[str, FeedContract], dbt: Path) -> list[Path]:
    """Bring what is generated in line with the contracts.

    Args:
        contracts: by feed.
        dbt: the dbt project.

    Returns:
        the files that were changed or made.

    Raises:
        StagingError: a column is in no contract, and nothing is said of it in the model's yml either.
    """
    changed: list[Path] = []
    for path, text in generated(contracts, dbt).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def generated(contracts: Mapping[str, FeedContract], dbt: Path) -> dict[Path, str]:
    """Text by file, of all that follows from the contracts; raises StagingError."""
    folder = dbt / "models" / "staging"
    of_periods = _described((folder / "stg_governance__drop.yml").read_text(encoding="utf-8"))
    texts = {folder / "intake.yml": _sources(contracts)}
    return texts | {model.yml: _with_columns(model, of_periods) for model in models(contracts, dbt)}


def models(contracts: Mapping[str, FeedContract], dbt: Path) -> Iterator[Model]:
    """The staging models that read a feed, by name."""
    for file in sorted((dbt / "models" / "staging").glob("*.sql")):
        for feed in _LINES.findall(file.read_text(encoding="utf-8")):
            if feed not in contracts:
                raise StagingError(f"{file.name} reads feed {feed}, which has no contract: contracts/{feed}.yaml")
            yield Model(file, contracts[feed])


def _sources(contracts: Mapping[str, FeedContract]) -> str:
    lines = [
        "# Written by: p20w contract generate. What lines say is in contracts/<feed>.yaml; change it there.",
        "sources:",
        "  - name: intake",
        "    description: Attributes of accepted and loaded lines, one table a feed; no identifiers.",
        "    schema: intake",
        "    tables:",
    ]
    for feed, contract in contracts.items():
        lines += [f"      - name: {feed}", *said("description", f"{contract.title}: {contract.granularity}.", 8)]
    return "\n".join(lines) + "\n"


def _with_columns(model: Model, of_periods: Mapping[str, dict[str, Any]]) -> str:
    """The model's yml, its columns as the contract describes them."""
    text = model.yml.read_text(encoding="utf-8") if model.yml.exists() else first(model.name, model.contract)
    head, _, rest = text.partition("    columns:\n")
    tail = re.search(r"^ {0,4}\S", rest, re.M)
    by_hand = _described(text)
    lines: list[str] = []
    for name in model.columns:
        lines += _column(model, name, of_periods.get(name) or by_hand.get(name))
    return f"{head}    columns:\n" + "\n".join(lines) + "\n" + (rest[tail.start() :] if tail else "")


def _column(model: Model, name: str, otherwise: dict[str, Any] | None) -> list[str]:
    """Lines about one column: by its contract, by what every feed has, by the drop's period, or as said by hand."""
    promised = {column.name: column for column in model.contract.columns}.get(name)
    common = PROVENANCE | (DERIVED if model.contract.has_address else {})
    words = _words(promised) if promised else common.get(name) or (otherwise or {}).get("description")
    if not words:
        raise StagingError(
            f"{model.yml.name}: {name} is no column of contracts/{model.contract.feed}.yaml. Say what it is: add it to "
            f"the columns of {model.yml.name} with a description"
        )
    ceds = (
        promised.ceds if promised else CEDS.get(name) or (otherwise or {}).get("config", {}).get("meta", {}).get("ceds")
    )
    terms = {"ceds": ceds, "pirl": promised and promised.pirl}
    meta = ", ".join(f'{term}: "{number}"' for term, number in terms.items() if number)
    lines = [f"      - name: {name}", *said("description", words, 8)]
    return [*lines, f"        config: {{meta: {{{meta}}}}}"] if meta else lines


def _words(column: Column) -> str:
    """What the contract says of a column, with the values it is stored as."""
    values = column.stored_values
    return f"{column.description} One of: {', '.join(values)}." if 0 < len(values) <= LISTED else column.description


def _described(yml: str) -> dict[str, dict[str, Any]]:
    """The columns of a model's yml by name, as they stand there."""
    return {column["name"]: column for column in yaml.safe_load(yml)["models"][0].get("columns") or ()}
