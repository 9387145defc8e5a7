"""Nobody who keeps the pages of five yearly refreshes can work out a small group (`make test-long`).

Files go through intake, registry, marts and all gates as in any refresh, only without Dagster, which takes longer than
all of them; the pages are those that were written. A figure of one group can differ from one page to another (late
files, other links), and no page says by how much: the attacker takes it for `AMBIGUITY` people at most, or for as many
as it was. Who knew from elsewhere that fewer were told anew could tell a number that crosses the limit between two
pages (docs/board/charter.md).
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations
from pathlib import Path

import pytest

from p20w.database import Warehouse
from p20w.intake import receive
from p20w.pipeline import calendar, refreshes
from p20w.pipeline.stages import stage
from p20w.registry import assigning
from p20w.registry.persons.promotion import promote
from p20w.reports.board import write_board_report
from p20w.reports.gather import gather
from p20w.reports.headlines import Headlines, PoolOutcome
from p20w.reports.masking import AMBIGUITY
from p20w.reports.sections import career, changes, college_work, leavers
from p20w.reports.sections.college_work import TermEmployment
from p20w.reports.sections.corrected import AtWork, at_work
from p20w.reports.sections.outcomes import ClusterOutcome, LeaverOutcome, Pool, unseen
from p20w.reports.state import State
from p20w.simulator import simulate
from p20w.warehouse import build_core, build_marts, publish_marts
from tests.few_feeds import FEW_FEEDS
from tests.unit.reports.attacker import FLOOR, Attacker, Terms
from tests.unit.reports.test_attack import KIND_OF

LABELS = ("2021Q4", "2022Q4", "2023Q4", "2024Q4", "2025Q4")


@dataclass
class Notes:
    """What the attacker has read, and the true values of all names, for whoever judges the attack."""

    attacker: Attacker = field(default_factory=Attacker)
    values: dict[str, int] = field(default_factory=dict)
    versions: dict[str, set[int]] = field(default_factory=dict)
    hidden: list[Terms] = field(default_factory=list)

    def number(self, name: str, value: int) -> str:
        """A name for a number of people; the same while the number is, as a reader may think."""
        version = f"{name}: {value}"
        for other in self.versions.setdefault(name, set()) - {value}:
            most = max(abs(value - other), AMBIGUITY)
            self.attacker.learns({version: 1.0, f"{name}: {other}": -1.0}, -most, most)
        self.versions[name].add(value)
        self.values[version] = value
        return version

    def hides(self, terms: Terms) -> None:
        """A sum that must not be found out if it is small."""
        if 0 < sum(sign * self.values[name] for name, sign in terms.items()) < FLOOR:
            self.hidden.append(dict(terms))

    def reads_group(
        self, name: str, years: int, size: str, row: PoolOutcome | TermEmployment, work: AtWork
    ) -> tuple[str, int]:
        """Size and work of one group; returns the name of its size, and its least value."""
        whole = self.number(f"{name} persons", row.persons)
        least, _ = self.attacker.reads_size({whole: 1.0}, size)
        self.hides({whole: 1.0})
        if row.persons_employed is None:
            return whole, least
        most = round(float(row.share_employed_upper_bound or 1) * row.persons)
        employed = self.number(f"{name} employed {years}", row.persons_employed)
        unbridged = self.number(f"{name} unbridged {years}", most - row.persons_employed)
        lower, _, upper = work.bounds.partition(" to ")
        if work.bounds.endswith("or little more"):
            self.attacker.learns({unbridged: 1.0}, 0, FLOOR - 1)
        self.attacker.reads_share({employed: 1.0}, {whole: 1.0}, work.seen.share, least)
        self.attacker.reads_share({employed: 1.0}, {whole: 1.0}, lower.removesuffix(" or more"), least)
        self.attacker.reads_share({employed: 1.0, unbridged: 1.0}, {whole: 1.0}, upper, least)
        for terms in ({employed: 1.0}, {unbridged: 1.0}, {whole: 1.0, employed: -1.0}):
            self.hides(terms)
        return whole, least

    def reads_part(self, name: str, value: int | None, group: tuple[str, int], text: str) -> None:
        """A share of a group; `group` as `reads_group` returns it."""
        if value is None:
            return
        whole, least = group
        part = self.number(name, value)
        self.attacker.reads_share({part: 1.0}, {whole: 1.0}, text, least)
        self.hides({part: 1.0})
        self.hides({whole: 1.0, part: -1.0})


def pools(state: State) -> Iterator[tuple[str, Pool, PoolOutcome]]:
    """Every group of leavers that a page shows: its kind, its words and its row."""
    rows: dict[tuple[str, str, int], PoolOutcome] = {}
    for row in state.headlines.of(LeaverOutcome):
        rows[row.leaver_type, row.leaver_cohort, row.years_since_leaving] = row
    for row in state.headlines.of(ClusterOutcome):
        kind = row.cte_group if row.career_cluster == "all" else row.career_cluster_title
        if row.career_cluster == "all" or row.cte_group == "concentrator":
            rows[kind, row.leaver_cohort, row.years_since_leaving] = row
    shows: tuple[Callable[..., list[Pool]], ...] = (leavers.pools, career.pools, career.fields)
    for item in chain.from_iterable(show(state.headlines, state.mask) for show in shows):
        kind = KIND_OF.get(item.name, item.name)
        yield kind, item, rows[kind, item.cohorts, item.years]


def read(notes: Notes, state: State, page: str) -> None:
    """Everything that one page says of groups of people."""
    sizes: dict[tuple[str, str], str] = {}
    for kind, item, row in pools(state):
        assert {item.size, item.at_work.bounds} <= set(told(page))
        name = f"{kind} {item.cohorts}"
        group = notes.reads_group(name, item.years, item.size, row, item.at_work)
        if item.name in KIND_OF:  # of fields, the page tells no more than people at work
            assert {item.in_college.share, item.unseen.text} <= set(told(page))
            notes.reads_part(f"{name} enrolled {item.years}", row.persons_enrolled, group, item.in_college.share)
            notes.reads_part(f"{name} unseen {item.years}", row.persons_not_observable, group, item.unseen.text)
        sizes[item.cohorts, kind] = group[0]
    _adds_up(notes, sizes)
    for row in college_work.shown(state.headlines.of(TermEmployment)):
        name = f"{row.institution_level} {row.academic_term} {row.academic_year}"
        size, work = state.mask.people(row.persons), at_work(state.mask, row)
        assert {size, work.bounds} <= set(told(page))
        group = notes.reads_group(name, 0, size, row, work)
        text = unseen(state.mask, row.persons, row.persons_never_in_wages, row.persons_employed).text
        notes.reads_part(f"{name} never", row.persons_never_in_wages, group, text)
    _people(notes, state)


def _adds_up(notes: Notes, sizes: Mapping[tuple[str, str], str]) -> None:
    """Types and groups by courses divide the same people, and few concentrators are in two fields."""
    for pool in {pool for pool, _ in sizes}:
        types = [sizes[pool, kind] for kind in leavers.GROUPS if (pool, kind) in sizes]
        groups = [sizes[pool, kind] for kind in career.GROUPS if (pool, kind) in sizes]
        fields = [name for (of, kind), name in sizes.items() if of == pool and kind not in KIND_OF.values()]
        whole = sum(notes.values[name] for name in types)
        if types and groups and whole == sum(notes.values[name] for name in groups):
            notes.attacker.learns(dict.fromkeys(types, 1.0) | dict.fromkeys(groups, -1.0), 0, 0)
        if fields and (pool, "concentrator") in sizes:
            notes.attacker.learns(dict.fromkeys(fields, 1.0) | {sizes[pool, "concentrator"]: -1.0}, 0, 5000)


def _people(notes: Notes, state: State) -> None:
    """Who is new, merged or withdrawn since the page before."""
    now, before = state.ledger.refresh, state.ledger.previous
    assert now is not None
    said = {row[0].text: row[1].text for row in changes.people(state, now, before).rows}
    events = {event.kind: event.events for event in state.ledger.events if event.refresh_id == now.refresh_id}
    merged, retired = events.get("merge", 0), events.get("retire", 0)
    known, earlier = changes.persons(state, now) or 0, changes.persons(state, before) or 0
    counts = {
        "People known before": ("known", earlier, 1.0),
        "New people": (f"new {now.label}", known - earlier + merged + retired, 1.0),
        "Merged into someone else": (f"merged {now.label}", merged, -1.0),
        "Withdrawn": (f"retired {now.label}", retired, -1.0),
        "People known now": ("known", known, -1.0),
    }
    terms: dict[str, float] = {}
    for label, (name, value, sign) in counts.items():
        version = f"{name}: {value}"
        notes.values[version] = value
        notes.attacker.reads_size({version: 1.0}, said[label])
        notes.hides({version: 1.0})
        terms[version] = terms.get(version, 0.0) + sign
    notes.attacker.learns(terms, 0, 0)


def told(page: str) -> Iterator[str]:
    """The texts of a page's cells, without marks."""
    for part in page.split("<td")[1:]:
        cell = part.partition(">")[2].partition("</td>")[0]
        yield html.unescape(re.sub(r"<span.*?</span>|<[^>]+>", "", cell)).strip()


