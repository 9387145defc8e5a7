"""The marts once more, straight from the drops and the truth, person by person and without SQL.

Written from the definitions in the models' yml, not from their SQL. Slow and plain on purpose.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any

from tests.integration.warehouse import selection
from tests.integration.warehouse.plain_intake import Drop, has_ssn, read
from tests.integration.warehouse.selection import Member

Row = dict[str, Any]
Succession = dict[tuple[str, str], int]
KINDS = {
    "regular_diploma": "completer",
    "other_credential": "completer",
    "discontinued": "non_completer",
    "not_seen_again": "unknown",
}


RECORDS = {
    "k12_enrollment": ("school_identifier_sea", "enrollment_entry_date"),
    "k12_cte": ("cip_code", "school_identifier_sea"),
    "ps_enrollment": ("institution_ipeds_unit_id",),
    "ps_award": ("institution_ipeds_unit_id", "cip_code", "academic_award_level", "academic_award_date"),
    "ui_wage": ("ui_account_number", "reporting_unit_number"),
}
"""Feeds that tell of lives, and what makes two lines about somebody two records."""


@dataclass
class Life:
    """What the drops in force say about one true person."""

    schooling: list[tuple[tuple[object, ...], Row]] = field(default_factory=list)
    wages: dict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    hours: Counter[int] = field(default_factory=Counter)
    college: set[tuple[str, int, str, str]] = field(default_factory=set)
    awards: set[int] = field(default_factory=set)
    cte: list[Row] = field(default_factory=list)
    bridged_from: date | None = None
    has_k12: bool = False
    was_in_need: bool = False
    was_english_learner: bool = False


@dataclass
class Held:
    """Which periods are in force, by feed."""

    periods: dict[str, set[str]]
    label: str
    prices: dict[int, Decimal]

    def factor(self, quarter: int) -> Decimal:
        """What wages of a quarter are multiplied by to be in dollars of 2024; 0 without an index."""
        price = self.prices.get(quarter // 4)
        return round(self.prices[2024] / price, 6) if price else Decimal(0)

    def has_prices(self, school_year: int) -> bool:
        return {school_year - 1, school_year} <= set(self.prices)

    def wage_quarters(self, school_year: int) -> int:
        year = [f"{school_year - 1}Q3", f"{school_year - 1}Q4", f"{school_year}Q1", f"{school_year}Q2"]
        return len(self.periods["ui_wage"] & set(year))

    def terms(self, school_year: int) -> int:
        year = {f"{school_year - 1}-summer", f"{school_year - 1}-fall", f"{school_year}-spring"}
        return len(self.periods["ps_enrollment"] & year)

    def cohort(self, left: int) -> bool:
        """Both collections of the year of leaving, and the fall after it."""
        year = school_year_label(left)
        needed = {f"{year}-fall", f"{year}-eoy", f"{school_year_label(left + 1)}-fall"}
        return needed <= self.periods["k12_enrollment"]

    def mature_through(self) -> int:
        """The last school year whose wages are all due: those of spring come in fall."""
        return int(self.label[:4]) - (self.label[5] != "4")

    def year_and_later(self, year: int) -> bool:
        """Wages and terms of a year and of every later mature one."""
        years = range(year, max(year, self.mature_through()) + 1)
        return all(self.wage_quarters(later) == 4 and self.terms(later) == 3 for later in years)

    def employers(self, school_year: int) -> bool:
        """The employer files of a year, which say which account continues which."""
        first = (school_year - 1) * 4 + 2
        return {quarter_label(number) for number in range(first, first + 4)} <= self.periods["employer"]

    def full_quarter(self, quarter: int) -> bool:
        """Wages and employers of a quarter and its neighbors."""
        near = {quarter_label(number) for number in (quarter - 1, quarter, quarter + 1)}
        return near <= self.periods["ui_wage"] and near <= self.periods["employer"]

    def yearly(self, feed: str, first: int, last: int) -> int:
        return len(self.periods[feed] & {school_year_label(year) for year in range(first, last + 1)})


def in_force(drops: Iterable[Drop]) -> list[Drop]:
    """The last submission of each feed and period, in order of delivery."""
    latest = {(drop.feed, drop.period): drop for drop in drops}
    return [drop for drop in drops if latest[drop.feed, drop.period] is drop]


def lives_of(drops: list[Drop], contracts: Path) -> dict[int, Life]:
    """Every true person's life, repeats within a drop taken out (the last line holds).

    Whoever is filed with an SSN and again without has two identities, whose wages are added up (fct_wage).
    """
    lives: dict[int, Life] = defaultdict(Life)
    for number, drop in enumerate(drops):
        if drop.feed not in RECORDS:
            continue
        told = read(drop, contracts)
        identity = zip(told["true_person"].to_list(), has_ssn(told).to_list(), strict=True)
        lines = {(*who, *_record(drop.feed, line)): line for who, line in zip(identity, told.to_dicts(), strict=True)}
        for line in lines.values():
            _tell(lives[line["true_person"]], drop, number, line)
    for person, since in selection.bridges(drops, contracts).items():
        lives[person].bridged_from = since
    return dict(lives)


def _record(feed: str, line: Row) -> tuple[object, ...]:
    return tuple(line[key] for key in RECORDS[feed])


def _tell(life: Life, drop: Drop, number: int, line: Row) -> None:
    if drop.feed == "k12_enrollment":
        life.has_k12 = True
        life.was_in_need |= bool(line["is_economically_disadvantaged"])
        life.was_english_learner |= bool(line["is_english_learner"])
        exit_date = line["enrollment_exit_date"] or date.min
        is_end = drop.period.endswith("eoy")
        order = (line["school_year"], line["enrollment_entry_date"], is_end, exit_date, number, line["line_number"])
        life.schooling.append((order, line))
    elif drop.feed == "k12_cte":
        life.cte.append(line)
    elif drop.feed == "ps_enrollment":
        term = (line["institution_ipeds_unit_id"], line["academic_year"], line["academic_term"])
        life.college.add((*term, line["student_level"]))
    elif drop.feed == "ps_award":
        life.awards.add(line["school_year"])
    elif drop.feed == "ui_wage" and line["wages_usd"] > 0:
        quarter = int(drop.period[:4]) * 4 + int(drop.period[5]) - 1
        life.wages[quarter][line["ui_account_number"]] += line["wages_usd"]
        life.hours[quarter] += line["hours_worked"] or 0


HIGH_SCHOOL = ("09", "10", "11", "12")
COMPLETIONS = ("regular_diploma", "other_credential")


def claim_of(line: Row) -> str | None:
    """The way of leaving high school that a record claims."""
    codes = {"01923": "died", "01921": "regular_diploma", "01930": "other_credential"}
    if line["grade_level"] not in HIGH_SCHOOL:
        return None
    if claim := codes.get(line["exit_or_withdrawal_type"]):
        return claim
    if line["high_school_diploma_type"]:
        return "regular_diploma" if line["high_school_diploma_type"] in ("00806", "00807") else "other_credential"
    return {"01911": "moved_away", "01927": "discontinued"}.get(line["exit_or_withdrawal_type"])


def exit_of(life: Life, held: Held) -> tuple[int, str, Row, bool] | None:
    """School year, kind of exit and deciding record of someone who has left high school; whether others contradict."""
    records = [line for _, line in sorted(life.schooling, key=lambda item: item[0])]
    if not any(line["grade_level"] in HIGH_SCHOOL for line in records):
        return None
    place = len(records) - 1
    for kind in COMPLETIONS:
        of_kind = [number for number, line in enumerate(records) if claim_of(line) == kind]
        if of_kind:
            first = min(records[number]["school_year"] for number in of_kind)
            place = max(number for number in of_kind if records[number]["school_year"] == first)
            break
    line = records[place]
    newest_fall = max(int(period[:4]) + 1 for period in held.periods["k12_enrollment"] if period.endswith("fall"))
    kind = claim_of(line) or ("not_seen_again" if line["school_year"] < newest_fall else None)
    if kind is None or line["grade_level"] not in HIGH_SCHOOL:
        return None

    def contradicts(number: int, other: Row) -> bool:
        claim = claim_of(other)
        if claim == kind or number == place:
            return False
        at_once = other["school_year"] == line["school_year"] and (
            (other["enrollment_exit_date"] or date.max) > line["enrollment_entry_date"]
        )
        return number > place or claim == "died" or (claim is not None and at_once)

    return (line["school_year"], kind, line, any(contradicts(*item) for item in enumerate(records)))


def years_after(life: Life, left: int, held: Held, succession: Succession | None = None) -> Iterable[Row]:
    """What was seen of a leaver in each year that has begun, at most eight."""
    now = int(held.label[:4]) * 4 + int(held.label[5]) - 1
    terms = {year + (term == "Summer") for _, year, term, level in life.college if level != "HighSchool"}
    traces = {(quarter + 2) // 4 for quarter in life.wages} | terms
    for since in range(1, 9):
        year = left + since
        first = (year - 1) * 4 + 2
        if first > now:
            return
        paid = {number: sum(life.wages[number].values()) for number in range(first, first + 4) if number in life.wages}
        quarters = list(paid.values())
        yield {
            "since": since,
            "year": year,
            "quarters": len(quarters),
            "wages": sum(quarters) if quarters else None,
            "in_fall": first + 1 in life.wages,
            "stays": _stays(life, first + 1, succession or {}),
            "account": _main_account(life, range(first, first + 4)),
            "real": _cents(sum(amount * held.factor(number) for number, amount in paid.items())) if quarters else None,
            "is_enrolled": year in terms,
            "has_credential": any(left < award <= year for award in life.awards),
            "is_gone": not any(year <= trace <= max(year, held.mature_through()) for trace in traces),
            "no_bridge": life.bridged_from is None,
        }


def pool_of(year: int) -> tuple[int, ...]:
    """The three cohorts a cohort is pooled with; pools begin with 2016-17, 2019-20 and so on."""
    first = year - (year - 1) % 3
    return tuple(range(first, first + 3))


def cohorts_of(year: int, since: int, held: Held) -> list[tuple[int, ...]]:
    """The cohorts a leaver counts in: the own one, and the pool once all three have come to the year since leaving."""
    pool = pool_of(year)
    has_come = f"{pool[-1] + since - 1}Q3" <= held.label
    return [(year,), *([pool] if has_come else [])]


def cohort_label(cohort: tuple[int, ...]) -> str:
    return " to ".join(dict.fromkeys(school_year_label(year) for year in (cohort[0], cohort[-1])))


@dataclass
class Standing:
    """For whom bridged leavers stand, and how often those without a bridge are at work beside them."""

    weights: dict[Any, Decimal | None]
    employed: dict[int, Decimal]
    all_quarters: dict[int, Decimal]

    def columns(self, seen: list[Row], since: int, is_known: bool, has_wages: bool, has_prices: bool) -> Row:
        """The corrected figures of a group of leavers in a year since leaving."""
        ratios = {"employed": self.employed, "employed_all_quarters": self.all_quarters}
        told = {outcome: years.get(since, Decimal(1)) for outcome, years in ratios.items()}
        held = dict.fromkeys(ratios, is_known and has_wages)
        members = [member(item, self.weights) for item in seen]
        return selection.columns(members, told, held, "annual_wages", has_prices, is_known)


def member(seen: Row, weights: dict[Any, Decimal | None]) -> Member:
    """A leaver as selection reads them."""
    outcomes = {"employed": seen["quarters"] > 0, "employed_all_quarters": seen["quarters"] == 4}
    return Member(not seen["no_bridge"], weights[seen["person"]], outcomes, seen["real"])


def standing(lives: dict[int, Life], held: Held, places: dict[str, tuple[str, str]]) -> Standing:
    """What is known of every leaver gives the weights; those bridged when they left give the ratios."""
    profiles, known, early = profiles_of(lives), dict[Any, tuple[Any, ...]](), set[Any]()
    for person, life in lives.items():
        left = exit_of(life, held)
        if left is None or left[1] not in KINDS:
            continue
        year, kind, line, _ = left
        locale = places.get(line["address_postal_code"], ("unknown", "unknown"))[1][0]
        sex, race = profiles[person]
        known[person] = (
            year, KINDS[kind], life.was_in_need, locale, race, bool(life.cte), sex, life.was_english_learner,
            line["school_identifier_sea"],
        )  # fmt: skip
        if life.bridged_from is not None and life.bridged_from <= date(year, 6, 30):
            early.add(person)
    weights = selection.weights(known, {person for person in known if lives[person].bridged_from is not None})
    at_leaving = selection.weights(known, early)
    years: dict[int, list[tuple[Member, bool, Decimal | None]]] = defaultdict(list)
    for person, (year, *_) in known.items():
        for seen in years_after(lives[person], year, held):
            if held.wage_quarters(seen["year"]) == 4:
                told = member(seen | {"person": person}, weights)
                years[seen["since"]].append((told, person in early, at_leaving[person]))
    return Standing(weights, *(selection.ratio(years, name) for name in ("employed", "employed_all_quarters")))


def high_school_leaver_outcomes(
    lives: dict[int, Life],
    held: Held,
    places: dict[str, tuple[str, str]],
    stands: Standing,
    succession: Succession,
) -> list[Row]:
    """The counts, shares and medians of the mart, one dict a row."""
    people: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    not_counted: Counter[tuple[object, ...]] = Counter()
    profiles = profiles_of(lives)
    for person, life in lives.items():
        left = exit_of(life, held)
        if left is None:
            continue
        year, kind, line, is_conflicting = left
        facets = _facets(line, profiles[person], places)
        if kind not in KINDS:
            labels = (school_year_label(year), cohort_label(pool_of(year)))
            not_counted.update((label, *facet) for label in labels for facet in facets)
            continue
        for seen in years_after(life, year, held, succession):
            told = seen | {"person": person, "is_conflicting": is_conflicting}
            groups = itertools.product(cohorts_of(year, seen["since"], held), (kind, "all"), facets)
            for cohort, shown, facet in groups:
                people[cohort, KINDS[kind], shown, *facet, seen["since"]].append(told)
    rows: list[Row] = []
    for (cohort, kind, shown, dimension, value, since), seen in people.items():
        reads = Reads.of(held, cohort, since)
        keys = {
            "leaver_cohort": cohort_label(cohort),
            "leaver_type": kind,
            "exit_type": shown,
            "dimension": dimension,
            "dimension_value": value,
            "years_since_leaving": since,
        }
        conflicts = {
            "persons_conflicting": _when(reads.cohort, sum(item["is_conflicting"] for item in seen)),
            "persons_not_counted": _when(reads.cohort, not_counted[cohort_label(cohort), dimension, value]),
        }
        rows.append(keys | _leavers_seen(seen, reads) | conflicts | _corrected(stands, seen, since, reads))
    return rows


def _facets(line: Row, profile: tuple[str, str], places: dict[str, tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The groups of people that somebody with this deciding record is counted in."""
    county, locale = places.get(line["address_postal_code"], ("unknown", "unknown"))
    return (
        ("all", "all"),
        ("county", county),
        ("district", line["lea_identifier_sea"]),
        ("locale_class", {"1": "city", "2": "suburb", "3": "town", "4": "rural"}.get(locale[0], "unknown")),
        ("sex", profile[0]),
        ("race_ethnicity", profile[1]),
    )


