"""What a check found, in words.

Here: faults of lines, the receipt, and how both read; without content of the file. Not here: checking (`check`).
"""

from dataclasses import dataclass, field

from p20w.contracts import SetsAside

LISTED = 100  # faults told one by one; the rest are counted

LINE_FAULTS = {
    "nul_byte": "has a NUL byte",
    "field_count": "has another number of fields than the header",
    "line_length": "has another length than the contract's record",
    "bad_quotes": "has a quote that is not closed",
    "missing": "is blank, and must not be",
    "bad_type": "is not written as the contract says",
    "impossible_date": "is a date that does not exist",
    "bad_code": "is not one of the contract's codes",
    "bad_pattern": "does not have the contract's form",
    "out_of_range": "is outside the contract's range",
    "too_long": "is longer than the contract allows",
    "after_period": "is later than the period's end",
    "bad_encoding": "has letters that are not written in the contract's encoding",
    "negative": "is negative; a correction of an earlier period comes as that period's file, as its next submission",
    "ssn_elsewhere": "repeats the SSN of its line, and must not",
    "bad_record": "is not one JSON object with texts, numbers, true, false or null",
    "unknown_field": "has a member that the contract does not have",
    "repeated_field": "comes more than once",
    "not_scalar": "holds a list or parts, and should hold one value",
    "contradiction": "contradicts another value of its line or the period; the contract's description says which",
    "names_nobody": "does not say whose it is: no id, no usable SSN and no name",
    "many_unreadable": "has several values that cannot be read, as when its columns have shifted",
}


SHOWS_FORM = frozenset({"missing", "bad_type", "bad_code", "bad_pattern", "out_of_range", "too_long"})
"""Faults of values that are not written as the contract wants; they are told with what it wants."""


@dataclass(frozen=True)
class Fault:
    """One fault of one line: where and why, never what was written."""

    line: int
    column: str | None
    reason: str
    sets_aside: SetsAside = "line"
    wanted: str = ""

    def __str__(self) -> str:
        subject = f"{self.column} " if self.column else ""
        follows = "; only this value would be missing" if self.sets_aside == "field" else ""
        wanted = f" ({self.wanted})" if self.wanted and self.reason in SHOWS_FORM else ""
        return f"line {self.line:,}: {subject}{LINE_FAULTS[self.reason]}{wanted}{follows}"


@dataclass(frozen=True)
class Receipt:
    """What a check found. `refusals` and `warnings` concern the whole file, `faults` single lines and values.

    `counts` are lines set aside by reason and column, `fields` values set aside in lines that stay.
    """

    feed: str
    period: str
    file: str
    sha256: str
    lines_total: int
    lines_sound: int
    refusals: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    counts: dict[tuple[str, str | None], int] = field(default_factory=dict[tuple[str, str | None], int])
    fields: dict[tuple[str, str | None], int] = field(default_factory=dict[tuple[str, str | None], int])

    @property
    def ok(self) -> bool:
        """Whether intake would accept the file, every line and every value of it."""
        return not self.refusals and not self.counts and not self.fields

    def lines(self) -> list[str]:
        """The receipt in words."""
        told = [f"{self.feed} {self.period}: {self.file}", f"SHA-256 {self.sha256}"]
        if self.warnings:
            told += ["It would be taken in with a warning:", *(f"  {words}" for words in self.warnings)]
        if self.ok:
            return [*told, f"{self.lines_total:,} lines, all of them sound. The file can be sent."]
        if self.refusals:
            told += ["It would be refused:", *(f"  {words}" for words in self.refusals)]
        aside, unread = sum(self.counts.values()), sum(self.fields.values())
        if aside:
            told += [f"{aside:,} of {self.lines_total:,} lines would be quarantined:", *_counted(self.counts)]
        if unread:
            subject = "1 value would be missing, the rest of its line used:"
            if unread > 1:
                subject = f"{unread:,} values would be missing, the rest of their lines used:"
            told += [subject, *_counted(self.fields)]
        told += [f"  {fault}" for fault in self.faults]
        if aside + unread > len(self.faults):
            told.append(f"  and {aside + unread - len(self.faults):,} more")
        return [*told, "Correct the file or its manifest, then check again before sending."]


def _counted(counts: dict[tuple[str, str | None], int]) -> list[str]:
    return [
        f"  {count:,} × {column or 'the line'} {LINE_FAULTS[reason]}"
        for (reason, column), count in sorted(counts.items(), key=lambda item: -item[1])
    ]
