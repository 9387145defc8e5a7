"""The error and rate profile: one YAML file, typed.

Here: reading and checking it. Not here: the figures and their sources (`profiles/default.yaml`), or what they do.
"""

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError

from p20w.simulator.sections import ByAge, ByAgency, Rate, RateRange, Section
from p20w.simulator.unkind.rates import Unkind

DEFAULT = Path(__file__).parent / "profiles" / "default.yaml"


class ProfileError(ValueError):
    """A profile that cannot be used; the message says which rate is wrong."""


class Names(Section):
    """Errors in names, a registration."""

    nickname: ByAgency
    middle_as_first: ByAgency
    middle_missing: ByAgency
    middle_initial_only: ByAgency
    typing: ByAgency
    phonetic: ByAgency
    scan: ByAgency
    first_last_swapped: ByAgency
    first_blank: ByAgency
    second_surname_dropped: ByAgency
    surname_joint_changed: ByAgency
    particle_changed: ByAgency
    suffix_missing: ByAgency
    former_surname: ByAgency
    surname_reported_late: Rate


class Dates(Section):
    """Errors in birthdates, a registration."""

    day_month_swapped: ByAgency
    year_off_by_one: ByAgency
    day_wrong: ByAgency
    first_of_january: ByAgency


class Districts(Section):
    """Habits and slips of school districts."""

    upper_case: Rate
    folds_accents: Rate
    wrong_concentrator_rule: Rate
    filed_twice: Rate
    claimed_by_two_schools: Rate
    second_state_id: Rate
    second_state_id_at_return: Rate
    shared_state_id: Rate
    state_id_repaired: Rate


class Ssn(Section):
    """Missing, wrong, borrowed and invented numbers."""

    college_missing_two_year: RateRange
    college_missing_four_year: RateRange
    college_missing_dual: RateRange
    college_filled_later: Rate
    college_wrong: Rate
    license_missing: Rate
    license_wrong: Rate
    license_verified: Rate
    wage_wrong_at_employer: Rate
    wage_slip: Rate
    wage_placeholder: Rate
    wage_borrowed_then_own: Rate
    undocumented: Rate
    undocumented_off_the_books: Rate
    undocumented_itin: Rate
    undocumented_shared: Rate


class Employers(Section):
    """Habits of whole employers, and their comings and goings."""

    initials_only: Rate
    truncated: Rate
    swapped: Rate
    first_blank: Rate
    no_punctuation: Rate
    reports_sites_at_headquarters: Rate
    multi_site: Rate
    unit_unknown: Rate
    ein_unknown: Rate
    closes: Rate
    changes_account: Rate
    month_counts_wrong: Rate


class Wages(Section):
    """Resubmissions and repeats in wage files."""

    amended_quarters: Rate
    amended_lines: Rate
    late_lines: Rate
    filed_twice: Rate


class Licenses(Section):
    """Who holds a license, and how old what is on it may be."""

    age_16: Rate
    age_17: Rate
    age_19: Rate
    adult: Rate
    poor: Rate
    urban: Rate
    foreign: Rate
    undocumented: Rate
    tells_new_address: Rate
    tells_new_address_young: Rate
    tells_new_name: Rate
    previous_name_kept: Rate
    years_valid: Annotated[int, Field(ge=1, le=20)]
    id_card: Rate
    death_unknown: Rate


class WorkforcePrograms(Section):
    """Who takes part in workforce programs, what the board has on record, and what its file says wrong."""

    adult: Rate
    dislocated_worker: Rate
    youth: Rate
    adult_education: Rate
    vocational_rehabilitation: Rate
    wagner_peyser: Rate
    ssn_missing: Rate
    ssn_wrong: Rate
    second_id: Rate
    birthdate_typed_anew: Rate
    exit_before_entry: Rate
    still_not_yet: Rate
    match_missing: Rate
    wages_without_match: Rate
    credential_late: Rate
    training_undated: Rate
    amended_quarters: Rate
    late_areas: Rate


class Apprenticeships(Section):
    """Who becomes a registered apprentice, how it ends, and what sponsors and the office's crosswalk miss."""

    construction: Rate
    manufacturing: Rate
    utilities: Rate
    health: Rate
    cancels: Rate
    suspended: Rate
    heard_late: Rate
    registered_twice: Rate
    exit_wage_missing: Rate
    yearly_wage: Rate
    exit_before_start: Rate
    ssn_missing: Rate
    ssn_wrong: Rate


class OccupationalLicenses(Section):
    """Renewal of occupational licenses, and what boards leave out of their rosters or write otherwise."""

    renews: Rate
    ssn_missing: Rate
    number_alone: Rate
    expires_before_issue: Rate
    other_word: Rate


