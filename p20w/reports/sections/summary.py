"""The page in short: six numbers and what needs attention."""

from dataclasses import dataclass

from p20w.reports import words
from p20w.reports.blocks import Notice, Tone
from p20w.reports.deliveries import Delivery
from p20w.reports.sections import bridges
from p20w.reports.sections.changes import persons
from p20w.reports.sections.checks import is_refusal
from p20w.reports.state import State

RANK: dict[Tone, int] = {"bad": 0, "warn": 1, "calm": 2, "good": 3}


@dataclass(frozen=True)
class Card:
    """One number at the top of the page."""

    number: str
    title: str
    detail: str
    href: str
    tone: Tone | None = None


def cards(state: State) -> list[Card]:
    """The six numbers."""
    new = state.new_drops
    taken_in = [drop for drop in new if drop.was_taken_in]
    refused = [drop for drop in new if drop.is_refused]
    missing = len(state.missing)
    lines = sum(drop.lines_total for drop in taken_in)
    aside = sum(drop.lines_quarantined for drop in taken_in)
    verdicts = [verdict for verdict in state.ledger.verdicts if verdict.is_new]
    gates = {verdict.gate for verdict in verdicts}
    # a published refresh went past every gate: those without a verdict had no new file to check
    idle = set(words.GATES) - gates if state.ledger.refresh and state.ledger.refresh.is_published else set[str]()
    closed = {
        verdict.gate
        for verdict in verdicts
        if verdict.failed and verdict.severity == "critical" and not is_refusal(verdict)
    }
    feeds = {drop.feed for drop in state.ledger.drops if drop.status == "accepted"}
    known = persons(state, state.ledger.refresh)
    return [
        Card(
            f"{len(taken_in):,}",
            words.plural(len(taken_in), "file") + " taken in",
            words.counted(lines, "line"),
            "#arrived",
        ),
        Card(
            f"{missing:,}",
            words.plural(missing, "file") + " missing",
            "due and not here" if missing else "everything due is here",
            "#missing",
            "warn" if missing else "good",
        ),
        Card(
            f"{len(refused):,}",
            words.plural(len(refused), "file") + " refused",
            "nothing of them was loaded" if refused else _since(state),
            "#refused",
            "warn" if refused else "good",
        ),
        Card(
            words.of_lines(aside / lines) if lines else "–",
            "of lines quarantined",
            words.counted(aside, "line"),
            "#quarantined",
        ),
        Card(
            f"{len(gates - closed)} of {len(words.GATES) - len(idle)}",
            "gates passed",
            "no new file to check for the others" if idle else "checks before each stage",
            "#checks",
            "bad" if closed else "good" if gates | idle == set(words.GATES) else "warn",
        ),
        Card(
            state.mask.people(known).removeprefix("about ") if known is not None else "–",
            "people known",
            f"rounded, from {words.counted(len(feeds), 'feed')}",
            "#changes",
        ),
    ]


def _since(state: State) -> str:
    return "since the last refresh" if state.ledger.previous else "so far"


def notices(state: State) -> list[Notice]:
    """What needs attention, the gravest first; one calm line when nothing does."""
    found = [*_of_refresh(state), *_of_reviews(state), *bridges.notices(state), *_of_files(state), *_of_checks(state)]
    if not found and state.ledger.refresh:
        return [
            Notice(
                "good",
                "Nothing needs a decision",
                "Every file due is here, every gate was passed, and no pair of records waits for a review.",
            )
        ]
    return sorted(found, key=lambda notice: RANK[notice.tone])


def _of_refresh(state: State) -> list[Notice]:
    refresh = state.ledger.refresh
    if refresh is None:
        return [Notice("calm", "No refresh has been run yet", "The first refresh fills this page.")]
    if not refresh.is_published:
        stands = state.ledger.published
        text = f"The figures on this page are still those of {stands.label}." if stands else "There are no figures yet."
        return [Notice("bad", f"Refresh {refresh.label} is not finished", text, "#checks")]
    return []


def _of_reviews(state: State) -> list[Notice]:
    refresh = state.ledger.refresh
    left = state.ledger.figures.get((refresh.refresh_id, "registry"), {}).get("reviews", 0) if refresh else 0
    if not left:
        return []
    return [
        Notice(
            "warn",
            f"{words.counted(int(left), 'pair of records waits', 'pairs of records wait')} for a review",
            "Linkage could not decide whether two records are one person or two, and left each pair to a reviewer. "
            "Until stewards judge them (p20w review), figures stand on the likelier answer.",
            "#matching",
        )
    ]


def _of_files(state: State) -> list[Notice]:
    found: list[Notice] = []
    still_open = [row for row in state.deliveries if row.state == "refused"]
    if still_open:
        names = [f"{state.name(row.feed)}, {words.period_name(row.period)}" for row in still_open]
        found.append(
            Notice(
                "bad",
                f"{words.counted(len(names), 'refused file has', 'refused files have')} not been sent again",
                f"{'; '.join(names[:4])}{' and more' if len(names) > 4 else ''}. Until then the data are not on file.",
                "#refused",
            )
        )
    replaced = [
        drop for drop in state.new_drops if drop.is_refused and (drop.feed, drop.period) not in _open(still_open)
    ]
    if replaced:
        found.append(
            Notice(
                "calm",
                f"{words.counted(len(replaced), 'file was', 'files were')} refused, and nothing is missing",
                "Another submission of the same period is active.",
                "#refused",
            )
        )
    if state.open_files:
        found.append(
            Notice(
                "warn",
                f"{words.counted(state.open_files, 'delivered file is', 'delivered files are')} open to others",
                "Every user of the machine can read them, and they hold names and social security numbers. "
                "The operations team closes them; p20w drops status lists them.",
                "#arrived",
            )
        )
    if missing := state.missing:
        names = [f"{state.name(row.feed)}, {words.period_name(row.period)}" for row in missing[-4:]]
        found.append(
            Notice(
                "warn",
                f"{words.counted(len(missing), 'file is', 'files are')} missing",
                f"{'; '.join(names)}{' and more' if len(missing) > 4 else ''}.",
                "#missing",
            )
        )
    if silent := state.silent:
        names = [state.name(feed) for feed in silent]
        found.append(
            Notice(
                "warn",
                f"{words.counted(len(names), 'feed has', 'feeds have')} never been sent",
                f"{words.listed(names)}. Figures that need them are empty.",
                "#missing",
            )
        )
    return found


def _of_checks(state: State) -> list[Notice]:
    failed = [
        verdict for verdict in state.ledger.verdicts if verdict.is_new and verdict.failed and not is_refusal(verdict)
    ]
    stops = {verdict.what or verdict.expectation for verdict in failed if verdict.severity == "critical"}
    warns = {
        (verdict.what or words.plain(verdict.expectation)).rstrip(".")
        for verdict in failed
        if verdict.severity == "warning"
    }
    found: list[Notice] = []
    if stops:
        found.append(
            Notice(
                "bad",
                f"{words.counted(len(stops), 'check stops', 'checks stop')} the refresh",
                "The list of checks says what each means and how to resolve it.",
                "#checks",
            )
        )
    if warns:
        found.append(
            Notice(
                "warn",
                f"{words.counted(len(warns), 'check')} to look into",
                f"{'; '.join(sorted(warns)[:3])}{' and more' if len(warns) > 3 else ''}. "
                "This does not stop the refresh, but someone should find out why.",
                "#checks",
            )
        )
    return found


def _open(deliveries: list[Delivery]) -> set[tuple[str, str]]:
    return {(row.feed, row.period) for row in deliveries}