@dataclass(frozen=True)
class Reads:
    """Of cohorts in a year since leaving: whether what each kind of figure reads is held."""

    cohort: bool
    wages: bool
    prices: bool
    employers: bool
    terms: bool
    later: bool
    awards: bool
    is_mature: bool

    @classmethod
    def of(cls, held: Held, cohort: tuple[int, ...], since: int, *, also: bool = True) -> "Reads":
        """`also`: what else must be held for it to be known who belongs to the group."""
        outcomes = [year + since for year in cohort]
        is_known = also and all(held.cohort(year) for year in cohort)
        has_wages = is_known and all(held.wage_quarters(year) == 4 for year in outcomes)
        return cls(
            cohort=is_known,
            wages=has_wages,
            prices=has_wages and all(held.has_prices(year) for year in outcomes),
            employers=has_wages and all(held.employers(year) for year in outcomes),
            terms=is_known and all(held.terms(year) == 3 for year in outcomes),
            later=is_known and all(held.year_and_later(year) for year in outcomes),
            awards=is_known and all(held.yearly("ps_award", year + 1, year + since) == since for year in cohort),
            is_mature=f"{outcomes[-1]}Q4" <= held.label,
        )


def _leavers_seen(seen: list[Row], reads: Reads) -> Row:
    """Counts, shares and medians of a group of leavers, as they were seen."""
    whole = [item for item in seen if item["quarters"] == 4]
    has_found = reads.wages and reads.terms
    counts = {
        "employed": (reads.wages, sum(item["quarters"] > 0 for item in seen)),
        "employed_all_quarters": (reads.wages, len(whole)),
        "enrolled": (reads.terms, sum(item["is_enrolled"] for item in seen)),
        "credential": (reads.awards, sum(item["has_credential"] for item in seen)),
        "not_found": (has_found, sum(not item["quarters"] and not item["is_enrolled"] for item in seen)),
        "not_observable": (reads.later, sum(item["is_gone"] for item in seen)),
        "without_bridge": (reads.cohort, sum(item["no_bridge"] for item in seen)),
    }
    return {
        "persons": _when(reads.cohort, len(seen)),
        **_shares(counts, len(seen)),
        **_medians(seen, reads),
        "median_annual_wages_all_quarters_usd": _when(reads.wages, _median(item["wages"] for item in whole)),
        "median_annual_wages_all_quarters_real_usd": _when(
            reads.prices, _cents(_median(item["real"] for item in whole))
        ),
        **_retention(seen, reads),
        "is_mature": reads.is_mature,
    }


