"""The marts once more, straight from the drops and the truth, person by person and without SQL.

Written from the definitions in the models' yml, not from their SQL. Slow and plain on purpose.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any

from tests.integration.warehouse.plain_intake import Drop, read

Row = dict[str, Any]
KINDS = {
    "regular_diploma": "completer",
    "other_credential": "completer",
    "discontinued": "non_completer",
    "not_seen_again": "unknown",
}


@dataclass
class Life:
    """What the drops in force say about one true person."""

    schooling: list[tuple[tuple[object, ...], Row]] = field(default_factory=list)
    wages: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    hours: Counter[int] = field(default_factory=Counter)
    college: set[tuple[str, int, str, str]] = field(default_factory=set)
    awards: set[int] = field(default_factory=set)
    cte: list[Row] = field(default_factory=list)
    has_bridge: bool = False


@dataclass
class Held:
    """Which periods are in force, by feed."""

    periods: dict[str, set[str]]
    label: str

    def wage_quarters(self, school_year: int) -> int:
        year = [f"{school_year - 1}Q3", f"{school_year - 1}Q4", f"{school_year}Q1", f"{school_year}Q2"]
        return len(self.periods["ui_wage"] & set(year))

    def terms(self, academic_year: int) -> int:
        return len(self.periods["ps_enrollment"] & {f"{academic_year - 1}-fall", f"{academic_year}-spring"})

    def yearly(self, feed: str, first: int, last: int) -> int:
        return len(self.periods[feed] & {school_year_label(year) for year in range(first, last + 1)})


def in_force(drops: Iterable[Drop]) -> list[Drop]:
    """The last submission of each feed and period, in order of delivery."""
    latest = {(drop.feed, drop.period): drop for drop in drops}
    return [drop for drop in drops if latest[drop.feed, drop.period] is drop]


def lives_of(drops: list[Drop], contracts: Path) -> dict[int, Life]:
    """Every true person's life, repeats within a drop taken out (the last line holds)."""
    lives: dict[int, Life] = defaultdict(Life)
    for number, drop in enumerate(drops):
        if drop.feed == "employer":
            continue
        lines = {(line["true_person"], *_record(drop.feed, line)): line for line in read(drop, contracts).to_dicts()}
        for line in lines.values():
            _tell(lives[line["true_person"]], drop, number, line)
    return dict(lives)


def _record(feed: str, line: Row) -> tuple[object, ...]:
    keys = {
        "k12_enrollment": ("school_identifier_sea", "enrollment_entry_date"),
        "k12_cte": ("cip_code", "school_identifier_sea"),
        "ps_enrollment": ("institution_ipeds_unit_id",),
        "ps_award": ("institution_ipeds_unit_id", "cip_code", "academic_award_level", "academic_award_date"),
        "ui_wage": ("ui_account_number", "reporting_unit_number"),
        "dmv_license": (),
    }
    return tuple(line[key] for key in keys[feed])


def _tell(life: Life, drop: Drop, number: int, line: Row) -> None:
    if drop.feed == "k12_enrollment" and line["grade_level"] in ("09", "10", "11", "12"):
        exit_date = line["enrollment_exit_date"] or date.min
        is_end = drop.period.endswith("eoy")
        order = (line["school_year"], line["enrollment_entry_date"], is_end, exit_date, number, line["line_number"])
        life.schooling.append((order, line))
    elif drop.feed == "k12_cte":
        life.cte.append(line)
    elif drop.feed == "ps_enrollment":
        life.has_bridge = True
        term = (line["institution_ipeds_unit_id"], line["academic_year"], line["academic_term"])
        life.college.add((*term, line["student_level"]))
    elif drop.feed == "ps_award":
        life.has_bridge = True
        life.awards.add(line["school_year"])
    elif drop.feed == "ui_wage":
        life.has_bridge = True
        if line["wages_usd"] > 0:
            quarter = int(drop.period[:4]) * 4 + int(drop.period[5]) - 1
            life.wages[quarter][line["ui_account_number"]] += line["wages_usd"]
            life.hours[quarter] += line["hours_worked"] or 0
    elif drop.feed == "dmv_license":
        life.has_bridge = True


