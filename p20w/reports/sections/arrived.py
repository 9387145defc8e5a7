"""What arrived since the last refresh, and whether it came when it was due."""

from p20w.pipeline import calendar
from p20w.reports import charts, words
from p20w.reports.blocks import Block, Cell, Figure, Fold, Section, Table, columns, row
from p20w.reports.deliveries import Delivery
from p20w.reports.ledger import Drop
from p20w.reports.state import State

STATES = (
    ("on time", "●", "var(--good)"),
    ("late", "◐", "var(--warn)"),
    ("refused", "✕", "var(--bad)"),
    ("missing", "○", "var(--bad)"),
)
SIGNS = {name: sign for name, sign, _ in STATES}
FILES_SHOWN = 40
TONES = {"on time": "good", "late": "warn", "refused": "bad", "missing": "bad"}


def section(state: State) -> Section:
    """New files by feed, and the delivery calendar of the last quarters."""
    new = [drop for drop in state.new_drops if drop.was_taken_in]
    lead = (
        f"{words.counted(len(new), 'file was', 'files were')} taken in"
        f"{' since the last refresh' if state.ledger.previous else ''}. A file counts once for each submission; "
        "a later submission for the same period replaces the earlier one."
        if new
        else "No file has been taken in since the last refresh."
    )
    blocks: list[Block] = [_by_feed(state, new)]
    if grid := _calendar(state):
        blocks.append(grid)
    if new:
        blocks.append(Fold("The files taken in, one by one", [_files(state, new)]))
    return Section("arrived", "What arrived", lead, blocks)


def _by_feed(state: State, new: list[Drop]) -> Table:
    rows = []
    for feed in state.contracts:
        drops = [drop for drop in new if drop.feed == feed]
        lines = sum(drop.lines_total for drop in drops)
        aside = sum(drop.lines_quarantined for drop in drops)
        newest = _newest(state, feed)
        rows.append(
            row(
                state.name(feed),
                state.agency(feed),
                len(drops) if drops else Cell("none", "calm"),
                lines,
                lines - aside,
                aside,
                words.of_lines(aside / lines) if lines else "–",
                words.period_name(newest) if newest else "none yet",
            )
        )
    return Table(
        "Files and lines taken in, by feed",
        columns(
            "Feed",
            "Agency",
            "Files #",
            "Lines #",
            "Accepted #",
            "Quarantined #",
            "Share quarantined #",
            "Newest on file",
        ),
        rows,
        "A line is one record in a file. Lines are not people: one person has many lines over the years.",
        "There are no contracts.",
    )


def _newest(state: State, feed: str) -> str | None:
    held = [delivery for delivery in state.deliveries if delivery.feed == feed and delivery.in_force]
    return held[-1].period if held else None


def _calendar(state: State) -> Figure | None:
    quarters = state.recent_quarters[-8:]
    due = [row for row in state.deliveries if row.due and calendar.label_of(row.due) in quarters]
    if not due:
        return None
    feeds = [feed for feed in state.contracts if any(delivery.feed == feed for delivery in due)]
    worst: dict[tuple[str, str], Delivery] = {}
    order = [name for name, _, _ in STATES]
    for delivery in due:
        key = (delivery.feed, calendar.label_of(delivery.due)) if delivery.due else ("", "")
        if key not in worst or order.index(delivery.state) > order.index(worst[key].state):
            worst[key] = delivery
    values = [
        {"row": state.name(feed), "column": quarter, "state": delivery.state, "sign": SIGNS[delivery.state]}
        for (feed, quarter), delivery in sorted(worst.items())
    ]
    wide, narrow = charts.state_grid(values, quarters, [state.name(feed) for feed in feeds], STATES)
    tally = {name: sum(delivery.state == name for delivery in due) for name in order}
    says = ", ".join(f"{count} {name}" for name, count in tally.items() if count)
    return Figure(
        "Delivery calendar: each feed, in the quarter in which its file was due",
        f"Of the {words.counted(len(due), 'file')} due in these quarters: {says}. "
        "Signs: ● on time, ◐ late, ✕ refused, ○ missing; no sign, nothing was due.",
        wide,
        narrow,
        Table(
            "Delivery calendar",
            columns("Feed", "Period", "Due", "Arrived", "State"),
            [
                row(
                    state.name(delivery.feed),
                    words.period_name(delivery.period),
                    words.day(delivery.due),
                    words.day(delivery.first_came) if delivery.first_came else "–",
                    Cell(delivery.state, TONES[delivery.state]),  # pyright: ignore[reportArgumentType]
                )
                for delivery in due
            ],
        ),
    )


def _files(state: State, new: list[Drop]) -> Table:
    shown = new[-FILES_SHOWN:]
    return Table(
        "Files taken in",
        columns("Feed", "Period", "Submission #", "Delivered", "Lines #", "Quarantined #", "State"),
        [
            row(
                state.name(drop.feed),
                words.period_name(drop.period),
                drop.submission,
                words.day(drop.delivered_on),
                drop.lines_total,
                drop.lines_quarantined,
                _status(drop),
            )
            for drop in shown
        ],
        f"The newest {len(shown)} of {len(new)} are listed; p20w drops status --all lists every one."
        if len(shown) < len(new)
        else "",
    )


def _status(drop: Drop) -> Cell:
    if drop.status == "accepted":
        return Cell("active", "good")
    return Cell("purged" if drop.is_purged else "replaced by a later one", "calm")