class Claims(Section):
    """Who claims unemployment benefits, and what the claims file says wrong."""

    claims_after_job: Rate
    week_missed: Rate
    certified_twice: Rate
    no_such_week: Rate
    ssn_wrong: Rate


class PublicFigures(Section):
    """Habits of agencies whose files have figures and no people."""

    prices_early: Rate
    prices_corrected: Rate
    wages_anew: Rate
    zeros_lost: Rate
    yearly_wages: Rate
    wage_not_told: Rate
    lists_amended: Rate
    hyphens_lost: Rate
    shares_late: Rate
    points_lost: Rate
    dollar_signs: Rate
    listed_twice: Rate
    price_not_told: Rate


class Benefits(Section):
    """What the department of human services has wrong of persons in cases, and what its files say wrong."""

    registered_again: Rate
    zeros_lost: Rate
    ssn_missing: Rate
    ssn_wrong: Rate
    filed_twice: Rate
    restated: Rate
    late_lines: Rate


class FosterCare(Section):
    """How often children are removed from home, and what the child welfare agency has late or wrong."""

    removed: Rate
    stays_on: Rate
    recorded_again: Rate
    ssn_missing: Rate
    ssn_wrong: Rate
    zeros_lost: Rate
    discharge_late: Rate
    exit_before_removal: Rate
    restated: Rate
    late_lines: Rate
    filed_twice: Rate


class AdultLearning(Section):
    """Who enters adult education, and what its office has wrong."""

    basic: Rate
    english: Rate
    registered_again: Rate
    ssn_missing: Rate
    ssn_wrong: Rate
    posttest_missing: Rate
    filed_twice: Rate


class WorkElsewhere(Section):
    """What other states and the federal government leave out or write wrong when they are asked about people."""

    restated: Rate
    states_late: Rate
    amended: Rate
    filed_twice: Rate
    zeros_lost: Rate
    employer_withheld: Rate
    industry_broad: Rate
    industry_unknown: Rate
    source_late: Rate


class SchoolStaff(Section):
    """What the state has wrong of school staff, and how districts write positions."""

    registered_again: Rate
    ssn_missing: Rate
    ssn_wrong: Rate
    credential_missing: Rate
    fte_in_percent: Rate
    filed_twice: Rate


class StudentPrograms(Section):
    """Families of which schools tell, and how districts date and fill spells in programs."""

    migrant: Rate
    military_connected: Rate
    whole_years: Rate
    never_closes: Rate
    silent_about_homeless: Rate
    exit_before_start: Rate
    id_mistyped: Rate
    detail_of_another_program: Rate


class StudentCourses(Section):
    """How districts grade, count credit and write codes of courses."""

    year_long: Rate
    in_numbers: Rate
    local_credits: Rate
    long_code: Rate
    code_loses_zero: Rate
    recovers_credit: Rate
    code_missing: Rate
    grade_missing: Rate
    earned_over_attempted: Rate
    failed_earns: Rate
    college_not_named: Rate
    id_mistyped: Rate


class StatewideTests(Section):
    """Accommodations in statewide tests, and what the vendor and districts get wrong or send late."""

    accommodated: Rate
    restated: Rate
    late_districts: Rate
    scored_wrong: Rate
    score_without_test: Rate
    stars: Rate
    zeros_lost: Rate
    id_mistyped: Rate
    filed_twice: Rate


class WorkBasedLearning(Section):
    """Which high school students learn at work, and what districts get wrong."""

    internship: Rate
    enterprise: Rate
    simulated: Rate
    registered: Rate
    pre_apprenticeship: Rate
    workforce: Rate
    youthbuild: Rate
    transition: Rate
    exploration: Rate
    without_hours: Rate
    without_course: Rate
    hours_of_another_form: Rate
    deletions: Rate
    year_before: Rate
    filed_twice: Rate


class Transcripts(Section):
    """How colleges grade and code courses, and what they get wrong."""

    developmental: Rate
    audits: Rate
    plus_and_minus: Rate
    cip_without_point: Rate
    cip_missing: Rate
    grade_missing: Rate
    earned_over_attempted: Rate
    filed_twice: Rate


class Noncredit(Section):
    """Who takes non-credit training at a college, and what colleges have late, wrong or in a form of their own."""

    enrolls: Rate
    registered_again: Rate
    ssn_missing: Rate
    ssn_wrong: Rate
    zeros_lost: Rate
    points_lost: Rate
    no_occupation: Rate
    exit_before_entry: Rate
    restated: Rate
    filed_twice: Rate