def _shares(counts: Mapping[str, tuple[bool, int]], persons: int) -> Row:
    """Persons of each kind and their share of all, where what the figure reads is held."""
    row: Row = {}
    for name, (is_held, count) in counts.items():
        row[f"persons_{name}"] = _when(is_held, count)
        row[f"share_{name}"] = _when(is_held, _share(count, persons))
    return row


def _medians(seen: list[Row], reads: Reads) -> Row:
    return {
        "median_annual_wages_usd": _when(reads.wages, _median(item["wages"] for item in seen)),
        "median_annual_wages_real_usd": _when(reads.prices, _cents(_median(item["real"] for item in seen))),
    }


def _retention(seen: list[Row], reads: Reads) -> Row:
    """Who worked in the second quarter of the year, and whom the same employer paid in its fourth."""
    in_fall, stay = sum(item["in_fall"] for item in seen), sum(item["stays"] for item in seen)
    return {
        "persons_employed_second_quarter": _when(reads.wages, in_fall),
        "persons_same_employer": _when(reads.employers, stay),
        "share_same_employer": _when(reads.employers, _share(stay, in_fall)),
    }


def _corrected(stands: Standing, seen: list[Row], since: int, reads: Reads) -> Row:
    return stands.columns(seen, since, reads.cohort, reads.wages, reads.prices)


