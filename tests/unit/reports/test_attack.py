"""Nobody who keeps five years of pages can work out a small group: every page is attacked with all earlier ones.

The state is small and made up, with groups of every size about the minimum cell; pages are the ones the report prints.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from p20w.reports.headlines import Headlines
from p20w.reports.ledger import Event, Ledger, Refresh
from p20w.reports.masking import AMBIGUITY, Mask
from p20w.reports.sections import career, changes, leavers
from p20w.reports.sections.outcomes import ClusterOutcome, LeaverOutcome, Pool
from p20w.reports.state import State
from tests.unit.reports.attacker import FLOOR, Attacker

FIRST, COHORTS, PAGES = 2013, 7, 5
POOL = 3
YEARS = (1, 2, 4)
GROUPS = {**leavers.GROUPS, **career.GROUPS}
KIND_OF = {name: kind for kind, name in GROUPS.items()}
FIELDS = ("01", "02", "03")
KINDS = (*GROUPS, *FIELDS)


@dataclass(frozen=True)
class Group:
    """People of one cohort and group, and how many of them work, study and are not seen so many years later."""

    persons: int
    employed: dict[int, int]
    enrolled: dict[int, int]
    unseen: dict[int, int]
    unbridged: dict[int, int]
    """Those of whom no wages were seen, nor could be."""

    def corrected(self, years: int) -> dict[str, Any]:
        """The corrected columns of a mart, from what a state would see."""
        employed, most = self.employed[years], self.employed[years] + self.unbridged[years]
        share = Decimal(employed + most) / (2 * self.persons)
        return {
            "persons_bridged": self.persons - self.unbridged[years],
            "share_employed_reweighted": share,
            "share_employed_reweighted_low": share * Decimal("0.9"),
            "share_employed_reweighted_high": min(Decimal(1), share * Decimal("1.1")),
            "share_employed_upper_bound": Decimal(most) / self.persons,
            "reweighting": "reweighted" if self.persons > 9 else "too few can be seen",
            "price_base_year": 2024,
            "median_annual_wages_usd": None,
            "median_annual_wages_real_usd": None,
            "median_annual_wages_reweighted_real_usd": None,
        }


@dataclass(frozen=True)
class Life:
    """A small state: its groups by cohort and kind."""

    groups: dict[tuple[int, str], Group]

    @classmethod
    def of(cls, chance: random.Random) -> "Life":
        """Some state; types and CTE groups divide the same people."""
        groups: dict[tuple[int, str], Group] = {}
        large = {kind: chance.choice((2, 6, 12, 30, 90)) for kind in leavers.GROUPS}
        for cohort in range(FIRST, FIRST + COHORTS):
            types = {kind: chance.randint(0, 2 * large[kind]) for kind in leavers.GROUPS}
            total = sum(types.values())
            first = chance.randint(0, total)
            second = chance.randint(0, total - first)
            sizes = {**types, "concentrator": first, "participant": second, "no_cte": total - first - second}
            shares = [chance.randint(0, first) for _ in FIELDS[1:]]
            sizes |= dict(zip(FIELDS, (max(0, first - sum(shares)), *shares), strict=True))
            for kind, persons in sizes.items():
                groups[cohort, kind] = _some(chance, persons)
        return cls(groups)

    def page(self, number: int) -> Headlines:
        """What the marts say at one of the pages, a year apart: of pools that begin with fixed years."""
        last = FIRST + 3 + number
        pools = [range(first, first + POOL) for first in range(FIRST, FIRST + COHORTS - POOL + 1, POOL)]
        rows = [(pool, kind, years, self.together(pool, kind), pool[-1] + years <= last)
                for pool in pools for kind in KINDS for years in YEARS if pool[-1] + years <= last + 1]  # fmt: skip
        return Headlines([(_leaver if row[1] in leavers.GROUPS else _cluster)(*row) for row in rows if row[3].persons])

    def together(self, pool: Iterable[int], kind: str) -> Group:
        """One kind over several cohorts."""
        found = [self.groups[cohort, kind] for cohort in pool]
        parts = [
            {years: sum(getattr(item, part)[years] for item in found) for years in YEARS}
            for part in ("employed", "enrolled", "unseen", "unbridged")
        ]
        return Group(sum(item.persons for item in found), *parts)


def _some(chance: random.Random, persons: int) -> Group:
    def part(of: int) -> int:
        return min(
            of, max(0, chance.choice((chance.randint(0, of), chance.randint(0, 12), of - chance.randint(0, 12))))
        )

    employed = {years: part(persons) for years in YEARS}
    return Group(
        persons,
        employed,
        {years: part(persons) for years in YEARS},
        {years: part(persons - employed[years]) for years in YEARS},
        {years: part(persons - employed[years]) for years in YEARS},
    )


def _label(pool: Sequence[int]) -> str:
    return " to ".join(f"{year}-{(year + 1) % 100:02d}" for year in (pool[0], pool[-1]))


def _leaver(pool: Sequence[int], kind: str, years: int, group: Group, is_mature: bool) -> LeaverOutcome:
    return LeaverOutcome(
        leaver_cohort=_label(pool), leaver_type=kind, years_since_leaving=years, persons=group.persons,
        persons_employed=group.employed[years], persons_enrolled=group.enrolled[years], **group.corrected(years),
        persons_not_observable=group.unseen[years], is_mature=is_mature,
    )  # fmt: skip


def _cluster(pool: Sequence[int], kind: str, years: int, group: Group, is_mature: bool) -> ClusterOutcome:
    field = kind if kind in FIELDS else "all"
    return ClusterOutcome(
        leaver_cohort=_label(pool), cte_group="concentrator" if field != "all" else kind, career_cluster=field,
        career_cluster_title=f"Field {field}", years_since_leaving=years, persons=group.persons,
        persons_employed=group.employed[years], persons_enrolled=group.enrolled[years], **group.corrected(years),
        persons_not_observable=group.unseen[years], is_mature=is_mature,
    )  # fmt: skip


def printed(headlines: Headlines) -> list[Pool]:
    """Every group that one page shows."""
    return [item for show in (leavers.pools, career.pools, career.fields) for item in show(headlines, Mask())]


def read(attacker: Attacker, pages: Sequence[Headlines]) -> set[tuple[int, ...]]:
    """Everything the pages say, each fact once; returns the sets of cohorts that were shown together."""
    for cohort in range(FIRST, FIRST + COHORTS):
        halves = dict.fromkeys(leavers.GROUPS, 1.0) | dict.fromkeys(career.GROUPS, -1.0)
        attacker.learns({f"{kind} {cohort}": sign for kind, sign in halves.items()}, 0, 0)
        attacker.learns({f"{field} {cohort}": 1.0 for field in FIELDS} | {f"concentrator {cohort}": -1.0}, 0, 5000)
    shown: set[tuple[int, ...]] = set()
    said: set[Pool] = set()
    for item in (item for page in pages for item in printed(page)):
        cohorts = tuple(range(int(item.cohorts[:4]), int(item.cohorts.split(" to ")[-1][:4]) + 1))
        shown.add(cohorts)
        if item in said:
            continue
        said.add(item)
        kind = KIND_OF.get(item.name, item.name.removeprefix("Field "))
        group = {f"{kind} {cohort}": 1.0 for cohort in cohorts}
        least, _ = attacker.reads_size(group, item.size)
        parts = {measure: {f"{kind} {measure}{item.years} {cohort}": 1.0 for cohort in cohorts} for measure in "ecub"}
        for words, measure in ((item.at_work.seen.share, "e"), (item.in_college.share, "c"), (item.unseen.text, "u")):
            attacker.reads_share(parts[measure], group, words, least)
        lower, _, upper = item.at_work.bounds.partition(" to ")
        if item.at_work.bounds.endswith("or little more"):
            attacker.learns(parts["b"], 0, FLOOR - 1)
        attacker.reads_share(parts["e"], group, lower, least)
        attacker.reads_share({**parts["e"], **parts["b"]}, group, upper, least)
    return shown


def small(life: Life, shown: Iterable[Sequence[int]]) -> Iterator[dict[str, float]]:
    """Sums that must stay hidden: groups, parts and rests under the minimum cell, by cohort and as shown together."""
    single = [(cohort,) for cohort in range(FIRST, FIRST + COHORTS)]
    for cohorts in {*single, *map(tuple, shown)}:
        for kind in {kind for _, kind in life.groups}:
            found = [life.groups[cohort, kind] for cohort in cohorts]
            group = {f"{kind} {cohort}": 1.0 for cohort in cohorts}
            if 0 < sum(item.persons for item in found) < FLOOR:
                yield group
            for years in YEARS:
                for measure, counts in (("e", [item.employed[years] for item in found]),
                                        ("b", [item.unbridged[years] for item in found]),
                                        ("c", [item.enrolled[years] for item in found])):  # fmt: skip
                    part = {f"{kind} {measure}{years} {cohort}": 1.0 for cohort in cohorts}
                    if 0 < sum(counts) < FLOOR:
                        yield part
                    if measure == "b":
                        continue
                    if 0 < sum(item.persons for item in found) - sum(counts) < FLOOR:
                        yield {**group, **dict.fromkeys(part, -1.0)}


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_no_small_group_can_be_worked_out_from_the_pages_of_five_years(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    life = Life.of(chance)
    attacker = Attacker()
    shown = read(attacker, [life.page(number) for number in range(PAGES)])
    assert len(shown) == 2
    targets = list(small(life, shown))
    for target in chance.sample(targets, min(30, len(targets))):
        low, high = attacker.believes(target)
        assert high - low + 1 >= AMBIGUITY, (target, low, high)


@settings(max_examples=25, deadline=None)
@given(
    begins=st.integers(0, 400),
    years=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15), st.integers(0, 15)), min_size=5, max_size=5),
)
def test_nobody_can_count_the_few_who_were_merged_or_withdrawn_between_two_pages(
    begins: int, years: list[tuple[int, int, int]]
) -> None:
    known, events, figures = begins, list[Event](), {(0, "registry"): {"persons": begins}}
    refreshes = [Refresh(number, f"{2019 + number}Q4", date(2019 + number, 12, 31), True, None, None)
                 for number in range(PAGES + 1)]  # fmt: skip
    attacker, hidden = Attacker(), list[str]()
    for number, (new, merged, retired) in enumerate(years, 1):
        merged = min(merged, known)
        retired = min(retired, known - merged)
        known += new - merged - retired
        events += [Event(number, "merge", merged), Event(number, "retire", retired)]
        figures[number, "registry"] = {"persons": known}
        state = State(Ledger(refreshes=tuple(refreshes[: number + 1]), events=tuple(events), figures=figures), {})
        table = changes.people(state, refreshes[number], refreshes[number - 1])
        said = {row[0].text: row[1].text for row in table.rows}
        names = {"People known before": f"known {number - 1}", "New people": f"new {number}",
                 "Merged into someone else": f"merged {number}", "Withdrawn": f"retired {number}",
                 "People known now": f"known {number}"}  # fmt: skip
        for label, name in names.items():
            attacker.reads_size({name: 1.0}, said[label])
        signs = (1.0, 1.0, -1.0, -1.0, -1.0)
        attacker.learns(dict(zip(names.values(), signs, strict=True)), 0, 0)
        counts = {f"new {number}": new, f"merged {number}": merged, f"retired {number}": retired}
        hidden += [name for name, count in counts.items() if 0 < count < FLOOR]
    for name in hidden:
        low, high = attacker.believes({name: 1.0})
        assert high - low + 1 >= AMBIGUITY, (name, low, high)
