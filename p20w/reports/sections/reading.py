"""How to read the page: its words, and how small groups are protected."""

from p20w.reports.blocks import Prose, Section, Table, columns, row
from p20w.reports.state import State

WORDS = (
    ("Feed", "One kind of file from one agency, for example wage records."),
    ("File, submission", "What an agency sends for one period. A correction is a new submission for the same period."),
    ("Line", "One record of a file. It counts events, not people."),
    ("Refresh", "One round of work, usually once a quarter: load files, link records, compute figures, check it all."),
    ("Cutoff", "The last day of delivery that counts for a refresh."),
    (
        "Quarantined",
        "Said of a line that breaks the contract with its agency. No figure uses it, and the agency can correct it.",
    ),
    ("Gate", "Checks between two stages. Data pass only if no check that stops the refresh fails."),
    ("Match rate", "Of the people in one feed, the share who were also found in another."),
    ("Too early", "The files that would show an outcome are not due yet. The outcome is never counted as zero."),
)


def section(state: State) -> Section:
    """Words and protections."""
    mask = state.mask
    return Section(
        "reading",
        "How to read this report",
        "All figures here come from the warehouse's own records of its work and from its published figures.",
        [
            Table("Words", columns("Word", "Meaning"), [row(word, meaning) for word, meaning in WORDS]),
            Prose(
                f"Groups of {mask.few} people are never shown as a number: the agreement with the strictest "
                "agency asks for that. Nor can they be worked out from the rest of the page, or from earlier pages. "
                f"Every number of people is rounded to {mask.base}, and shares to steps that are wider for small "
                "groups. Where a group and its total are both shown, the rule applies to the rest of the total, too. "
                "Those who left high school are shown by fixed groups of school years, which never change or overlap, "
                "so that no page shows a year that another lacks. Wages are rounded to $100 and shown only for "
                f"{mask.floor} or more earners. Counts of files and lines are exact."
            ),
            Prose("No person's name, birth date, address or number is ever read to make this page."),
            *_access(state),
        ],
    )


def _access(state: State) -> list[Prose]:
    """What proves later that the access log was not written anew; nothing while it is empty."""
    if state.access is None or state.access.entry == 0:
        return []
    return [
        Prose(
            f"The access log, which records who read which tables, had {state.access.entry:,} rows when this page was "
            f"written. Keep the page: with its head {state.access} staff can prove later that none of them was changed "
            "or removed."
        )
    ]
