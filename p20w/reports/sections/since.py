"""What is missing and what changed, in a few lines: the appendix says more."""

from functools import partial

from p20w.reports import words
from p20w.reports.blocks import Cell, Section, Table, columns, row
from p20w.reports.ledger import Retention
from p20w.reports.sections import changes, missing, refused
from p20w.reports.state import State


def section(state: State) -> Section:
    """One line each on files, people, and what figures are made with."""
    title = "What is missing, and what changed"
    refresh, previous = state.ledger.refresh, state.ledger.previous
    if refresh is None:
        return Section("since", title, "There has been no refresh yet.")
    lead = (
        f"Refresh {refresh.label}, compared with {previous.label}, the last one that was published."
        if previous
        else f"Refresh {refresh.label} is the first: everything in it is new."
    )
    made_with = partial(changes.made_with, refresh, previous)
    taken_in = sum(drop.was_taken_in for drop in state.new_drops)
    rows = [
        row("Missing or late", Cell(missing.told(state))),
        row("Refused", Cell(refused.told(state))),
        row("Taken in", Cell(f"{words.counted(taken_in, 'file')}; {_replace(changes.replaced(state))}")),
        row("Retention", Cell(_retention(state.ledger.retention))),
        row("People known", Cell(changes.people_told(state))),
        row("Made with", Cell(f"software {made_with('code_version')}; matching model {made_with('model_version')}")),
    ]
    return Section("since", title, lead, [Table("This refresh in short", columns("", "This refresh"), rows)])


def _replace(number: int) -> str:
    return (
        f"{number:,} {words.plural(number, 'replaces', 'replace')} an earlier one" if number else "none is a correction"
    )


def _retention(found: Retention) -> str:
    """What was destroyed because it may be kept no longer, and what is due for it."""
    purged = f"data of {words.counted(found.purged, 'file')} purged" if found.purged else "nothing purged"
    due = f"{words.counted(found.due, 'file')} may be kept no longer" if found.due else "nothing is kept too long"
    return f"{purged}; {due}"
