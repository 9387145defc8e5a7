"""What is different from the last refresh: people, files, rules and models."""

from p20w.reports import charts
from p20w.reports.blocks import Block, Figure, Prose, Section, Table, columns, row
from p20w.reports.ledger import Refresh
from p20w.reports.masking import LEFT_OUT, Mask
from p20w.reports.state import State

SIGNS = {"before": 1, "new": 1, "merged": -1, "retired": -1, "now": -1}


def section(state: State) -> Section:
    """People, files and figures of this refresh against the last published one."""
    refresh, previous = state.ledger.refresh, state.ledger.previous
    title = "What changed since the last refresh"
    if refresh is None:
        return Section("changes", title, "There has been no refresh yet.")
    if previous is None:
        lead = (
            "This is the first refresh: everything in it is new. From the next one on, this part shows the difference."
        )
    else:
        lead = f"Refresh {refresh.label} is compared with {previous.label}, the last one that was published."
    blocks: list[Block] = []
    if persons(state, refresh) is not None:
        blocks.append(people(state, refresh, previous))
    if trend := _trend(state):
        blocks.append(trend)
    blocks.append(_work(state, refresh, previous))
    blocks.append(
        Prose(
            "A merge means that two people in the registry turned out to be one; a split, that one turned out "
            "to be two. Figures follow such corrections back through every year, so an older figure can change a "
            "little. The figures of each refresh are kept as they were published."
        )
    )
    return Section("changes", title, lead, blocks)


def persons(state: State, refresh: Refresh | None) -> int | None:
    """People the registry knew after a refresh, from the record of its stage."""
    figure = state.ledger.figures.get((refresh.refresh_id, "registry"), {}).get("persons") if refresh else None
    return int(figure) if figure is not None else None


def people(state: State, refresh: Refresh, previous: Refresh | None) -> Table:
    """Who is new, merged, split or withdrawn, rounded together."""
    events = {event.kind: event.events for event in state.ledger.events if event.refresh_id == refresh.refresh_id}
    now, before = persons(state, refresh), persons(state, previous) if previous else 0
    shown = _shown(state.mask, events.get("merge", 0), events.get("retire", 0), now, before)
    rows = [
        row("People known before", shown["before"], "" if previous else "There was no refresh before."),
        row("New people", shown["new"], "Seen for the first time, or split off from another person."),
        row("Merged into someone else", shown["merged"], "Two entries that turned out to be one person."),
        row("Split", state.mask.people(events.get("split", 0)), "One entry that turned out to be two people."),
        row("Withdrawn", shown["retired"], "No longer in any file, because a file was taken back or corrected."),
        row("People known now", shown["now"], "In all feeds together, each person once."),
    ]
    return Table("People in the registry", columns("", "People #", "What it means"), rows)


def _shown(mask: Mask, merged: int, retired: int, now: int | None, before: int | None) -> dict[str, str]:
    """Words for the numbers of people, held back together where they would give each other away.

    Who is known now and was not before is new; so the numbers add up whichever way a person came.
    """
    new = (now or 0) - (before or 0) + merged + retired
    if now is None or before is None or new < 0:
        alone = {"before": before, "merged": merged, "retired": retired, "now": now}
        return {name: mask.people(count) for name, count in alone.items()} | {"new": LEFT_OUT}
    terms = {"before": before, "new": new, "merged": merged, "retired": retired, "now": now}
    return mask.balance(terms, SIGNS, fixed={"before", "now"})


def _work(state: State, refresh: Refresh, previous: Refresh | None) -> Table:
    new = state.new_drops
    rows = [
        row("Files taken in", sum(drop.was_taken_in for drop in new), ""),
        row("Files refused", sum(drop.is_refused for drop in new), ""),
        row(
            "Periods replaced by a later file", replaced(state), "Corrections an agency sent for data already on file."
        ),
        row("Matching model", refresh.model_version or "not recorded", _as_before(refresh, previous, "model_version")),
        row("Software", refresh.code_version or "not recorded", _as_before(refresh, previous, "code_version")),
    ]
    return Table("Files, rules and models", columns("", "This refresh #", "Note"), rows)


def replaced(state: State) -> int:
    """Periods on file of which a later submission came since the last refresh."""
    held = {(drop.feed, drop.period) for drop in state.ledger.drops if drop.was_taken_in and not drop.is_new}
    return len({(drop.feed, drop.period) for drop in state.new_drops if drop.was_taken_in} & held)


def people_told(state: State) -> str:
    """How many people are known now, and were before."""
    now, before = persons(state, state.ledger.refresh), persons(state, state.ledger.previous)
    if now is None:
        return "not counted yet"
    return state.mask.people(now) + (f"; {state.mask.people(before)} before" if before is not None else "")


def made_with(refresh: Refresh, previous: Refresh | None, name: str) -> str:
    """Software or model of this refresh, and whether it is the one of before."""
    now = getattr(refresh, name) or "not recorded"
    return ", ".join(filter(None, (now, _as_before(refresh, previous, name))))


def _as_before(refresh: Refresh, previous: Refresh | None, name: str) -> str:
    if previous is None:
        return ""
    was = getattr(previous, name)
    return "as before" if was == getattr(refresh, name) else f"before: {was or 'not recorded'}"


def _trend(state: State) -> Figure | None:
    known = [
        (refresh.label, count)
        for refresh in state.ledger.refreshes
        if refresh.is_published and (count := persons(state, refresh)) is not None
    ][-12:]
    if len(known) < 2:
        return None
    values = [
        {"column": label, "series": "People", "value": sum(state.mask.known(count, state.mask.base)) // 2}
        for label, count in known
    ]
    first, last = (state.mask.people(count) for _, count in (known[0], known[-1]))
    wide, narrow = charts.lines(values, [label for label, _ in known], ["People"], "People known", ",.0f", zero=False)
    return Figure(
        "People known after each refresh",
        f"From {first} after {known[0][0]} to {last} after {known[-1][0]}.",
        wide,
        narrow,
        Table(
            "People known",
            columns("Refresh", "People #"),
            [row(label, state.mask.people(count)) for label, count in known],
        ),
    )
