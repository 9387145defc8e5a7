"""What should have come and did not, or came late, and what is due next."""

from datetime import date

from p20w.pipeline import calendar
from p20w.reports import words
from p20w.reports.blocks import Block, Cell, Fold, Notice, Notices, Section, Table, columns, row
from p20w.reports.deliveries import Delivery, awaited
from p20w.reports.state import State

NEXT_DAYS = 100
YEAR = 4


def section(state: State) -> Section:
    """Files missing and late by the contracts' calendar."""
    missing, late, silent = state.missing, _late_ones(state), state.silent
    blocks: list[Block] = []
    if silent:
        blocks.append(Notices([_silent(state, feed) for feed in silent]))
    if missing:
        blocks.append(_missing(state, missing))
    if waived := _waived(state):
        blocks.append(waived)
    if late:
        blocks.append(_late(state, late))
    if state.cutoff:
        blocks.append(Fold(f"What is due in the {NEXT_DAYS} days after the cutoff", [_next(state)]))
    return Section("missing", "What is missing or late", told(state), blocks)


def _is_recent(state: State, delivery: Delivery) -> bool:
    """Whether a file was due in the last year: older lateness explains no figure any more."""
    return bool(delivery.due) and calendar.label_of(delivery.due) in state.recent_quarters[-YEAR:]


def _late_ones(state: State) -> list[Delivery]:
    """Deliveries of the last year that came late."""
    return [row for row in state.deliveries if row.state == "late" and _is_recent(state, row)]


def told(state: State) -> str:
    """What is missing and late, in a sentence."""
    missing, late, silent = state.missing, _late_ones(state), state.silent
    if not state.ledger.drops:
        return "Nothing has been delivered yet, so nothing is missing."
    until = f" by {words.day(state.cutoff)}"
    if not missing and not late and not silent:
        return f"Every file due{until} is here, and each arrived on time."
    parts = []
    if missing:
        parts.append(
            f"{words.counted(len(missing), 'file')} due{until} {'is' if len(missing) == 1 else 'are'} not here"
        )
    elif not silent:
        parts.append(f"every file due{until} is here")
    if late:
        parts.append(f"{words.counted(len(late), 'file')} due in the last year arrived late")
    if silent:
        parts.append(f"{words.counted(len(silent), 'feed has', 'feeds have')} never been sent")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}. {_waits(state)} Figures say what is missing."


def _waits(state: State) -> str:
    feeds = [state.name(feed) for feed, contract in state.contracts.items() if contract.refresh_waits]
    if not feeds:
        return "A refresh does not wait for files."
    return f"A refresh waits for files of {words.listed(feeds)} or for a recorded waiver, and for no other file."


def _silent(state: State, feed: str) -> Notice:
    return Notice(
        "warn",
        f"{state.name(feed)}: no file has ever been taken in",
        f"The contract with the {state.agency(feed)} expects them. Until one arrives, figures that need this feed "
        "are empty, not zero.",
    )


def _missing(state: State, missing: list[Delivery]) -> Table:
    shown = missing[-30:]
    cutoff = state.cutoff
    return Table(
        "Missing files",
        columns("Feed", "Period", "Agency", "Due", "Days overdue #"),
        [
            row(
                state.name(item.feed),
                words.period_name(item.period),
                state.agency(item.feed),
                words.day(item.due),
                Cell(f"{item.days_late(cutoff):,}" if cutoff else "–", "bad"),
            )
            for item in shown
        ],
        f"The latest {len(shown)} of {len(missing)} are shown." if len(shown) < len(missing) else "",
    )


def _waived(state: State) -> Table | None:
    """The files that somebody decided to go on without, as long as they are not here."""
    absent = {(item.feed, item.period) for item in state.deliveries if item.state in ("missing", "refused")}
    waivers = [waiver for waiver in state.ledger.waivers if (waiver.feed, waiver.period) in absent]
    if not waivers:
        return None
    return Table(
        "Files that refreshes go on without",
        columns("Feed", "Period", "Decided on", "Why"),
        [
            row(state.name(item.feed), words.period_name(item.period), words.day(item.waived_on), item.reason)
            for item in waivers
        ],
    )


def _late(state: State, late: list[Delivery]) -> Table:
    shown = sorted(late, key=lambda item: (item.due or date.min, item.feed))
    return Table(
        "Files due in the last year that arrived late",
        columns("Feed", "Period", "Agency", "Due", "Arrived", "Days late #"),
        [
            row(
                state.name(item.feed),
                words.period_name(item.period),
                state.agency(item.feed),
                words.day(item.due),
                words.day(item.first_came),
                Cell(f"{item.days_late(item.first_came):,}" if item.first_came else "–", "warn"),
            )
            for item in shown
        ],
    )


def _next(state: State) -> Table:
    coming = awaited(state.contracts, state.cutoff, NEXT_DAYS) if state.cutoff else ()
    return Table(
        "Due next",
        columns("Feed", "Period", "Agency", "Due"),
        [
            row(state.name(feed), words.period_name(period), state.agency(feed), words.day(due))
            for due, feed, period in coming
        ],
    )
