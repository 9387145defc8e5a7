"""The gates: what was checked at each stage, what did not pass, and the trend."""

import re
from collections import defaultdict
from dataclasses import replace

from p20w.reports import charts, words
from p20w.reports.blocks import Block, Cell, Figure, Fold, Notice, Notices, Section, Table, Tone, columns, row
from p20w.reports.ledger import Verdict
from p20w.reports.masking import Mask
from p20w.reports.state import QUARTERS_SHOWN, State

KINDS = {"warning": "To look into", "critical": "Stops the refresh"}
GATES_OF_PEOPLE = ("registry", "core", "marts")


def section(state: State) -> Section:
    """Checks by stage, those that did not pass, and how many did not pass over time."""
    new = [verdict for verdict in state.ledger.verdicts if verdict.is_new]
    failed = [verdict for verdict in new if verdict.failed and verdict.severity != "info" and not is_refusal(verdict)]
    made = sum(verdict.runs for verdict in new)
    blocks: list[Block] = [_by_gate(state, new)]
    if failed:
        blocks.append(Notices([_failure(state, verdict) for verdict in _gravest(failed)]))
    if trend := _trend(state):
        blocks.append(trend)
    lead = "Nothing moves to the next stage before it has passed a gate: a list of checks, each with a reason. " + (
        f"{made:,} checks were made; "
        + (
            f"{words.counted(len(failed), 'rule')} did not pass everywhere."
            if failed
            else "every one that matters passed."
        )
        if made
        else "No check has been made yet."
    )
    return Section("checks", "Checks at each stage", lead, blocks)


def _by_gate(state: State, verdicts: list[Verdict]) -> Table:
    rows = []
    for gate, (question, explained) in words.GATES.items():
        of_gate = [verdict for verdict in verdicts if verdict.gate == gate]
        made = sum(verdict.runs for verdict in of_gate)
        stops = sum(verdict.failed for verdict in of_gate if verdict.severity == "critical")
        warns = sum(verdict.failed for verdict in of_gate if verdict.severity == "warning")
        tone: Tone = "bad" if stops else "warn" if warns else "good" if made else "calm"
        verdict = "stopped" if stops else "passed, with warnings" if warns else "passed" if made else "not run yet"
        if stops and gate not in GATES_OF_PEOPLE:
            files = {scope for verdict in of_gate if is_refusal(verdict) for scope in verdict.scopes_failed}
            tone, verdict = "warn", f"stopped {words.counted(len(files), 'file')}"
        rows.append(row(f"{question}", explained, made, made - stops - warns, warns, stops, Cell(verdict, tone)))
    return Table(
        "Checks by stage",
        columns("Gate", "What it looks at", "Checks #", "Passed #", "To look into #", "Stopping #", "Verdict"),
        rows,
        "A check is one rule applied to one file (first two gates) or to the whole refresh (the other three).",
    )


def is_refusal(verdict: Verdict) -> bool:
    """Whether the finding is that a file was refused, which is told with the refused files."""
    return verdict.gate not in GATES_OF_PEOPLE and verdict.severity == "critical" and verdict.failed > 0


def _gravest(failed: list[Verdict]) -> list[Verdict]:
    merged: dict[tuple[str, str], Verdict] = {}
    for verdict in failed:  # the same rule over several quarters is one finding
        key = (verdict.gate, verdict.expectation)
        if earlier := merged.get(key):
            verdict = replace(
                verdict,
                failed=earlier.failed + verdict.failed,
                scopes_failed=(*earlier.scopes_failed, *verdict.scopes_failed),
            )
        merged[key] = verdict
    rank = list(words.GATES)
    return sorted(
        merged.values(),
        key=lambda item: (item.severity != "critical", rank.index(item.gate), -item.failed, item.expectation),
    )[:12]


def _failure(state: State, verdict: Verdict) -> Notice:
    tone: Tone = "bad" if verdict.severity == "critical" else "warn"
    where = _where(state, verdict)
    saw = f"Observed: {observed(verdict, state.mask)}." if len(verdict.scopes_failed) == 1 and verdict.observed else ""
    return Notice(
        tone,
        f"{(verdict.what or words.plain(verdict.expectation)).rstrip('.')}: not met in {where}",
        " ".join(part for part in (saw, verdict.matters, verdict.resolve) if part),
    )


def observed(verdict: Verdict, mask: Mask) -> str:
    """What a check saw, with a small number held back where it may count people."""
    text = (verdict.observed or "").strip().rstrip(".")
    if verdict.gate in GATES_OF_PEOPLE:
        return re.sub(
            r"(?<![\d.,])(\d{1,2})(?![\d.,%])",
            lambda found: mask.few if mask.is_small(int(found[1])) else found[1],
            text,
        )
    return text


def _where(state: State, verdict: Verdict) -> str:
    if verdict.gate in GATES_OF_PEOPLE:
        return "this refresh"
    names = []
    for scope in verdict.scopes_failed[-3:]:
        feed, period, *_ = scope.split("/")
        names.append(f"{state.name(feed)}, {words.period_name(period)}")
    more = len(verdict.scopes_failed) - len(names)
    return "; ".join(names) + (f"; and {words.counted(more, 'earlier file')}" if more else "")


def _trend(state: State) -> Figure | Fold | None:
    made: dict[tuple[str, str], int] = defaultdict(int)
    failed: dict[tuple[str, str, str], int] = defaultdict(int)
    for verdict in state.ledger.verdicts:
        if verdict.quarter:
            made[verdict.quarter, verdict.gate] += verdict.runs
            failed[verdict.quarter, verdict.gate, verdict.severity] += verdict.failed
    quarters = sorted({quarter for quarter, _ in made})[-QUARTERS_SHOWN:]
    if len(quarters) < 2:
        return None
    values = [
        {"column": quarter, "kind": words_of, "rank": rank, "count": count}
        for quarter in quarters
        for rank, (severity, words_of) in enumerate(KINDS.items())
        if (count := sum(failed[quarter, gate, severity] for gate in words.GATES))
    ]
    table = Table(
        "Checks by quarter and gate",
        columns("Quarter", "Gate", "Checks #", "To look into #", "Stopping #"),
        [
            row(
                quarter,
                question,
                made[quarter, gate],
                failed[quarter, gate, "warning"],
                failed[quarter, gate, "critical"],
            )
            for quarter in quarters
            for gate, (question, _) in words.GATES.items()
            if made[quarter, gate]
        ],
    )
    if not values:
        return Fold(f"Every check of the last {len(quarters)} quarters passed: the numbers", [table])
    total = sum(int(str(value["count"])) for value in values)
    wide, narrow = charts.stacked_bars(values, quarters, list(KINDS.values()), "Checks not passed")
    return Figure(
        "Checks that did not pass, by quarter",
        f"{words.counted(total, 'check')} of {sum(made[key] for key in made if key[0] in quarters):,} did not pass in "
        "these quarters. The first two gates are dated by the quarter in which a file arrived, the others by refresh.",
        wide,
        narrow,
        table,
    )
