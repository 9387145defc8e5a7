"""How to read the page: its words, and how small groups are protected."""

from p20w.reports.blocks import Prose, Section, Table, columns, row
from p20w.reports.masking import FLOOR
from p20w.reports.state import State

WORDS = (
    ("Feed", "One kind of file from one agency, for example wage records."),
    ("File, submission", "What an agency sends for one period. A correction is a new submission for the same period."),
    ("Line", "One record of a file. It counts events, not people."),
    ("Refresh", "One round of work, usually a quarter: take in files, link records, compute figures, check all of it."),
    ("Cutoff", "The last day of delivery that counts for a refresh."),
    (
        "Set aside",
        "A line that breaks the contract with its agency. It is kept out of every figure and can be corrected.",
    ),
    ("Gate", "Checks between two stages. Data pass only when every check that matters does."),
    ("Match rate", "Of the people in one feed, the share who were also found in another."),
    ("Too early", "The files that would show an outcome are not due yet. It is never counted as zero."),
)


def section(state: State) -> Section:
    """Words and protections."""
    del state
    return Section(
        "reading",
        "How to read this report",
        "Everything here is counted from the record the warehouse keeps of its work and from its published figures.",
        [
            Table("Words", columns("Word", "Meaning"), [row(word, meaning) for word, meaning in WORDS]),
            Prose(
                f"Groups of fewer than {FLOOR} people are never shown as a number. Nor can they be worked out from the "
                "rest: where a group and its total are both shown, the other side of the group is held to the same "
                "rule; where numbers add up, the others are rounded, and left out if rounding is not enough; the "
                "number of people known is always rounded to ten, so that two reports side by side tell no more than "
                f"one; wages are rounded to $100 and shown for {FLOOR} or more earners only. Files and lines are "
                "counted as they are."
            ),
            Prose("No name, birth date, address or number of any person is ever read to make this page."),
        ],
    )