def exit_of(life: Life, held: Held) -> tuple[int, str, Row] | None:
    """School year, kind of exit and last record of someone who has left high school."""
    if not life.schooling:
        return None
    line = max(life.schooling, key=lambda item: item[0])[1]
    newest_fall = max(int(period[:4]) + 1 for period in held.periods["k12_enrollment"] if period.endswith("fall"))
    codes = {
        "01923": "died",
        "01911": "moved_away",
        "01921": "regular_diploma",
        "01930": "other_credential",
    }
    kind = codes.get(line["exit_or_withdrawal_type"])
    if kind is None and line["high_school_diploma_type"]:
        kind = "regular_diploma" if line["high_school_diploma_type"] in ("00806", "00807") else "other_credential"
    if kind is None and line["exit_or_withdrawal_type"] == "01927":
        kind = "discontinued"
    if kind is None and line["school_year"] < newest_fall:
        kind = "not_seen_again"
    return (line["school_year"], kind, line) if kind else None


def years_after(life: Life, left: int, held: Held) -> Iterable[Row]:
    """What was seen of a leaver in each year that has begun, at most eight."""
    now = int(held.label[:4]) * 4 + int(held.label[5]) - 1
    traces = {(quarter + 2) // 4 for quarter in life.wages} | {
        year for _, year, _, level in life.college if level != "HighSchool"
    }
    for since in range(1, 9):
        year = left + since
        first = (year - 1) * 4 + 2
        if first > now:
            return
        quarters = [sum(life.wages[quarter].values()) for quarter in range(first, first + 4) if quarter in life.wages]
        yield {
            "since": since,
            "year": year,
            "quarters": len(quarters),
            "wages": sum(quarters) if quarters else None,
            "is_enrolled": any(term_year == year and level != "HighSchool" for _, term_year, _, level in life.college),
            "has_credential": any(left < award <= year for award in life.awards),
            "is_gone": not any(trace >= year for trace in traces),
            "no_bridge": not life.has_bridge,
        }


def high_school_leaver_outcomes(lives: dict[int, Life], held: Held, places: dict[str, tuple[str, str]]) -> list[Row]:
    """The counts, shares and medians of the mart, one dict a row."""
    people: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    not_counted: Counter[tuple[object, ...]] = Counter()
    profiles = profiles_of(lives)
    for person, life in lives.items():
        left = exit_of(life, held)
        if left is None:
            continue
        year, kind, line = left
        county, locale = places.get(line["address_postal_code"], ("unknown", "unknown"))
        facets = {
            "all": "all",
            "county": county,
            "locale_class": {"1": "city", "2": "suburb", "3": "town", "4": "rural"}.get(locale[0], "unknown"),
            "sex": profiles[person][0],
            "race_ethnicity": profiles[person][1],
        }
        for facet in facets.items():
            if kind not in KINDS:
                not_counted[year, *facet] += 1
                continue
            for seen in years_after(life, year, held):
                for shown in (kind, "all"):
                    people[year, KINDS[kind], shown, *facet, seen["since"]].append(seen)
    rows: list[Row] = []
    for (year, kind, shown, dimension, value, since), seen in people.items():
        outcome_year = int(str(year)) + int(str(since))
        has_wages, has_terms = held.wage_quarters(outcome_year) == 4, held.terms(outcome_year) == 2
        awards = held.yearly("ps_award", int(str(year)) + 1, outcome_year)
        whole = [item for item in seen if item["quarters"] == 4]
        rows.append(
            {
                "leaver_cohort": school_year_label(int(str(year))),
                "leaver_type": kind,
                "exit_type": shown,
                "dimension": dimension,
                "dimension_value": value,
                "years_since_leaving": since,
                "persons": len(seen),
                "persons_employed": _when(has_wages, sum(item["quarters"] > 0 for item in seen)),
                "persons_employed_all_quarters": _when(has_wages, len(whole)),
                "median_annual_wages_usd": _when(has_wages, _median(item["wages"] for item in seen)),
                "median_annual_wages_all_quarters_usd": _when(has_wages, _median(item["wages"] for item in whole)),
                "persons_enrolled": _when(has_terms, sum(item["is_enrolled"] for item in seen)),
                "persons_credential": _when(awards == since, sum(item["has_credential"] for item in seen)),
                "persons_not_found": _when(
                    has_wages, sum(not item["quarters"] and not item["is_enrolled"] for item in seen)
                ),
                "persons_not_observable": _when(has_wages, sum(item["is_gone"] for item in seen)),
                "persons_without_bridge": sum(item["no_bridge"] for item in seen),
                "persons_not_counted": not_counted[year, dimension, value],
                "is_mature": f"{outcome_year}Q4" <= held.label,
            }
        )
    return rows