def cte_program_outcomes(
    lives: dict[int, Life], held: Held, stands: Standing, succession: Succession, industry: Mapping[str, str]
) -> list[Row]:
    """The counts, shares and medians of the mart, one dict a row."""
    people: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for person, life in lives.items():
        left = exit_of(life, held)
        if left is None or left[1] not in KINDS:
            continue
        for group, cluster, is_reported in _cte_groups(life, left[0]):
            for seen in years_after(life, left[0], held, succession):
                told = seen | {
                    "person": person,
                    "reported": is_reported,
                    "completed": KINDS[left[1]] == "completer",
                    "industry": industry.get(seen["account"]),
                }
                for cohort in cohorts_of(left[0], seen["since"], held):
                    if all(held.yearly("k12_cte", year - 3, year) for year in cohort):
                        people[cohort, group, cluster, seen["since"]].append(told)
    rows: list[Row] = []
    for (cohort, group, cluster, since), seen in people.items():
        cte_years = min(held.yearly("k12_cte", year - 3, year) for year in cohort)
        reads = Reads.of(held, cohort, since, also=cte_years == 4)
        keys = {
            "leaver_cohort": cohort_label(cohort),
            "cte_group": group,
            "career_cluster": cluster,
            "years_since_leaving": since,
        }
        rows.append(
            keys | _cte_seen(seen, reads) | {"cte_years_held": cte_years} | _corrected(stands, seen, since, reads)
        )
    return rows