def refresh(warehouse: Warehouse, label: str) -> Path:
    """Take in what was delivered by the end of a quarter, publish it and write its page."""
    settings = warehouse.settings
    receive(warehouse, settings, delivered_to=calendar.cutoff(label))
    opened = refreshes.open_refresh(warehouse, label)
    assert opened is not None
    with stage(warehouse, "linkage", opened.refresh_id, "registry") as figures:
        assigned = assigning.assign(warehouse, settings, opened.refresh_id)
        assigned.gate_run.demand_pass()
        promote(warehouse, opened.refresh_id)
        figures.update(assigned.figures())
    for build in (build_core, build_marts):
        build(warehouse, settings, opened.refresh_id).gate_run.demand_pass()
    publish_marts(warehouse, opened.refresh_id)
    refreshes.finish_refresh(warehouse, opened.refresh_id)
    return write_board_report(warehouse, settings)


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_no_small_group_can_be_worked_out_from_the_pages_of_five_yearly_refreshes(
    make_warehouse: Callable[..., Warehouse], tmp_path: Path
) -> None:
    drops, truth = tmp_path / "drops", tmp_path / "truth"
    simulate(1_500, "2014Q3", LABELS[-1], 3, drops, truth, feeds=FEW_FEEDS)
    warehouse = make_warehouse(drops=drops, truth=truth)
    notes, headlines = Notes(), list[Headlines]()
    for label in LABELS:
        with warehouse.writer("refresh"):
            page = refresh(warehouse, label)
        state = gather(warehouse, warehouse.settings)
        assert (state.label, state.mask.floor) == (label, FLOOR)
        read(notes, state, page.read_text(encoding="utf-8"))
        headlines.append(state.headlines)
    assert len({row.leaver_cohort for page in headlines for row in page.of(LeaverOutcome) if row.is_mature}) > 1
    assert any(earlier != later for earlier, later in combinations(headlines, 2))
    assert len(notes.hidden) > 50
    spans = {tuple(sorted(terms.items())): notes.attacker.believes(terms) for terms in notes.hidden}
    assert {terms: span for terms, span in spans.items() if span[1] - span[0] + 1 < AMBIGUITY} == {}