class Aid(Section):
    """What colleges tell of aid beside what was paid, and what they get wrong."""

    tells_of_awards: Rate
    sends_fafsa: Rate
    in_cents: Rate
    negative: Rate
    type_unknown: Rate
    filed_twice: Rate


class Clearinghouse(Section):
    """What a search of the clearinghouse misses or may not tell."""

    not_matched: Rate
    private: Rate
    status_private: Rate
    underscore: Rate


class Addresses(Section):
    """Old and differently written addresses."""

    k12_stale: Rate
    college_parents: Rate
    abbreviated: Rate


class Files(Section):
    """Lines that intake has to set aside."""

    bad_code: Rate
    impossible_date: Rate


class Deliveries(Section):
    """How punctual agencies are."""

    jitter_days: Annotated[int, Field(ge=0, le=20)]
    late: Rate
    late_days: Annotated[int, Field(ge=0, le=90)]


class Lives(Section):
    """Rates of what happens to people."""

    moves: ByAge
    leaves_state: ByAge
    comes_from_elsewhere: Rate
    comes_back: Rate
    foreign_share: Rate
    foreign_share_founding: Rate
    marries: Rate
    divorces: Rate
    leaves_home: Rate
    twins: Rate
    same_first_name_as_father: Rate
    takes_husbands_name: Rate
    hyphenates: Rate
    private_school: Rate
    repeats_grade: Rate
    repeats_ninth: Rate
    drops_out: Rate
    graduates: Rate
    equivalency: Rate
    cte_participates: Rate
    dual_enrolls: Rate
    college_at_once: Rate
    college_next: Rate
    college_later: Rate
    college_adult: Rate
    out_of_state_college: Rate


class Setbacks(Section):
    """Log odds of not finishing high school, by group; the groups of a student add up."""

    poor: float
    english_learner: float
    disability: float
    homeless: float
    career_program: float
    AmericanIndianOrAlaskaNative: float
    Asian: float
    BlackOrAfricanAmerican: float
    HispanicOrLatino: float
    NativeHawaiianOrOtherPacificIslander: float
    TwoOrMoreRaces: float
    White: float


class Cohort(Section):
    """A state of which one birth cohort alone is seen: everybody was born within a few months."""

    age_at_founding: Annotated[float, Field(ge=5, le=60)]
    months: Annotated[int, Field(ge=1, le=120)]


class Profile(Section):
    """All of it."""

    name: str
    names: Names
    dates: Dates
    districts: Districts
    ssn: Ssn
    employers: Employers
    wages: Wages
    licenses: Licenses
    workforce_programs: WorkforcePrograms
    student_programs: StudentPrograms
    student_courses: StudentCourses
    statewide_tests: StatewideTests
    work_based_learning: WorkBasedLearning
    transcripts: Transcripts
    noncredit: Noncredit
    aid: Aid
    apprenticeships: Apprenticeships
    occupational_licenses: OccupationalLicenses
    claims: Claims
    public_figures: PublicFigures
    benefits: Benefits
    foster_care: FosterCare
    adult_learning: AdultLearning
    work_elsewhere: WorkElsewhere
    school_staff: SchoolStaff
    clearinghouse: Clearinghouse
    addresses: Addresses
    files: Files
    deliveries: Deliveries
    lives: Lives
    setbacks: Setbacks
    cohort: Cohort | None = None
    unkind: Unkind | None = None


def load_profile(path: Path | None = None) -> Profile:
    """Read a profile; without a path the one the default state is made with.

    A profile that says `based_on: default` gives only what differs from that profile in this package.

    Raises:
        ProfileError: a rate is missing, misspelled or outside [0, 1]; the message names it.
    """
    chosen = path or DEFAULT
    try:
        return Profile.model_validate(_with_base(yaml.safe_load(chosen.read_text(encoding="utf-8"))))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:5])
        raise ProfileError(f"{chosen.name} is no profile: {faults}. Compare it with {DEFAULT}.") from None
    except yaml.YAMLError as error:
        raise ProfileError(f"{chosen.name} is not YAML: {error}") from None


def _with_base(given: dict[str, Any]) -> dict[str, Any]:
    """What the profile says, over what the profile it is based on says."""
    name = given.pop("based_on", None)
    if name is None:
        return given
    base: dict[str, Any] = yaml.safe_load((DEFAULT.parent / f"{name}.yaml").read_text(encoding="utf-8"))
    for section, rates in base.items():
        if isinstance(rates, dict):
            given[section] = {**rates, **given.get(section, {})}
    return {**base, **given}