def _cte_groups(life: Life, left: int) -> Iterator[tuple[str, str, bool]]:
    """Group, career cluster and whether reported as a concentrator: in each cluster, and over all."""
    programs: dict[str, list[Row]] = defaultdict(list)
    for line in life.cte:
        if left - 3 <= line["school_year"] <= left:
            programs[line["cip_code"]].append(line)
    groups: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for lines in programs.values():
        passed = sum(line["cte_courses_passed"] for line in lines) >= 2
        reported = any(line["is_cte_concentrator"] for line in lines)
        for cluster in (max(line["career_cluster"] for line in lines), "all"):
            groups[cluster].append((passed, reported))
    for cluster, found in (groups or {"all": []}).items():
        group = "concentrator" if any(item[0] for item in found) else "participant" if found else "no_cte"
        yield group, cluster, any(item[1] for item in found)


def _cte_seen(seen: list[Row], reads: Reads) -> Row:
    """Counts, shares and medians of a group by career and technical education, as they were seen."""
    told = _leavers_seen(seen, reads)
    placed = (reads.wages and reads.terms, sum(item["quarters"] > 0 or item["is_enrolled"] for item in seen))
    return {name: value for name, value in told.items() if not name.endswith(("_credential", "_not_found"))} | {
        "persons_concentrator_reported": _when(reads.cohort, sum(item["reported"] for item in seen)),
        "persons_completed_school": _when(reads.cohort, sum(item["completed"] for item in seen)),
        **_shares({"placed": placed}, len(seen)),
        **_leading_industry(seen, reads),
    }


