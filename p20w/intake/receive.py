"""Take drops in: received, loaded, accepted; or refused, with one row that says why.

Here: the order of drops, their numbers, what repeats and resubmissions mean, and the transactions between the two
gates. A rerun after any interruption goes on where it stopped and ends in the same state. Not here: measuring
(`inspection`), loading (`load`), judging (`gate`).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import psycopg

from p20w.contracts import FeedContract, fillers, load_contract, load_contracts
from p20w.database import Warehouse
from p20w.database.errors import redacted
from p20w.failpoints import reach
from p20w.intake import gate
from p20w.intake.blame import ERRORS, stops_everything
from p20w.intake.cases import Case, DropOutcome, History
from p20w.intake.drops import DropPath, pending, within
from p20w.intake.inspection import FACTS, inspect
from p20w.intake.load import Loader
from p20w.intake.messages import reason_code, refusal
from p20w.intake.sources import SourceError
from p20w.intake.usual import beside
from p20w.keys import KeyRing
from p20w.pipeline import fingerprints
from p20w.pipeline.gates import GateRun
from p20w.plain_errors import describe
from p20w.progress import tell
from p20w.settings import Settings

Progress = Callable[[str, float], None]


def receive(
    warehouse: Warehouse,
    settings: Settings,
    *,
    delivered_from: date | None = None,
    delivered_to: date | None = None,
    feeds: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> list[DropOutcome]:
    """Take in the drops that nobody has decided on, in the order of their delivery.

    Args:
        warehouse: the warehouse; this call is its one writer.
        settings: where drops, contracts and suites are.
        delivered_from: first day of delivery; None for no limit.
        delivered_to: last day of delivery; None for no limit.
        feeds: only drops of these; None for every feed with a contract.
        progress: told what is done and which share of the lines is behind, between 0 and 1.

    Returns:
        one outcome a drop that was decided on, in order.

    Raises:
        ContractError: a contract is invalid.
        KeyMismatch: the keys at hand are not those of the database.
        WriterBusy: another process is writing.
    """
    with warehouse.writer("taking in drops"):
        drops = within(pending(warehouse, settings, feeds), delivered_from, delivered_to)
        if not drops:
            return []
        contracts = _contracts(settings.contracts, feeds)
        drops.sort(key=lambda d: (d.delivered_on, contracts[d.feed].intake_order, d.period, d.submission))
        keys = KeyRing.open(settings, warehouse)
        with warehouse.connect("intake") as connection:
            desk = _Desk(warehouse, settings, connection, contracts, keys, progress)
            return desk.take_in(drops)


def _contracts(folder: Path, feeds: Sequence[str] | None) -> Mapping[str, FeedContract]:
    """Those that are needed: no feed waits for another's contract to be corrected."""
    return load_contracts(folder) if feeds is None else {name: load_contract(folder / f"{name}.yaml") for name in feeds}


def figures(outcomes: Sequence[DropOutcome]) -> dict[str, int]:
    """Sums over outcomes, for whoever shows what a run did."""
    return {
        "drops": len(outcomes),
        "accepted": sum(o.status in ("accepted", "superseded") for o in outcomes),
        "refused": sum(o.status == "rejected" for o in outcomes),
        "lines": sum(o.lines_total or 0 for o in outcomes),
        "lines_accepted": sum(o.lines_accepted or 0 for o in outcomes),
        "lines_quarantined": sum(o.lines_quarantined or 0 for o in outcomes),
    }


