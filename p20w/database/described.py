"""The description of logins (`roles.yaml`) as values.

Here: reading it, and which right it means for which thing of a database. Not here: what a server grants (`access`),
passwords and creating logins (`roles`).
"""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FILE = Path(__file__).with_name("roles.yaml")

PRIVILEGES = {
    "reads": "SELECT",
    "adds": "INSERT",
    "changes": "UPDATE",
    "removes": "DELETE",
    "empties": "TRUNCATE",
    "calls": "EXECUTE",
}
"""What a word of the description is called in Postgres."""


class Right(NamedTuple):
    """One right: `kind` is table, column, function, schema, database, or default (of tables to come in a schema).

    `thing` is its full name; a column's is `schema.table.column`. `login` is PUBLIC where everybody has it.
    """

    kind: str
    thing: str
    login: str
    privilege: str

    @property
    def whole(self) -> tuple[str, str]:
        """Kind and name of what is granted on: of a column, its table."""
        return ("table", self.thing.rpartition(".")[0]) if self.kind == "column" else (self.kind, self.thing)

    def __str__(self) -> str:
        return f"{self.login}: {self.privilege.lower()} on {self.kind} {self.thing}"


@dataclass(frozen=True)
class Rule:
    """Things that match `pattern`, and which of their columns (None: the whole); or that they are taken away."""

    pattern: str
    columns: tuple[str, ...] | None = None
    is_taken_away: bool = False

    @property
    def schema(self) -> str:
        """The pattern of the schema's name."""
        return self.pattern.partition(".")[0]


@dataclass(frozen=True)
class Login:
    """One login as described."""

    name: str
    purpose: str
    connections: int
    settings: Mapping[str, str]
    database: tuple[str, ...]
    makes: tuple[str, ...]
    rules: Mapping[str, tuple[Rule, ...]]
    """By word: reads, adds, changes, removes, empties, calls."""
    is_recorded: bool
    """Whether each statement goes into the access log."""

    @property
    def role(self) -> str:
        """The database role."""
        return f"p20w_{self.name}"

    def columns(self, word: str, thing: str, columns: Iterable[str]) -> frozenset[str] | None:
        """Columns of `thing` the login may do `word` with; None: the thing as a whole; empty: nothing."""
        whole, some = False, set[str]()
        for rule in self.rules[word]:
            if not fnmatchcase(thing, rule.pattern):
                continue
            if rule.is_taken_away:
                whole, some = False, set()
            elif rule.columns is None:
                whole = True
            else:
                some |= set(rule.columns) & set(columns)
        return None if whole else frozenset(some)


@cache
def logins(file: Path = FILE) -> tuple[Login, ...]:
    """All logins of the description, in its order."""
    described: dict[str, dict[str, Any]] = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return tuple(
        Login(
            name,
            said["purpose"],
            said["connections"],
            said.get("settings", {}),
            tuple(said.get("database", ())),
            tuple(said.get("makes", ())),
            {word: tuple(_rules(said.get(word, ()))) for word in PRIVILEGES},
            said.get("is_recorded", False),
        )
        for name, said in described.items()
    )


def _rules(entries: Iterable[Any]) -> Generator[Rule]:
    for entry in entries:
        if isinstance(entry, str):
            yield Rule(entry.removeprefix("-"), None, entry.startswith("-"))
        elif isinstance(entry, dict):
            yield from (Rule(pattern, tuple(columns)) for pattern, columns in entry.items())
        else:  # a list that is used more than once
            yield from _rules(entry)


def rights_of(
    tables: Mapping[str, Iterable[str]], functions: Iterable[str], schemas: Iterable[str], owners: Mapping[str, str]
) -> set[Right]:
    """Every right the description gives, for the things there are.

    Args:
        tables: columns by name of a table or view.
        functions: names; one a function, its arguments left out.
        schemas: names.
        owners: the owner of each of them (`table`, `function` and `schema` names share no name); who owns a thing needs
            no right to it.
    """
    rights: set[Right] = set()
    for login in logins():
        rights |= {Right("database", "this", login.role, privilege.upper()) for privilege in login.database}
        for word, privilege in PRIVILEGES.items():
            if word == "calls":
                called = (name for name in functions if login.columns(word, name, ()) is None)
                rights |= {Right("function", name, login.role, privilege) for name in called}
                continue
            for table, columns in tables.items():
                some = login.columns(word, table, columns)
                if some is None:
                    rights.add(Right("table", table, login.role, privilege))
                else:
                    rights |= {Right("column", f"{table}.{name}", login.role, privilege) for name in some}
        for schema in schemas:
            if schema in login.makes:
                rights.add(Right("schema", schema, login.role, "CREATE"))
            if schema in login.makes or any(
                fnmatchcase(schema, rule.schema) for rules in login.rules.values() for rule in rules
            ):
                rights.add(Right("schema", schema, login.role, "USAGE"))
    rights |= _to_come()
    return {right for right in rights if owners.get(right.whole[1]) != right.login}


def _to_come() -> set[Right]:
    """Rights to tables that a login has yet to make: whoever reads a whole schema reads them too."""
    return {
        Right("default", f"{maker.role}.{schema}", login.role, "SELECT")
        for maker in logins()
        for schema in maker.makes
        for login in logins()
        if login is not maker and any(rule == Rule(f"{schema}.*") for rule in login.rules["reads"])
    }