def _leading_industry(seen: list[Row], reads: Reads) -> Row:
    """Where most of those at work have their main employer; the first by name of equals."""
    sizes = Counter(item["industry"] for item in seen if item["industry"])
    name, persons = min(sizes.items(), key=lambda item: (-item[1], item[0]), default=(None, None))
    working = sum(item["quarters"] > 0 for item in seen)
    return {
        "leading_industry": _when(reads.employers, name),
        "persons_in_leading_industry": _when(reads.employers, persons),
        "share_in_leading_industry": _when(reads.employers, persons and _share(persons, working)),
    }


def employment_while_enrolled(
    lives: dict[int, Life], held: Held, levels: dict[str, str], succession: Succession
) -> list[Row]:
    """The counts, shares and medians of the mart, one dict a row."""
    weights = _weights_of_students(lives, levels)
    students: dict[tuple[str, str, int, str, str], set[int]] = defaultdict(set)
    for person, life in lives.items():
        for institution, year, term, level in life.college:
            kind = levels[institution]
            for shown in ((kind, institution), (kind, "all"), ("all", "all")):
                for shown_level in (level, "all"):
                    students[*shown, year, term, shown_level].add(person)
    rows: list[Row] = []
    for (kind, institution, year, term, level), found in students.items():
        quarter = {"Fall": year * 4 - 1, "Spring": year * 4, "Summer": year * 4 + 2}[term]
        keys = {
            "institution_level": kind,
            "institution_ipeds_unit_id": institution,
            "academic_year": school_year_label(year),
            "academic_term": term,
            "student_level": level,
            "reference_quarter": quarter_label(quarter),
        }
        told = {
            "employed": quarter_label(quarter) in held.periods["ui_wage"],
            "employed_full_quarter": held.full_quarter(quarter),
        }
        members = [
            _student(lives[person], weights[person, year, term], quarter, succession) for person in sorted(found)
        ]
        alike = dict.fromkeys(told, Decimal(1))
        factor = held.factor(quarter)
        corrected = selection.columns(members, alike, told, "quarterly_wages", bool(factor))
        seen = _students_seen([lives[person] for person in found], members, told, quarter, factor)
        rows.append(keys | seen | _in_dollars_of_one_year(corrected, factor))
    return rows