class _Desk:
    """One run over a batch of drops, on one connection."""

    def __init__(
        self,
        warehouse: Warehouse,
        settings: Settings,
        connection: psycopg.Connection,
        contracts: Mapping[str, FeedContract],
        keys: KeyRing,
        progress: Progress | None,
    ) -> None:
        self._warehouse, self._settings, self._connection = warehouse, settings, connection
        self._contracts, self._keys, self._progress = contracts, keys, progress

    def take_in(self, drops: Sequence[DropPath]) -> list[DropOutcome]:
        """Bring every drop to its end."""
        cases = self._receive(drops)
        self._judge_files([case for case in cases if case.status == "received"])
        self._load([case for case in cases if case.status == "received"])
        self._judge_lines([case for case in cases if case.status == "loaded"])
        self._tell("drops taken in", 1.0)
        return [case.outcome() for case in cases]

    def _tell(self, doing: str, share: float) -> None:
        tell(doing, share)
        if self._progress:
            self._progress(doing, share)

    # -------------------------------------------------------------- received

    def _receive(self, drops: Sequence[DropPath]) -> list[Case]:
        """Give each drop its number, measure it, and keep the facts; all in one transaction."""
        history = History(self._connection)
        cases: list[Case] = []
        for done, drop in enumerate(drops):
            self._tell(f"checking {drop.feed} {drop.period}", 0.2 * done / len(drops))
            case = history.open_case(drop, self._contracts[drop.feed].intake_order)
            if case is None:
                self._tell(f"leaving {drop.feed} {drop.period}: too many drops of one day", 0.2 * done / len(drops))
                continue
            cases.append(case)
            if case.status == "loaded":
                continue
            case.found = inspect(drop, self._contracts[drop.feed])
            history.compare(case)
            self._write_received(case)
            self._record_facts(case)
        reach("intake.before_received")
        self._connection.commit()
        reach("intake.received")
        return cases

    def _record_facts(self, case: Case) -> None:
        gate.record_facts(self._connection, case.drop_id, {f"drop.{k}": v for k, v in case.found.facts.items()})

    def _write_received(self, case: Case) -> None:
        """The drop's row. A changed submission begins as rejected: the row it could not replace stays as it is."""
        drop = case.drop
        self._connection.execute(
            "select governance.receive_drop(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            (
                *(case.drop_id, drop.feed, drop.period, drop.submission),
                bool(case.found.facts["submission_changed"]),
                *(drop.file.name if drop.file else None, drop.sha256, drop.delivered_on),
                *(self._contracts[drop.feed].version, case.found.lines),
            ),
        )

    # ---------------------------------------------------------- the drop gate

    def _judge_files(self, cases: Sequence[Case]) -> None:
        """Refuse what the drop gate does not let through."""
        subjects = {
            case.drop_id: (
                case.drop.scope,
                fingerprints.of_parts(case.drop.sha256, *(case.found.facts[fact] for fact in FACTS)),
            )
            for case in cases
        }
        self._tell("judging files", 0.2)
        runs = gate.judge_files(self._warehouse, self._settings.suites, subjects)
        for case in cases:
            run = runs[case.drop_id]
            case.runs.append(run)
            if not run.passed:
                self._refuse_file(case)
        reach("intake.before_refused")
        self._connection.commit()
        reach("intake.refused")

    def _refuse_file(self, case: Case) -> None:
        drop = case.drop
        in_force = self._in_force(drop)
        root = _folder_name(self._settings)
        case.reason_code = reason_code(case.found.first_fault)
        case.reason = refusal(drop, case.found, self._contracts[drop.feed], in_force, root)
        self._refuse(case, case.found.lines)

    def _in_force(self, drop: DropPath) -> int | None:
        row = self._connection.execute(
            "select submission from governance.drop where feed = %s and period = %s and status = 'accepted'",
            (drop.feed, drop.period),
        ).fetchone()
        return row[0] if row else None

    def _refuse(self, case: Case, lines: int | None) -> None:
        """Write why the drop is refused; whatever of it was loaded is taken out again."""
        case.status = "rejected"
        case.lines = (lines, 0, 0)
        said = (case.drop_id, case.reason_code, case.reason, lines)
        self._connection.execute("select governance.refuse_drop(%s, %s, %s, %s)", said)

    # ---------------------------------------------------------------- loading

    def _load(self, cases: Sequence[Case]) -> None:
        """Load each drop in a transaction of its own."""
        if not cases:
            return
        loader = self._loader()
        # A commit of lines may wait for the disk until the next commit that must not be lost: acceptance.
        self._connection.execute("set synchronous_commit = off")
        self._connection.commit()
        lines = sum(case.found.lines for case in cases) or 1
        behind = 0
        for case in cases:
            self._tell(f"loading {case.drop.feed} {case.drop.period}", 0.2 + 0.75 * behind / lines)
            behind += case.found.lines
            try:
                tally = loader.load(case.drop, case.drop_id, case.found)
            except ERRORS as error:
                self._refuse_unloaded(case, error)
                loader = self._loader()  # the old one remembers what was just taken back
                continue
            case.status = "loaded"
            case.lines = (case.found.lines, tally.accepted, tally.set_aside)
            self._connection.execute("select governance.load_drop(%s, %s, %s, %s)", (case.drop_id, *case.lines))
            reach("intake.before_commit")
            self._connection.commit()
            reach("intake.loaded")
        self._connection.execute("set synchronous_commit = on")

    def _loader(self) -> Loader:
        settings = self._settings
        words = fillers(settings.contracts)
        return Loader(self._connection, self._contracts, self._keys, settings.reference, settings.workers, words)

    def _refuse_unloaded(self, case: Case, error: BaseException) -> None:
        """Take back what was loaded of a drop and refuse it; raise again what is none of the drop."""
        if stops_everything(error):
            if not self._connection.closed:
                self._connection.rollback()
            if isinstance(error, psycopg.Error):
                raise redacted(error, f"loading {case.drop.feed} {case.drop.period}") from None
            raise error
        self._connection.rollback()
        if isinstance(error, SourceError):
            case.found.note("file_unreadable", source_fault=str(error))
        else:
            case.found.note("unforeseen_errors", unforeseen=describe(error))
        self._record_facts(case)
        self._refuse_file(case)
        self._connection.commit()

    # -------------------------------------------------------- the intake gate

    def _judge_lines(self, cases: Sequence[Case]) -> None:
        """Accept what the intake gate lets through, in order; take the rest out again."""
        if not cases:
            return
        self._tell("judging lines", 0.95)
        subjects = [
            gate.Loaded(
                *(c.drop_id, c.drop.feed, c.drop.scope, c.drop.sha256 or "", self._contracts[c.drop.feed].version),
                lines=c.lines[0] or 0,
            )
            for c in cases
        ]
        runs = gate.judge_lines(self._warehouse, self._settings.suites, self._contracts, subjects)
        for case in cases:
            run = runs[case.drop_id]
            case.runs.append(run)
            if run.passed:
                self._accept(case)
            else:
                self._refuse_lines(case, run)
            reach("intake.accepting")
        self._connection.commit()
        reach("intake.accepted")
        rows = self._connection.execute("select drop_id from governance.drop where status = 'accepted'").fetchall()
        in_force = {row[0] for row in rows}
        for case in cases:
            if case.status == "accepted" and case.drop_id not in in_force:
                case.status = "superseded"
        self._connection.commit()

    def _accept(self, case: Case) -> None:
        """Make the drop active; what it supersedes leaves visibility in the same transaction."""
        (case.status,) = self._connection.execute("select governance.accept_drop(%s)", (case.drop_id,)).fetchall()[0]

    def _beside_the_usual(self, case: Case, column: str | None) -> str:
        """Both figures, where a drop is judged by what is usual for its feed."""
        found = beside(self._connection, case.drop_id).get((column or "").removesuffix("_percent"))
        return f"; {found[0]:,.0f}, usually {found[1]:,.0f}" if found else ""

    def _refuse_lines(self, case: Case, run: GateRun) -> None:
        """Take the lines out again: a refused drop leaves its row and its facts."""
        drop = case.drop
        in_force = self._in_force(drop)
        worst = next(item for item in run.failures if item.severity == "critical")
        stays = f"submission {in_force} stays active" if in_force else "no submission of this period is active"
        root, following = _folder_name(self._settings), max(drop.submission, in_force or 0) + 1
        case.reason_code = worst.expectation
        words = worst.expectation.replace("_", " ")
        case.reason = (
            f"{drop.feed} {drop.period} submission {drop.submission}: refused ({words}).\n"
            f"Expected: {worst.what} Observed: {worst.observed} ({case.lines[2]:,} of {case.lines[0]:,} lines were "
            f"quarantined{self._beside_the_usual(case, worst.column)}).\n"
            f"Nothing of it is loaded; {stays}. {worst.resolve}\n"
            f"Then: p20w drops check {root}/{drop.feed}/{drop.period}/{following}"
        )
        self._refuse(case, case.lines[0])


def _folder_name(settings: Settings) -> str:
    """The folder of drops as a command line in the project would name it."""
    try:
        return settings.drops.relative_to(settings.project).as_posix()
    except ValueError:
        return settings.drops.as_posix()
