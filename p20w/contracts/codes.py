"""Codes that mean something else from some day on, such as those of race and ethnicity under a new federal standard.

Here: what a contract's list says of one written code and its days, and which meanings hold on a day. Nothing is
recoded: each meaning is stored under a word of its own. Not here: codes that always mean the same (`Column.enum`
alone), which day counts (`FeedContract.until`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from p20w.contracts.errors import ContractError

_FIRST, _LAST = date.min, date.max


@dataclass(frozen=True)
class DatedCode:
    """What a written code is stored as, on the days from `valid_from` to `valid_to`; either may be open."""

    written: str
    stored: str
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        return self.valid_from or _FIRST, self.valid_to or _LAST


def in_force(codes: Sequence[DatedCode], day: date) -> dict[str, str]:
    """Written code → value stored, of the meanings that hold on a day."""
    return {code.written: code.stored for code in codes if code.days[0] <= day <= code.days[1]}


def dated(name: str, codes: Sequence[DatedCode]) -> tuple[DatedCode, ...]:
    """The codes of a column where days matter to any, and none where they do not.

    Raises:
        ContractError: a code has two meanings on one day, or ends before it begins.
    """
    by_code: dict[str, list[DatedCode]] = {}
    for code in codes:
        by_code.setdefault(code.written, []).append(code)
    for written, meanings in by_code.items():
        in_order = sorted(meanings, key=lambda code: code.days)
        if any(code.days[0] > code.days[1] for code in in_order):
            raise ContractError(f"column {name}: code {written} ends before it begins")
        if any(code.days[1] >= later.days[0] for code, later in pairwise(in_order)):
            raise ContractError(
                f"column {name}: code {written} means two things on one day; give each its validFrom and validTo"
            )
    return tuple(codes) if any(code.valid_from or code.valid_to for code in codes) else ()


def read_code(name: str, written: object, said: Mapping[str, object]) -> DatedCode:
    """One code of a contract's list.

    Args:
        name: of the column.
        written: the code as files write it.
        said: what the contract says of it: `stored`, `validFrom`, `validTo`.

    Raises:
        ContractError: a term is unknown, or a day none.
    """
    if unknown := sorted(said.keys() - {"stored", "validFrom", "validTo"}):
        raise ContractError(f"column {name}: unknown terms {', '.join(unknown)} of code {written}")
    try:
        first, last = (
            date.fromisoformat(str(said[term])) if term in said else None for term in ("validFrom", "validTo")
        )
    except ValueError:
        raise ContractError(f"column {name}: days of code {written} are written like 2028-07-01, in quotes") from None
    return DatedCode(str(written), str(said.get("stored", written)), first, last)