def _student(life: Life, weight: Decimal | None, quarter: int, succession: Succession) -> Member:
    """A student as selection reads them; the wage is in dollars of the quarter."""
    is_paid = quarter in life.wages
    outcomes = {"employed": is_paid, "employed_full_quarter": is_paid and _full(life, quarter, succession)}
    wage = Decimal(sum(life.wages[quarter].values())) if is_paid else None
    return Member(life.bridged_from is not None, weight, outcomes, wage)


def _students_seen(
    lives: list[Life], members: list[Member], told: Mapping[str, bool], quarter: int, factor: Decimal
) -> Row:
    """Counts, shares and medians of a group of students, as they were seen."""
    hours = _median(life.hours[quarter] for life in lives if quarter in life.wages)
    wages = _median(member.wage for member in members)
    is_held = told["employed"]
    counts = {
        outcome: (is_told, sum(member.outcomes[outcome] for member in members)) for outcome, is_told in told.items()
    }
    return {
        "persons": len(lives),
        **_shares(counts | {"never_in_wages": (True, sum(not life.wages for life in lives))}, len(lives)),
        "median_quarterly_wages_usd": wages,
        "median_quarterly_wages_real_usd": _when(is_held and bool(factor), _cents(wages and wages * factor)),
        "median_hours_weekly": None if hours is None else _half_up(hours / 13),
    }


def _in_dollars_of_one_year(row: Row, factor: Decimal) -> Row:
    real = {name: _cents(value * factor) for name, value in row.items() if name.endswith("_real_usd") and value}
    return row | real


def _weights_of_students(lives: dict[int, Life], levels: dict[str, str]) -> dict[Any, Decimal | None]:
    terms: dict[tuple[int, int, str], list[tuple[str, str]]] = defaultdict(list)
    for person, life in lives.items():
        for institution, year, term, level in life.college:
            terms[person, year, term].append((institution, level))
    profiles, known = profiles_of(lives), dict[Any, tuple[Any, ...]]()
    for (person, year, term), found in terms.items():
        sex, race = profiles.get(person, ("NotSelected", "Unknown"))
        known[person, year, term] = (
            year, term, min(level for _, level in found), min(levels[place] for place, _ in found),
            lives[person].has_k12, race, sex, min(place for place, _ in found),
        )  # fmt: skip
    return selection.weights(known, {key for key in known if lives[key[0]].bridged_from is not None})


