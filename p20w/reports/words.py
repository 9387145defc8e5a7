"""The plain words of the report: what feeds, periods, reasons and gates are called in front of a board.

Here: names and short explanations. Not here: figures. A feed is called as its contract says; without a contract, or
for a reason that is not listed, the code with spaces still reads well.
"""

import re
from collections.abc import Mapping
from datetime import date

from p20w.contracts import FeedContract

GATES = {
    "drop": ("Is it the file we were promised?", "Before loading: checksum, counts, layout, agreement in force."),
    "intake": ("Is every line accounted for?", "After loading: each line accepted, or quarantined with a reason."),
    "registry": ("Are the right records linked?", "Before links are used: nobody lost, no implausible person."),
    "core": ("Do the facts fit together?", "Before figures are computed: every fact has a person and a place."),
    "marts": ("Do the figures add up?", "Before figures are shown: complete, in range, with their coverage."),
}

SEVERITIES = {"critical": "stops the refresh", "warning": "to look into", "info": "for information"}

# reason code of a drop → why, and what was asked of the agency
REFUSALS = {
    "manifest": ("The manifest of the file is incomplete", "Send a complete manifest with the file."),
    "unforeseen": (
        "Reading the file ended in an error of the software",
        "Nothing; the maintainers of the warehouse look into it.",
    ),
    "contract_version": (
        "The file was written by a version of its contract that is not active",
        "Write the file by the active contract, and name its version.",
    ),
    "period_not_over": ("The file came before its period had ended", "Send the whole period once it has ended."),
    "no_contract": ("There is no contract for this kind of file", "Agree on a contract first, and send nothing yet."),
    "period": ("The file names a period its contract does not know", "Send it under a period of the contract."),
    "agreement_expired": (
        "The file was delivered outside the dates of the data-sharing agreement",
        "Renew the agreement before sending data under it.",
    ),
    "agreement": ("The file names another data-sharing agreement", "Name the agreement that is in force."),
    "submission_changed": (
        "A submission that was already decided on was sent again with other content",
        "Send the new file under the next submission number.",
    ),
    "purged": (
        "The file repeats one whose data was destroyed because it may be kept no longer",
        "Nothing, unless the file was sent by mistake; its data may not be held again.",
    ),
    "seen_before": (
        "The file repeats one that was sent before",
        "Send the intended file, if there is a newer one.",
    ),
    "checksum": (
        "The file is not the one its manifest describes",
        "Send the file and its manifest again, from one export.",
    ),
    "unreadable": ("The file cannot be read", "Send the file again."),
    "empty": ("The file is empty", "Send the whole file."),
    "undecodable": ("The file has characters that cannot be read", "Send the file in the agreed encoding."),
    "layout": ("The file does not have the layout of the contract", "Send the file in the agreed layout."),
    "missing_column": ("A column the contract promises is missing", "Send the file with all its columns."),
    "unknown_column": (
        "The file has a column the contract does not know",
        "Leave the column out, or agree on a new version of the contract first.",
    ),
    "repeated_header": ("The header line appears more than once", "Send the file with one header line."),
    "truncated": ("The last line of the file is cut off", "Send the whole file again."),
    "record_count": (
        "The file has more or fewer lines than its manifest says",
        "Find out which of the two is right, and send a corrected file or manifest.",
    ),
    "control_total": (
        "The sums in the file differ from those in its manifest",
        "Find out which of the two is right, and send a corrected file or manifest.",
    ),
    "repeated_lines": ("Every line of the file appears more than once", "Send the file with each line once."),
    "another_period": ("The file has data of another period", "Send a file of this period only."),
}
REFUSED_AFTER_LOADING = (
    "The lines of the file cannot be used",
    "Send a corrected file; the list of quarantined lines says where to look.",
)

QUARANTINES = {
    "nul_byte": "The line has bytes that are not text",
    "field_count": "The line has too many or too few fields",
    "line_length": "The line is longer or shorter than the layout says",
    "bad_quotes": "The quotation marks of the line do not close",
    "missing": "A required value is missing",
    "bad_type": "A value is not of the type of its column, for example letters in a number",
    "impossible_date": "A date does not exist",
    "bad_code": "A code is not on the list the contract allows",
    "bad_pattern": "A value is not written in the form of its column",
    "out_of_range": "A number or date is outside the range the contract allows",
    "too_long": "A value is longer than its column allows",
    "after_period": "A date is after the end of the period the file describes",
    "bad_encoding": "The line has letters that are written in another way than the contract says",
    "negative": "An amount is negative where the contract has none, as corrections of an earlier period are",
    "ssn_elsewhere": "A value repeats the social security number of its line, outside the column for it",
    "bad_record": "The record is not written as one",
    "unknown_field": "The record has a value the contract does not have",
    "repeated_field": "A value comes more than once",
    "not_scalar": "A list stands where one value should",
    "contradiction": "A value contradicts another value of its line, as an exit before its entry does",
    "names_nobody": "Whose line it is cannot be told: no id, no usable SSN and no name",
    "many_unreadable": "Several values of the line cannot be read, as when its columns have shifted",
}

_QUARTER = re.compile(r"(\d{4})Q([1-4])\Z")


def feed_name(feed: str, contracts: Mapping[str, FeedContract]) -> str:
    """What a feed is called on the page."""
    return contracts[feed].short_name if feed in contracts else plain(feed)


def agency(feed: str, contracts: Mapping[str, FeedContract]) -> str:
    """Who sends a feed."""
    return contracts[feed].authoritative_source if feed in contracts else "the agency"


def plain(code: str) -> str:
    """A code as words."""
    words = code.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def period_name(period: str) -> str:
    """A period as people write it: `2024Q3` becomes `Jul–Sep 2024`."""
    if found := _QUARTER.match(period):
        months = ("Jan–Mar", "Apr–Jun", "Jul–Sep", "Oct–Dec")[int(found[2]) - 1]
        return f"{months} {found[1]}"
    if found := re.match(r"(\d{4}-\d{2})-([a-z]+)\Z", period):
        return f"{found[1]}, {'end of year' if found[2] == 'eoy' else found[2]}"
    if found := re.match(r"(\d{4})-([a-z]+)\Z", period):
        return f"{found[2].capitalize()} {found[1]}"
    if re.match(r"\d{4}-\d{2}-\d{2}\Z", period):
        return day(date.fromisoformat(period))
    return period


def day(when: date | None) -> str:
    """A day as people write it: `Oct 25, 2024`."""
    return f"{when:%b} {when.day}, {when.year}" if when else "unknown"


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things: `1 file`, `3 files`."""
    return f"{number:,} {plural(number, one, many)}"


def plural(number: int, one: str, many: str = "") -> str:
    """The word for so many things: `file`, `files`."""
    return one if number == 1 else many or one + "s"


def of_lines(share: float) -> str:
    """A share of lines: small ones matter, so two decimals, and none that is not none."""
    return "0%" if share == 0 else "under 0.01%" if share < 0.0001 else f"{share:.2%}"


def listed(names: list[str]) -> str:
    """Names as a sentence lists them."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
