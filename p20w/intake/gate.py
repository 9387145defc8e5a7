"""Put drops before the drop and intake gates, many at once.

Here: the suites (the drop gate's from expectations/, the intake gate's from there and the contract's quality rules)
and the fingerprint of what the intake gate judged. Not here: measuring facts (`inspection`, `load`), running a suite
(`p20w.pipeline.facts`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from expectations.suites import Expectation, Suite, expectation, load_gate
from p20w.contracts import USUAL_WARNS, Column, FeedContract, QualityRule
from p20w.database import Warehouse
from p20w.intake.tally import unknown_codes, worst_percent
from p20w.intake.usual import compared
from p20w.pipeline import fingerprints
from p20w.pipeline.facts import Subject, run_fact_gate
from p20w.pipeline.gates import GateRun


def drop_suite(suites: Path) -> Suite:
    """The suite of the drop gate."""
    return load_gate(suites / "drop").suites[0]


def intake_suite(suites: Path, contract: FeedContract) -> Suite:
    """The suite of the intake gate for one feed: what holds for all feeds, and the rules of its contract."""
    rules = [_expectation(contract, rule) for rule in contract.rules]
    rules += [_near_usual(contract, figure, *limit) for figure in contract.usual for limit in _limits(contract, figure)]
    rules += [_known_codes(contract, column) for column in contract.columns if column.codes]
    return load_gate(suites / "intake").suites[0].plus(rules)


def _expectation(contract: FeedContract, rule: QualityRule) -> Expectation:
    bounds: dict[str, object] = {
        "min_value": rule.minimum,
        "max_value": rule.maximum,
        "strict_min": rule.strict_minimum,
        "strict_max": rule.strict_maximum,
    }
    return expectation(
        {
            "type": "expect_column_values_to_be_between",
            "name": rule.name,
            "kwargs": {"column": rule.name, **{k: v for k, v in bounds.items() if v is not None and v is not False}},
            "severity": rule.severity,
            "meta": {
                "what": rule.description,
                "matters": rule.matters,
                "resolve": f"Ask the {contract.steward} about it, with the count and the column; "
                f"the rule is {rule.name} in contracts/{contract.feed}.yaml.",
                "since": f"contract {contract.version}",
            },
        }
    )


def _known_codes(contract: FeedContract, column: Column) -> Expectation:
    """Every value of a column whose codes have days is a code on the first day of the drop's period."""
    name = unknown_codes(column)
    return expectation(
        {
            "type": "expect_column_values_to_be_between",
            "name": name,
            "kwargs": {"column": name, "min_value": 0, "max_value": 0},
            "severity": "warning",
            "when_missing": "pass",
            "meta": {
                "what": f"Every {column.name} of {contract.feed} is a code that the contract knows on the first day of "
                "the drop's period.",
                "matters": "Values are set aside and not guessed, so these people are missing in groups by it.",
                "resolve": f"Count them with p20w drops show. Complete enum of {column.name} in contracts/"
                f"{contract.feed}.yaml: value, stored, and validFrom where a code is new; or ask the agency which code "
                "it meant. Then the file comes again as the next submission.",
                "since": f"contract {contract.version}",
            },
        }
    )


def _limits(contract: FeedContract, figure: str) -> list[tuple[str, float]]:
    return [("warning", USUAL_WARNS), ("critical", contract.usual[figure])]


def _near_usual(contract: FeedContract, figure: str, severity: str, times: float) -> Expectation:
    what = "The number of lines" if figure == "lines" else f"The mean of {figure}"
    return expectation(
        {
            "type": "expect_column_values_to_be_between",
            "name": f"{figure}_within_{times:g}_times_the_usual".replace(".", "_"),
            "kwargs": {"column": f"{figure}_percent", "min_value": 100 / times, "max_value": 100 * times},
            "severity": severity,
            "when_missing": "pass",
            "meta": {
                "what": f"{what} is at most {times:g} times more or less than usual (in percent of the median of the "
                "feed's last drops of the same part of the year).",
                "matters": "A unit that changed, a half file or a double one reads well line by line, and every figure "
                "made of it would be wrong.",
                "resolve": f"See both figures with p20w drops show, and ask the {contract.steward} whether they are "
                f"meant; limits are under usual in contracts/{contract.feed}.yaml.",
                "since": f"contract {contract.version}",
            },
        }
    )


@dataclass(frozen=True)
class Loaded:
    """A drop whose lines lie in the database, as it is about to be judged."""

    drop_id: int
    feed: str
    scope: str
    sha256: str
    contract_version: str
    lines: int


@dataclass(frozen=True)
class Counted:
    """How many lines of a drop lie in which place, counted there."""

    accepted: int = 0
    quarantined: int = 0
    both: int = 0
    unreadable: Mapping[str, int] = field(default_factory=dict[str, int])
    """Fields set aside in lines that stay, by column."""
    stray: int = 0
    """Fields set aside whose line is not there."""

    @property
    def fields(self) -> int:
        """All fields set aside."""
        return sum(self.unreadable.values())


def judge_files(warehouse: Warehouse, suites: Path, subjects: Mapping[int, tuple[str, str]]) -> dict[int, GateRun]:
    """Judge the facts of received drops.

    Args:
        warehouse: the warehouse; the facts are committed.
        suites: folder of the gates.
        subjects: scope and fingerprint by drop_id.
    """
    suite = drop_suite(suites)
    judged = [Subject(drop_id, scope, fingerprint, suite) for drop_id, (scope, fingerprint) in subjects.items()]
    return run_fact_gate(warehouse, "drop", judged)