def profiles_of(lives: dict[int, Life]) -> dict[int, tuple[str, str]]:
    """Sex and race of everyone with a high-school record, as the plain intake tells the registry's profile."""
    return {
        person: (_known(line["sex"]), _known(line["race_ethnicity"]))
        for person, life in lives.items()
        if life.schooling
        for line in [max(life.schooling, key=lambda item: (item[0][4], item[0][5]))[1]]
    }


def _known(value: str | None) -> str:
    return "unknown" if value in (None, "NotSelected") else value


def school_year_label(year: int) -> str:
    return f"{year - 1}-{year % 100:02d}"


def quarter_label(quarter: int) -> str:
    return f"{quarter // 4}Q{quarter % 4 + 1}"


def successions(drops: list[Drop], contracts: Path) -> Succession:
    """Pairs of an account and the one that continues it, with the first quarter that says so."""
    found: Succession = {}
    for drop in drops:
        if drop.feed == "employer":
            quarter = int(drop.period[:4]) * 4 + int(drop.period[5]) - 1
            for line in read(drop, contracts).to_dicts():
                account = line["ui_account_number"]
                for pair in (
                    (line["predecessor_ui_account_number"], account),
                    (account, line["successor_ui_account_number"]),
                ):
                    if all(pair):
                        found[pair] = min(quarter, found.get(pair, quarter))
    return found


def industries(drops: list[Drop], contracts: Path) -> dict[str, str]:
    """The sector of each account as its newest file says, of several sites that of the largest."""
    newest: dict[str, tuple[str, list[Row]]] = {}
    for drop in sorted((drop for drop in drops if drop.feed == "employer"), key=lambda drop: drop.period):
        sites: dict[str, list[Row]] = defaultdict(list)
        for line in read(drop, contracts).to_dicts():
            sites[line["ui_account_number"]].append(line)
        newest |= {account: (drop.period, found) for account, found in sites.items()}

    def size(site: Row) -> tuple[bool, int, str]:
        employment = site["month3_employment"]
        return employment is None, -(employment or 0), site["reporting_unit_number"]

    return {account: min(found, key=size)["naics_code"][:2] for account, (_, found) in newest.items()}


def _full(life: Life, quarter: int, succession: Succession) -> bool:
    """Whether one employer, under whichever account, paid in a quarter and in both beside it."""

    def change(old: str, new: str) -> int:
        return succession.get((old, new), 0)

    def from_before(account: str, before: str) -> bool:
        return account == before or change(before, account) in (quarter - 1, quarter)

    def to_after(account: str, after: str) -> bool:
        return account == after or change(account, after) in (quarter, quarter + 1)

    return any(
        any(from_before(account, before) for before in life.wages.get(quarter - 1, ()))
        and any(to_after(account, after) for after in life.wages.get(quarter + 1, ()))
        for account in life.wages[quarter]
    )


def _stays(life: Life, fall: int, succession: Succession) -> bool:
    """Whether an employer of a quarter, under whichever account, also paid two quarters later."""
    return any(
        before == after or fall <= succession.get((before, after), 0) <= fall + 2
        for before in life.wages.get(fall, ())
        for after in life.wages.get(fall + 2, ())
    )


def _main_account(life: Life, quarters: Iterable[int]) -> str | None:
    """Who paid most in the quarter with most wages; the later of equal quarters, the first of equal accounts."""
    paid = [(sum(life.wages[number].values()), number) for number in quarters if number in life.wages]
    if not paid:
        return None
    accounts = life.wages[max(paid)[1]]
    return min(accounts, key=lambda account: (-accounts[account], account))


def _median(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _share(part: int, whole: int) -> Decimal | None:
    return selection.half_up(Decimal(part) / whole, "0.0001") if whole else None


def _cents(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _half_up(value: float) -> float:
    """One decimal, rounded as the database does."""
    return float(Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def _when(condition: bool, value: Any) -> Any:
    return value if condition else None