def cte_program_outcomes(lives: dict[int, Life], held: Held) -> list[Row]:
    """The counts and medians of the mart, one dict a row."""
    people: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for life in lives.values():
        left = exit_of(life, held)
        if left is None or left[1] not in KINDS or not held.yearly("k12_cte", left[0] - 3, left[0]):
            continue
        programs: dict[str, list[Row]] = defaultdict(list)
        for line in life.cte:
            if line["school_year"] <= left[0]:
                programs[line["cip_code"]].append(line)
        groups: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
        for lines in programs.values():
            passed = sum(line["cte_courses_passed"] for line in lines) >= 2
            reported = any(line["is_cte_concentrator"] for line in lines)
            for cluster in (max(line["career_cluster"] for line in lines), "all"):
                groups[cluster].append((passed, reported))
        for cluster, found in (groups or {"all": []}).items():
            group = "concentrator" if any(item[0] for item in found) else "participant" if found else "no_cte"
            for seen in years_after(life, left[0], held):
                reported = any(item[1] for item in found)
                told = seen | {"reported": reported, "completed": KINDS[left[1]] == "completer"}
                people[left[0], group, cluster, seen["since"]].append(told)
    rows: list[Row] = []
    for (year, group, cluster, since), seen in people.items():
        outcome_year = int(str(year)) + int(str(since))
        has_wages, has_terms = held.wage_quarters(outcome_year) == 4, held.terms(outcome_year) == 2
        rows.append(
            {
                "leaver_cohort": school_year_label(int(str(year))),
                "cte_group": group,
                "career_cluster": cluster,
                "years_since_leaving": since,
                "persons": len(seen),
                "persons_concentrator_reported": sum(item["reported"] for item in seen),
                "persons_completed_school": sum(item["completed"] for item in seen),
                "persons_employed": _when(has_wages, sum(item["quarters"] > 0 for item in seen)),
                "median_annual_wages_usd": _when(has_wages, _median(item["wages"] for item in seen)),
                "persons_enrolled": _when(has_terms, sum(item["is_enrolled"] for item in seen)),
                "persons_placed": _when(
                    has_wages and has_terms, sum(item["quarters"] > 0 or item["is_enrolled"] for item in seen)
                ),
                "cte_years_held": held.yearly("k12_cte", int(str(year)) - 3, int(str(year))),
            }
        )
    return rows


def employment_while_enrolled(lives: dict[int, Life], held: Held, levels: dict[str, str]) -> list[Row]:
    """The counts and medians of the mart, one dict a row."""
    students: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for person, life in lives.items():
        for institution, year, term, level in life.college:
            for shown in (institution, "all"):
                for shown_level in (level, "all"):
                    students[levels[institution], shown, year, term, shown_level].add(person)
    rows: list[Row] = []
    for (kind, institution, year, term, level), found in students.items():
        number = {"Fall": int(str(year)) * 4 - 1, "Spring": int(str(year)) * 4, "Summer": int(str(year)) * 4 + 2}
        quarter = number[str(term)]
        label = f"{quarter // 4}Q{quarter % 4 + 1}"
        is_held = label in held.periods["ui_wage"]
        working = [lives[person] for person in found if quarter in lives[person].wages]
        hours = _median(life.hours[quarter] for life in working)
        rows.append(
            {
                "institution_level": kind,
                "institution_ipeds_unit_id": institution,
                "academic_year": school_year_label(int(str(year))),
                "academic_term": term,
                "student_level": level,
                "reference_quarter": label,
                "persons": len(found),
                "persons_employed": _when(is_held, len(working)),
                "persons_employed_full_quarter": _when(is_held, sum(_full(life, quarter) for life in working)),
                "median_quarterly_wages_usd": _median(sum(life.wages[quarter].values()) for life in working),
                "median_hours_weekly": None if hours is None else _half_up(hours / 13),
                "persons_never_in_wages": sum(not lives[person].wages for person in found),
            }
        )
    return rows


def profiles_of(lives: dict[int, Life]) -> dict[int, tuple[str, str]]:
    """Sex and race of everyone with a high-school record, as the plain intake tells the registry's profile."""
    return {
        person: (line["sex"] or "NotSelected", line["race_ethnicity"] or "Unknown")
        for person, life in lives.items()
        if life.schooling
        for line in [max(life.schooling, key=lambda item: (item[0][4], item[0][5]))[1]]
    }


def school_year_label(year: int) -> str:
    return f"{year - 1}-{year % 100:02d}"


def _full(life: Life, quarter: int) -> bool:
    around = [set(life.wages[number]) for number in (quarter - 1, quarter, quarter + 1) if number in life.wages]
    return len(around) == 3 and bool(around[0] & around[1] & around[2])


def _median(values: Iterable[Any]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _half_up(value: float) -> float:
    """One decimal, rounded as the database does."""
    return float(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _when(condition: bool, value: Any) -> Any:
    return value if condition else None
