"""Files in which lines of records stand in groups, such as the workers of an employer: a feed's other layout.

Here: the terms of such a layout, which a file shows by its first letter. A line begins with the letter of its type. The
records of a group stand between the line that begins it and the line with its totals; the last line has the file's. Not
here: reading a file (`p20w.intake.readers.groups`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from p20w.contracts.errors import ContractError
from p20w.contracts.record_types import Place, place

Says = Literal["sum", "records", "groups"]
"""What a total counts: the amounts, the records, the groups; of its group, or in the last line of the file."""
_LINES = ("opens", "begins", "record", "ends", "closes")
_TERMS = frozenset({"kind", "encoding", "skips", *_LINES, "recordLength", "sums", "totals", "columns"})
_OF_FIELDS = frozenset({"at", "always", "zeroFill", "zeros", "cents", "codes"})


@dataclass(frozen=True)
class Spot:
    """Bytes of the lines of one type."""

    record: str
    place: Place


@dataclass(frozen=True)
class Field:
    """Where a column's value stands, or what it always is; and how it is written there."""

    spot: Spot | None
    always: str | None = None
    zero_fill: int = 0  # characters, zeros put before shorter values
    zeros_are_blank: bool = False
    is_cents: bool = False  # of an amount in whole dollars: it stands in cents, and is rounded half up
    codes: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True)
class Total:
    """A figure that a line gives, and what it counts."""

    spot: Spot
    says: Says


@dataclass(frozen=True)
class Groups:
    """The lines of such a file, each type one letter.

    `opens` is the first line, then come any lines of `skips`; `begins`, records and `ends` make a group, `closes` is
    the last line. A line of a record has from `shortest` to `longest` bytes. `sums` is the amount that totals add up.
    """

    encoding: str
    opens: str
    skips: tuple[str, ...]
    begins: str
    record: str
    ends: str
    closes: str
    shortest: int
    longest: int
    sums: Spot
    totals: tuple[Total, ...]
    columns: Mapping[str, Field]

    @property
    def kinds(self) -> tuple[str, ...]:
        """All types of lines, in the order of a file."""
        return self.opens, *self.skips, self.begins, self.record, self.ends, self.closes


def read_groups(item: Mapping[str, Any], encodings: Sequence[str]) -> Groups:
    """The contract's `otherLayout`.

    Args:
        item: as the contract writes it.
        encodings: of which it has one.

    Raises:
        ContractError: a term of it is missing, unknown or malformed.
    """
    if item.get("kind") != "groups":
        raise ContractError("otherLayout: kind is groups, the one kind that a file shows by its first letter")
    if wrong := _TERMS ^ item.keys():
        raise ContractError(f"otherLayout: missing or unknown terms {', '.join(sorted(wrong))}")
    shortest, longest = (int(part) for part in str(item["recordLength"]).split("-"))
    skips = tuple(str(kind) for kind in item["skips"] or ())
    opens, begins, record, ends, closes = (str(item[term]) for term in _LINES)
    groups = Groups(
        str(item["encoding"]), opens, skips, begins, record, ends, closes, shortest, longest,
        _spot(item["sums"]), tuple(_total(said) for said in item["totals"]),
        {str(name): _field(str(name), said) for name, said in item["columns"].items()},
    )  # fmt: skip
    _check(groups, encodings)
    return groups


def check_fields(groups: Groups, columns: Mapping[str, bool]) -> None:
    """Check that such a file says what the contract's columns need.

    Args:
        groups: the layout.
        columns: of the contract, with whether each is required.

    Raises:
        ContractError: a required column has no place, or a place no column.
    """
    if unknown := groups.columns.keys() - columns.keys():
        raise ContractError(f"otherLayout: no columns {', '.join(sorted(unknown))} in the contract")
    if lacking := {name for name, required in columns.items() if required} - groups.columns.keys():
        raise ContractError(f"otherLayout: required columns {', '.join(sorted(lacking))} have no place")


def _spot(said: object) -> Spot:
    """A place as a contract writes it: `S 64-77`, the type of line and its bytes."""
    record, _, text = str(said).partition(" ")
    try:
        return Spot(record, place(text))
    except ValueError:
        raise ContractError(f"otherLayout: {said!r} is no place, like S 64-77") from None


def _total(said: Mapping[str, Any]) -> Total:
    if said.get("says") not in get_args(Says):
        raise ContractError(f"otherLayout: a total says one of {', '.join(get_args(Says))}")
    return Total(_spot(said.get("at")), said["says"])


def _field(name: str, said: Mapping[str, Any]) -> Field:
    if unknown := said.keys() - _OF_FIELDS:
        raise ContractError(f"otherLayout: column {name} has unknown terms {', '.join(sorted(unknown))}")
    if ("at" in said) == ("always" in said):
        raise ContractError(f"otherLayout: column {name} stands at a place, or is always the same")
    if said.get("zeros") not in (None, "blank"):
        raise ContractError(f"otherLayout: column {name}: zeros are blank, or values like others")
    return Field(
        _spot(said["at"]) if "at" in said else None, str(said["always"]) if "always" in said else None,
        int(said.get("zeroFill", 0)), "zeros" in said, bool(said.get("cents", False)),
        {str(code): str(value) for code, value in (said.get("codes") or {}).items()},
    )  # fmt: skip


def _check(groups: Groups, encodings: Sequence[str]) -> None:
    if groups.encoding not in encodings:
        raise ContractError(f"otherLayout: its encoding is that of the layout, {' or '.join(encodings)}")
    if any(len(kind) != 1 for kind in groups.kinds) or len(set(groups.kinds)) != len(groups.kinds):
        raise ContractError("otherLayout: each type of line has one letter of its own")
    if not 0 < groups.shortest <= groups.longest:
        raise ContractError("otherLayout: recordLength is from so many to so many bytes, like 220-275")
    spots = [groups.sums, *(given.spot for given in groups.columns.values() if given.spot)]
    if any(spot.record not in (groups.record, groups.begins) for spot in spots) or groups.sums.record != groups.record:
        raise ContractError(f"otherLayout: values stand in {groups.record} or {groups.begins}, and sums in the former")
    if any(total.spot.record not in (groups.ends, groups.closes) for total in groups.totals):
        raise ContractError(f"otherLayout: totals stand in {groups.ends} or {groups.closes}")
    if any(sum(spot.place) - 1 > groups.longest for spot in [*spots, *(total.spot for total in groups.totals)]):
        raise ContractError(f"otherLayout: a place lies beyond the {groups.longest} bytes of a line")
