"""Read suites: what is expected of a slice of data, how severe a failure is, and what to do about it.

Here: the YAML format (described in the package), its checks, and the version of a suite (a hash of what it
says). Not here: running one (`runner`), recording a run (`p20w.pipeline.gates`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Literal, cast

import yaml

Severity = Literal["critical", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "warning", "info")
META = ("what", "matters", "resolve", "since")

# Expectations whose result under our result format holds counts only. GX has others that answer with values
# (distinct values, the most common value, a maximum): a column of those may be personal data.
COUNTING = frozenset(
    {
        "expect_column_values_to_not_be_null",
        "expect_column_values_to_be_null",
        "expect_column_values_to_be_between",
        "expect_column_values_to_be_in_set",
        "expect_column_values_to_not_be_in_set",
        "expect_column_values_to_match_regex",
        "expect_column_values_to_not_match_regex",
        "expect_column_value_lengths_to_be_between",
        "expect_column_values_to_be_unique",
        "expect_column_pair_values_a_to_be_greater_than_b",
        "expect_column_pair_values_to_be_equal",
        "expect_table_row_count_to_be_between",
        "expect_table_row_count_to_equal",
        "unexpected_rows_expectation",
    }
)
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


class SuiteError(ValueError):
    """A suite file breaks the format; the message says which file, which expectation and what to change."""


@dataclass(frozen=True)
class Expectation:
    """One expectation: a GX type with its arguments, and what a person needs to know about it."""

    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    meta: Mapping[str, str]
    name: str
    when_missing: Literal["fail", "pass"] = "fail"

    @property
    def column(self) -> str | None:
        """The column it judges, or None when it judges rows or the table."""
        return self.kwargs.get("column")


@dataclass(frozen=True)
class Suite:
    """Expectations of one slice. `batch` is the slice's SQL; None when the stage builds the slice itself."""

    name: str
    what: str
    expectations: tuple[Expectation, ...]
    batch: str | None = None

    @property
    def version(self) -> str:
        """Hash of all the suite says; a pass under another version is no pass."""
        return _digest(_as_data(self))

    def query(self, parameters: Mapping[str, object] | None = None) -> str:
        """The slice's SQL with `${name}` parameters filled in (identifiers and numbers only)."""
        if self.batch is None:
            raise SuiteError(f"suite {self.name} has no batch: the stage that runs it must give the query")
        values = {name: str(value) for name, value in (parameters or {}).items()}
        for name, value in values.items():
            if not re.fullmatch(r"[A-Za-z0-9_]+", value):
                raise SuiteError(f"parameter {name} of suite {self.name} is no plain identifier or number")
        return Template(self.batch).substitute(values).strip().rstrip(";")

    def plus(self, expectations: Iterable[Expectation]) -> Suite:
        """The suite with more expectations, such as those a contract generates."""
        return Suite(self.name, self.what, _unique(self.name, (*self.expectations, *expectations)), self.batch)


@dataclass(frozen=True)
class Gate:
    """All suites of one gate, in the order of their file names."""

    name: str
    suites: tuple[Suite, ...] = field(default=())

    @property
    def version(self) -> str:
        """Hash over the versions of its suites."""
        return _digest([suite.version for suite in self.suites])


def load_suite(path: Path) -> Suite:
    """Read and check one suite file.

    Raises:
        SuiteError: the file breaks the format.
    """
    try:
        return _suite(path.read_text(encoding="utf-8"))
    except SuiteError as error:
        raise SuiteError(f"{path}: {error}") from None


@cache
def _suite(text: str) -> Suite:
    raw: Any = yaml.load(text, yaml.CSafeLoader)
    if not isinstance(raw, dict):
        raise SuiteError("expected a mapping with suite, what and expectations")
    data = cast("dict[str, Any]", raw)
    unknown = set(data) - {"suite", "what", "batch", "expectations"}
    missing = {"suite", "what", "expectations"} - set(data)
    if unknown or missing:
        raise SuiteError(f"unknown keys {sorted(unknown)}, missing keys {sorted(missing)}")
    expectations = _unique(data["suite"], (expectation(item) for item in data["expectations"]))
    return Suite(str(data["suite"]), str(data["what"]), expectations, data.get("batch"))


def load_gate(folder: Path) -> Gate:
    """Read the gate whose suites are the `*.yaml` files of `folder`.

    Raises:
        SuiteError: there is none, two share a name, or one breaks the format.
    """
    suites = tuple(load_suite(path) for path in sorted(folder.glob("*.yaml")))
    if not suites:
        raise SuiteError(f"no suite in {folder}: a gate without a suite would let everything through")
    if len({suite.name for suite in suites}) < len(suites):
        raise SuiteError(f"two suites of {folder} share a name")
    return Gate(folder.name, suites)


def expectation(item: Mapping[str, Any]) -> Expectation:
    """Check one expectation of a suite file, or of a generated suite, and give it its name.

    Raises:
        SuiteError: unknown type or severity, missing meta, or a nameless rule in SQL.
    """
    kind = str(item.get("type", ""))
    kwargs = cast("dict[str, Any]", item.get("kwargs") or {})
    default = f"{kind}({kwargs['column']})" if "column" in kwargs else kind
    name = str(item.get("name", default))
    unknown = set(item) - {"type", "name", "kwargs", "severity", "meta", "when_missing"}
    if unknown:
        raise SuiteError(f"{name}: unknown keys {sorted(unknown)}")
    if kind not in COUNTING:
        raise SuiteError(f"{name}: type {kind!r} may answer with values; use one of {sorted(COUNTING)}")
    if "column" not in kwargs and not _NAME.match(str(item.get("name", ""))):
        raise SuiteError(f"{name}: an expectation without a column needs a name in snake case")
    if item.get("severity") not in SEVERITIES:
        raise SuiteError(f"{name}: severity is one of {', '.join(SEVERITIES)}")
    if item.get("when_missing", "fail") not in ("fail", "pass"):
        raise SuiteError(f"{name}: when_missing is fail or pass")
    meta = cast("dict[str, Any]", item.get("meta") or {})
    if absent := [key for key in META if not str(meta.get(key) or "").strip()]:
        raise SuiteError(f"{name}: meta lacks {', '.join(absent)}")
    return Expectation(
        type=kind,
        kwargs=kwargs,
        severity=item["severity"],
        meta={key: " ".join(str(meta[key]).split()) for key in META},
        name=name,
        when_missing=item.get("when_missing", "fail"),
    )


def _unique(suite: str, items: Iterable[Expectation]) -> tuple[Expectation, ...]:
    expectations = tuple(items)
    names = [item.name for item in expectations]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SuiteError(f"suite {suite}: give these expectations names that differ: {', '.join(twice)}")
    return expectations


def _as_data(suite: Suite) -> object:
    return [
        suite.name,
        suite.what,
        suite.batch,
        [
            [item.name, item.type, dict(item.kwargs), item.severity, dict(item.meta), item.when_missing]
            for item in suite.expectations
        ],
    ]


def _digest(data: object) -> str:
    text = json.dumps(data, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
