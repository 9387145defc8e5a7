"""Files that were refused, why, and what the agency was asked to do."""

from p20w.reports import words
from p20w.reports.blocks import Block, Cell, Fold, Prose, Section, Table, columns, row
from p20w.reports.ledger import Drop
from p20w.reports.state import State


def section(state: State) -> Section:
    """Refusals since the last refresh, and those before it."""
    refused = [drop for drop in state.ledger.drops if drop.is_refused]
    new = [drop for drop in refused if drop.is_new]
    earlier = [drop for drop in refused if not drop.is_new]
    blocks: list[Block] = []
    if new:
        blocks.append(_table(state, new, "Refused files"))
        blocks.append(Prose("Nothing of a refused file is loaded. The submission that was active before stays active."))
    if earlier:
        blocks.append(Fold("Files refused before the last refresh", [_table(state, earlier, "Earlier refusals")]))
    return Section("refused", "What was refused", told(state), blocks)


def told(state: State) -> str:
    """How many files were refused since the last refresh."""
    new = [drop for drop in state.new_drops if drop.is_refused]
    if not new:
        return "No file was refused" + (" since the last refresh." if state.ledger.previous else ".")
    return f"{words.counted(len(new), 'file was', 'files were')} refused, and the agency was asked to correct it."


def _table(state: State, drops: list[Drop], caption: str) -> Table:
    return Table(
        caption,
        columns("Feed", "Period", "Submission #", "Delivered", "Why", "Asked of the agency", "Since then"),
        [
            row(
                state.name(drop.feed),
                words.period_name(drop.period),
                drop.submission,
                words.day(drop.delivered_on),
                *_why(drop),
                _since(state, drop),
            )
            for drop in drops
        ],
    )


def _why(drop: Drop) -> tuple[str, str]:
    """Why a drop was refused, with what was found, and what was asked of the agency."""
    why, asked = words.REFUSALS.get(drop.reason_code or "", words.REFUSED_AFTER_LOADING)
    found = (drop.reason or "").splitlines()[1:2]
    return f"{why}. {found[0]}" if found else f"{why}.", asked


def _since(state: State, drop: Drop) -> Cell:
    delivery = next((row for row in state.deliveries if (row.feed, row.period) == (drop.feed, drop.period)), None)
    if delivery is None or delivery.in_force is None:
        return Cell("still open", "bad")
    if delivery.in_force.submission > drop.submission:
        return Cell(f"submission {delivery.in_force.submission} accepted", "good")
    return Cell(f"submission {delivery.in_force.submission} stays active", "calm")
