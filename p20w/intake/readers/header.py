"""Which columns of the contract a file has: the names in its header, matched.

Here: names in a header line, a schema or a record, and their aliases. Not here: what the fields hold.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from p20w.contracts import FeedContract


@dataclass(frozen=True)
class Header:
    """Which contract column each field of a record holds, by position; and how the header differs from the contract.

    `respelled` fields are known only when case, spaces and underscores do not count. `looks` says, where hardly a field
    is known, what the file looks like instead.
    """

    names: tuple[str, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()
    respelled: int = 0
    looks: str = ""

    @property
    def matched(self) -> int:
        """How many fields the contract knows."""
        return len(self.names) - len(self.unknown)

    def fits(self, contract: FeedContract) -> bool:
        """Whether at least half the contract's columns are there, of those that every file has."""
        return self.matched * 2 >= sum(not column.may_be_absent for column in contract.columns)


def matched(fields: Sequence[str], contract: FeedContract) -> Header:
    """Match the names of fields with the contract's headers and aliases.

    Case, spaces and underscores do not count. A field the contract does not know, or that comes twice, is unknown and
    is named by its position only: a file without header puts a person's values there.
    """
    agreed = _agreed(contract)
    known = known_names(contract)
    names: list[str] = []
    unknown: list[int] = []
    for position, field in enumerate(fields):
        name = known.get(plain(field))
        if name is None or name in names:
            unknown.append(position)
            name = f"?{position}"
        names.append(name)
    missing = tuple(c.header for c in contract.columns if c.name not in names and not c.may_be_absent)
    respelled = sum(field not in agreed and plain(field) in known for field in fields)
    return Header(tuple(names), missing, tuple(unknown), respelled)


def read_header(record: bytes, contract: FeedContract) -> Header:
    """The header line of a delimited file, matched."""
    text = record.decode(contract.layout.encoding, errors="replace")
    return matched([field.strip().strip('"') for field in text.split(contract.layout.delimiter)], contract)


def expected_header(contract: FeedContract) -> Header:
    """The columns in the contract's order: for files that have no header."""
    return Header(tuple(column.name for column in contract.columns))


def known_names(contract: FeedContract) -> Mapping[str, str]:
    """Columns by their headers and aliases in plain form."""
    return {plain(header): name for header, name in _agreed(contract).items()}


def plain(header: str) -> str:
    """A header without what does not count."""
    return re.sub(r"[\s_]+", "", header).casefold()


def _agreed(contract: FeedContract) -> dict[str, str]:
    return {header: c.name for c in contract.columns for header in (c.header, *c.aliases)}