def judge_lines(
    warehouse: Warehouse, suites: Path, contracts: Mapping[str, FeedContract], drops: Sequence[Loaded]
) -> dict[int, GateRun]:
    """Count the lines of loaded drops where they lie, and judge the facts of each by the suite of its feed."""
    with warehouse.connect("intake") as connection:
        counts = count_lines(connection, drops)
        for drop in drops:
            found = counts[drop.drop_id]
            facts = {
                "intake.lines_unaccounted": drop.lines - found.accepted - found.quarantined,
                "intake.lines_in_two_places": found.both,
                "intake.fields_unreadable": found.fields,
                "intake.fields_of_no_line": found.stray,
                "intake.fields_unreadable_worst_percent": worst_percent(found.unreadable, found.accepted),
            }
            record_facts(connection, drop.drop_id, facts)
        for feed, contract in contracts.items():
            mine = [drop.drop_id for drop in drops if drop.feed == feed]
            for drop_id, figures in compared(connection, contract, mine).items():
                record_facts(connection, drop_id, {f"intake.{name}": value for name, value in figures.items()})
    suite_of = {feed: intake_suite(suites, contracts[feed]) for feed in {drop.feed for drop in drops}}
    judged = [
        Subject(drop.drop_id, drop.scope, fingerprint(drop, counts[drop.drop_id]), suite_of[drop.feed])
        for drop in drops
    ]
    return run_fact_gate(warehouse, "intake", judged)


def fingerprint(drop: Loaded, found: Counted) -> str:
    """Which file the lines come from, how many lie in which place now, and how many fields of them are set aside."""
    parts = (drop.scope, drop.sha256, drop.contract_version, found.accepted, found.quarantined)
    # drops judged before fields were set aside have none, and keep their pass
    return fingerprints.of_parts(*parts, *([found.fields] if found.fields else []))


def count_lines(connection: psycopg.Connection, drops: Sequence[Loaded]) -> dict[int, Counted]:
    """Count each drop's lines, and the fields set aside in them, in the database."""
    ids = [drop.drop_id for drop in drops]
    accepted: dict[int, int] = {}
    both: dict[int, int] = {}
    attached: dict[int, int] = {}
    for feed in sorted({drop.feed for drop in drops}):
        table = sql.Identifier("intake", feed)
        lines = sql.SQL("select drop_id, count(*) from {} where drop_id = any(%s) group by drop_id").format(table)
        accepted |= dict(connection.execute(lines, (ids,)).fetchall())
        twice = sql.SQL(
            """
            select
                drop_id,
                count(*) filter (where sets_aside = 'line'),
                count(*) filter (where sets_aside = 'field')
            from intake.quarantine
            inner join {} using (drop_id, line_number)
            where drop_id = any(%s)
            group by drop_id
            """
        ).format(table)
        for drop_id, lines_too, fields in connection.execute(twice, (ids,)).fetchall():
            both[drop_id], attached[drop_id] = lines_too, fields
    quarantined: dict[int, int] = {}
    unreadable: dict[int, dict[str, int]] = {}
    for drop_id, sets_aside, column, count in connection.execute(
        """
        select drop_id, sets_aside, case when sets_aside = 'field' then column_name end as field, count(*)
        from intake.quarantine
        where drop_id = any(%s)
        group by drop_id, sets_aside, field
        """,
        (ids,),
    ).fetchall():
        if sets_aside == "line":
            quarantined[drop_id] = count
        else:
            unreadable.setdefault(drop_id, {})[column] = count
    return {
        i: Counted(
            accepted.get(i, 0),
            quarantined.get(i, 0),
            both.get(i, 0),
            unreadable.get(i, {}),
            sum(unreadable.get(i, {}).values()) - attached.get(i, 0),
        )
        for i in ids
    }


def accepted_passes(connection: psycopg.Connection, new_in_refresh: int | None = None) -> list[tuple[str, str]]:
    """Scope and fingerprint of every active drop, as the registry demands them of the intake gate.

    Fingerprints are of what lies there now: lines that changed behind the gate's back have no pass.

    Args:
        connection: open connection of a role that may read intake.
        new_in_refresh: only the drops this refresh has and no published one had, so that the work grows with them.
    """
    rows = connection.execute(
        """
        select
            drop_id, feed, feed || '/' || period || '/' || submission, file_sha256, contract_version, lines_total
        from governance.drop
        where status = 'accepted'
            and (
                %(refresh)s::bigint is null
                or drop_id in (select drop_id from governance.refresh_drop where refresh_id = %(refresh)s)
                and drop_id not in (
                    select earlier.drop_id
                    from governance.refresh_drop as earlier
                    inner join governance.refresh as refresh on earlier.refresh_id = refresh.refresh_id
                    where refresh.status = 'published' and refresh.refresh_id <> %(refresh)s
                )
            )
        order by drop_id
        """,
        {"refresh": new_in_refresh},
    ).fetchall()
    drops = [Loaded(*row) for row in rows]
    counts = count_lines(connection, drops)
    return [(drop.scope, fingerprint(drop, counts[drop.drop_id])) for drop in drops]


def record_facts(connection: psycopg.Connection, drop_id: int, facts: Mapping[str, float]) -> None:
    """Keep facts of a drop; measuring again replaces them."""
    connection.execute(
        """
        insert into governance.drop_check (drop_id, check_name, observed)
        select %s, t.check_name, t.observed
        from unnest(%s::text[], %s::numeric[]) as t (check_name, observed)
        on conflict (drop_id, check_name) do update set observed = excluded.observed
        """,
        (drop_id, list(facts), [float(value) for value in facts.values()]),
    )
