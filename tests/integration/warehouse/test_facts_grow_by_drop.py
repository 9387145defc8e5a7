"""Facts take in new drops, let go of replaced ones, and leave the rest as it lies."""

import json
import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import polars as pl
import pytest

from p20w.pipeline.gates import GateMissing
from p20w.settings import Settings
from p20w.simulator import simulate
from p20w.simulator.classifications import CIP, NAICS, SOC
from p20w.warehouse import build_core, build_marts, manifest
from tests.integration.warehouse.conftest import State
from tests.integration.warehouse.plain_intake import has_ssn, person_of, read

FACTS = (
    "fct_early_learning_enrollment",
    "fct_k12_enrollment",
    "fct_cte_participation",
    "fct_k12_program_participation",
    "fct_postsecondary_enrollment",
    "fct_postsecondary_award",
    "fct_wage",
    "fct_workforce_program_report",
    "fct_clearinghouse_search",
    "fct_k12_course",
    "fct_postsecondary_course",
    "fct_postsecondary_aid",
    "fct_work_based_learning",
    "fct_apprenticeship_report",
    "fct_license_report",
    "fct_ui_claim_week",
    "fct_tanf_report",
    "fct_assistance_month",
    "fct_adult_education",
    "fct_other_state_wage",
    "fct_federal_wage",
    "fct_k12_staff_assignment",
    "fct_k12_assessment",
    "fct_foster_placement_report",
    "fct_noncredit_training",
)
MADE_OF_FACTS = (
    "dim_person",
    "dim_high_school_leaver",
    "agg_person_quarter",
    "agg_leaver_year",
    "fct_workforce_program_participation",
    "fct_workforce_program_outcome",
    "fct_clearinghouse_enrollment",
    "fct_apprenticeship",
    "fct_apprenticeship_status",
    "fct_license",
    "fct_ui_claim_spell",
    "dim_price_index",
    "dim_living_wage",
    "fct_labor_demand",
    "dim_in_demand_occupation",
    "fct_program_cost",
    "dim_training_program",
    "fct_benefit_month",
    "fct_benefit_spell",
    "dim_work_based_opportunity",
    "fct_foster_spell",
    "dim_credential",
    "dim_program_label",
    "dim_occupation_label",
    "dim_industry_label",
    "qc_unlisted_code",
)


@pytest.fixture(scope="module")
def small_state(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The small state with all feeds: each has a fact that is looked at here."""
    folder = tmp_path_factory.mktemp("whole_state")
    simulate(600, "2018Q3", "2022Q4", 7, folder / "drops", folder / "truth")
    return folder / "drops", folder / "truth"


@pytest.fixture(scope="module")
def grown(make_state: Callable[[], State]) -> tuple[State, dict[str, set[tuple[object, ...]]]]:
    """A state refreshed at 2022Q1 and again at 2022Q3, and where the rows of the first refresh lay."""
    state = with_amended_wages(make_state())
    state.take_in("2022Q1")
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    places = {fact: set(state.rows(f"select ctid::text, drop_id from core.{fact}")) for fact in FACTS}
    state.take_in("2022Q3")
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    return state, places


def with_amended_wages(state: State) -> State:
    """The wages of 2021Q2 come once more after the first refresh."""
    first = next(drop for drop in state.drops if (drop.feed, drop.period) == ("ui_wage", "2021Q2"))
    state.drops.append(replace(first, submission=9, delivered_on="2022-06-30"))
    return state


def with_later_awards(state: State, folder: Path) -> Settings:
    """Settings with a dbt project whose staging of awards puts each of them ten years later."""
    project = folder / "dbt"
    shutil.copytree(state.warehouse.settings.dbt, project)
    model = project / "models" / "staging" / "stg_higher_ed__award.sql"
    text = model.read_text()
    model.write_text(text.replace("line.school_year::integer as", "line.school_year::integer + 10 as"))
    assert model.read_text() != text
    return settings_of(state, project)


def settings_of(state: State, project: Path) -> Settings:
    """The state's settings with another dbt project."""
    return state.warehouse.settings.model_copy(update={"dbt": project})


def contents(state: State, fact: str) -> list[tuple[object, ...]]:
    """Rows of a fact, without the drop's number, which depends on the order of arrival."""
    return state.rows(f"select (to_jsonb(fact) - 'drop_id')::text from core.{fact} as fact order by 1")


def test_a_fact_that_grew_holds_what_one_built_at_once_holds(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]], make_state: Callable[[], State]
) -> None:
    state, _ = grown
    at_once = with_amended_wages(make_state())
    at_once.take_in("2022Q3")
    build_core(at_once.warehouse, at_once.warehouse.settings, at_once.refresh_id).gate_run.demand_pass()
    for table in (*FACTS, *MADE_OF_FACTS):
        assert contents(state, table) == contents(at_once, table), table


def in_force(state: State, feed: str) -> pl.DataFrame:
    """The lines of a feed's drops in force, with their `period`, in the order of periods and lines."""
    latest = {drop.period: drop for drop in sorted(state.taken, key=lambda drop: drop.submission) if drop.feed == feed}
    contracts = state.warehouse.settings.contracts
    lines = [read(drop, contracts).with_columns(period=pl.lit(period)) for period, drop in latest.items()]
    return pl.concat(lines).sort("period", "line_number")


def test_a_participation_is_what_the_newest_report_says_of_a_person(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    lines = in_force(state, "wioa_participant")
    newest = lines.unique(["true_person", "date_of_program_entry"], keep="last")
    expected = {
        (UUID(bytes=person_of(person)), entry, left, period)
        for person, entry, left, period in newest.select(
            "true_person", "date_of_program_entry", "date_of_program_exit", "period"
        ).iter_rows()
    }
    assert expected
    assert expected == set(
        state.rows(
            "select person_id, date_of_program_entry, date_of_program_exit, as_of_quarter "
            "from core.fct_workforce_program_participation"
        )
    )


def test_enrollment_anywhere_is_what_the_newest_search_of_a_person_shows(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    lines = in_force(state, "nsc_studenttracker")
    newest = lines.filter(pl.col("period") == pl.col("period").max().over("true_person"))
    shown = newest.filter(pl.col("enrollment_begin_date").is_not_null())
    expected = {
        (UUID(bytes=person_of(person)), code, begin, state_of != "ZZ")
        for person, code, begin, state_of in shown.select(
            "true_person", "college_code", "enrollment_begin_date", "college_state"
        ).iter_rows()
    }
    assert {is_outside for *_, is_outside in expected} == {True, False}
    assert expected == set(
        state.rows(
            "select person_id, college_code, enrollment_begin_date, is_out_of_state "
            "from core.fct_clearinghouse_enrollment"
        )
    )
    searched = state.rows("select sum(line_count) from core.fct_clearinghouse_search")
    assert searched == [(lines.height,)]


SAID = {
    "k12_course": (
        "fct_k12_course",
        [
            "school_identifier_sea", "course_identifier", "course_section_identifier", "course_term", "school_year",
        ],
        ["grade_earned", "credits_earned", "is_dual_credit"],
    ),
    "k12_wbl": (
        "fct_work_based_learning",
        ["school_identifier_sea", "work_based_learning_type"],
        ["external_hours", "embedded_hours"],
    ),
    "ps_noncredit": (
        "fct_noncredit_training",
        ["academic_year", "institution_ipeds_unit_id", "program_code", "training_entry_date"],
        ["completion_status", "program_clock_hours", "clock_hours_attended", "credential_award_date", "training_payer"],
    ),
    "k12_assessment": (
        "fct_k12_assessment",
        ["school_year", "assessment_kind", "assessment_academic_subject"],
        ["assessment_participation_status", "scale_score", "performance_level", "assessment_accommodation"],
    ),
    "ps_transcript": (
        "fct_postsecondary_course",
        [
            "institution_ipeds_unit_id", "academic_year", "academic_term", "course_prefix", "course_number",
            "course_section_identifier",
        ],
        ["grade_earned", "credits_attempted", "credits_earned", "is_dual_enrollment"],
    ),
    "ps_aid": (
        "fct_postsecondary_aid",
        [
            "institution_ipeds_unit_id", "school_year", "financial_aid_award_type", "financial_aid_award_status",
        ],
        ["financial_aid_award_amount_usd"],
    ),
    "adult_education": (
        "fct_adult_education",
        ["adult_education_provider_identifier", "enrollment_entry_date"],
        ["instruction_hours", "skill_gain_date", "diploma_award_date"],
    ),
    "k12_staff": (
        "fct_k12_staff_assignment",
        ["school_year", "school_identifier_sea", "k12_staff_classification"],
        ["staff_full_time_equivalency", "teaching_credential_type", "prior_teaching_years"],
    ),
}  # fmt: skip
"""By feed its fact, the key beside the person, and what is compared."""


@pytest.mark.parametrize("feed", SAID)
def test_a_fact_says_of_each_person_what_the_drops_say(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]], feed: str
) -> None:
    state, _ = grown
    fact, key, said = SAID[feed]
    lines = in_force(state, feed).unique(["true_person", "period", *key], keep="last", maintain_order=True)
    rows = lines.select("true_person", *key, *said).rows()
    expected = {(UUID(bytes=person_of(person)), *rest) for person, *rest in rows}
    assert expected
    columns = ", ".join(["map.person_id", *(f"fact.{name}" for name in (*key, *said))])
    assert expected == set(
        state.rows(
            f"select {columns} from core.{fact} as fact inner join core.person_identity as map "
            "on fact.identity_id = map.identity_id"
        )
    )


def test_rows_of_drops_still_in_force_were_not_written_again(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, before = grown
    in_force = {row[0] for row in state.rows("select drop_id from governance.drop where status = 'accepted'")}
    for fact in FACTS:
        kept = {place for place in before[fact] if place[1] in in_force}
        assert kept <= set(state.rows(f"select ctid::text, drop_id from core.{fact}")), fact


def test_a_build_killed_half_way_is_no_build_and_a_rerun_heals_it(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    before = {table: contents(state, table) for table in (*FACTS, "agg_leaver_year")}
    assert state.killed_at("dbt.dim_employer", "build_core(warehouse, settings, {refresh_id})") == -signal.SIGKILL
    with pytest.raises(GateMissing, match="no finished build"):
        build_marts(state.warehouse, state.warehouse.settings, state.refresh_id)
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    assert {table: contents(state, table) for table in before} == before


def test_an_amended_quarter_replaces_the_first_filing(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, before = grown
    replaced = {row[0] for row in state.rows("select drop_id from governance.drop where status = 'superseded'")}
    assert any(drop_id in replaced for _, drop_id in before["fct_wage"])
    assert not replaced & {row[0] for row in state.rows("select distinct drop_id from core.fct_wage")}


def test_building_again_changes_no_row(grown: tuple[State, dict[str, set[tuple[object, ...]]]]) -> None:
    state, _ = grown
    places = {fact: state.rows(f"select ctid::text, xmin::text from core.{fact} order by 1") for fact in FACTS}
    outcome = build_core(state.warehouse, state.warehouse.settings, state.refresh_id)
    assert {fact: state.rows(f"select ctid::text, xmin::text from core.{fact} order by 1") for fact in FACTS} == places
    assert sum(model.rows or 0 for model in outcome.models if model.kind == "incremental") == 0


def test_enrollment_of_a_district_counts_from_ed_fi_where_the_states_own_file_is_not_there(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    """As the drops say: all of the state's own lines, and Ed-Fi records of districts that it lacks."""
    state, _ = grown
    of = ["true_person", "school_identifier_sea", "period", "enrollment_entry_date"]
    counted = (
        "select map.person_id, school_identifier_sea, period, enrollment_entry_date from core.int_k12_enrollment "
        "as line inner join core.person_identity as map using (identity_id) inner join governance.drop using (drop_id)"
    )

    def said(feed: str) -> set[tuple[object, ...]]:
        lines = in_force(state, feed).select(of).iter_rows()
        return {(UUID(bytes=person_of(person)), *rest) for person, *rest in lines}

    own, ed_fi = said("k12_enrollment"), said("edfi_enrollment")
    assert len(ed_fi - own) < 0.1 * len(ed_fi)
    assert set(state.rows(counted)) == own
    taken = "update governance.drop set status = %s where feed = 'k12_enrollment' and period = '2020-21-eoy'"
    with state.warehouse.connect("owner") as connection:
        connection.execute(taken, ("withdrawn",))
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    rest = {row for row in own if row[2] != "2020-21-eoy"}
    in_place = {row for row in ed_fi if row[2] == "2020-21-eoy"}
    assert in_place
    assert set(state.rows(counted)) == rest | in_place
    with state.warehouse.connect("owner") as connection:
        connection.execute(taken, ("accepted",))
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    assert set(state.rows(counted)) == own


def test_a_withdrawn_drop_leaves_the_facts_and_its_people(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    with state.warehouse.connect("owner") as connection:
        rows = connection.execute(
            "update governance.drop set status = 'withdrawn' where feed in ('k12_enrollment', 'edfi_enrollment') "
            "and period = '2021-22-eoy' returning drop_id"
        ).fetchall()
    assert len(rows) == 2
    assert build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.passed
    for (drop_id,) in rows:
        assert state.rows(f"select count(*) from core.fct_k12_enrollment where drop_id = {drop_id}") == [(0,)]
    assert state.rows("select max(leaver_school_year) from core.dim_high_school_leaver") < [(2022,)]


def test_readiness_follows_the_drops_of_early_learning(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    readiness = "select school_year, count(*) from core.fct_kindergarten_readiness group by 1"
    before = dict(state.rows(readiness))
    assert {2021, 2020} <= set(before)
    with state.warehouse.connect("owner") as connection:
        connection.execute(
            "update governance.drop set status = 'withdrawn' where (feed, period) = ('early_childhood', '2020-21')"
        )
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    assert dict(state.rows(readiness)) == {year: count for year, count in before.items() if year != 2021}


def test_every_fact_of_a_feed_is_counted_by_drop(grown: tuple[State, dict[str, set[tuple[object, ...]]]]) -> None:
    nodes = json.loads(manifest(grown[0].warehouse.settings).read_text())["nodes"]
    facts = {name for name, node in nodes.items() if "feeds" in node["config"].get("meta", {})}
    assert {nodes[name]["name"] for name in facts} == set(FACTS)
    assert facts <= set(nodes["model.p20w.qc_fact_drop"]["depends_on"]["nodes"])


def test_an_apprenticeship_is_what_the_newest_snapshot_says_of_a_person(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    of = ["true_person", "apprenticeship_program_number", "apprenticeship_start_date"]
    told = ["apprentice_status", "apprenticeship_exit_date", "starting_hourly_wage_usd", "exit_hourly_wage_usd"]
    newest = in_force(state, "apprenticeship").unique(of, keep="last")
    newest = newest.filter(pl.col("apprentice_status") != "Duplicate")
    expected: set[tuple[object, ...]] = {
        (UUID(bytes=person_of(person)), *rest) for person, *rest in newest.select(*of, *told).iter_rows()
    }
    assert expected
    assert expected == set(state.rows(f"select person_id, {', '.join([*of[1:], *told])} from core.fct_apprenticeship"))


def test_a_license_is_what_the_newest_roster_says_of_a_person(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    of = ["true_person", "license_type", "credential_award_start_date"]
    told = ["last_renewal_date", "credential_award_end_date", "license_status"]
    newest = in_force(state, "credential_award").unique(of, keep="last")
    expected: set[tuple[object, ...]] = {
        (UUID(bytes=person_of(person)), *rest) for person, *rest in newest.select(*of, *told).iter_rows()
    }
    assert expected
    assert expected == set(
        state.rows(f"select person_id, license_type, issued_on, {', '.join(told)} from core.fct_license")
    )


def test_weeks_claimed_are_spells_with_what_was_paid(grown: tuple[State, dict[str, set[tuple[object, ...]]]]) -> None:
    state, _ = grown
    weeks = in_force(state, "ui_claim").unique(["true_person", "week_ending_date"], keep="last")
    weeks = weeks.sort("true_person", "week_ending_date")
    apart = pl.col("week_ending_date").diff().dt.total_days() > 14
    weeks = weeks.with_columns(apart.fill_null(value=True).over("true_person").alias("begins"))
    spells = weeks.group_by("true_person", pl.col("begins").cum_sum().alias("spell")).agg(
        pl.col("week_ending_date").min().alias("first"), pl.col("week_ending_date").max().alias("last"),
        pl.len().alias("weeks"), pl.col("benefits_paid_usd").sum().alias("paid"),
    )  # fmt: skip
    expected: set[tuple[object, ...]] = {
        (UUID(bytes=person_of(person)), *rest)
        for person, *rest in spells.select("true_person", "first", "last", "weeks", "paid").iter_rows()
    }
    assert expected
    assert expected == set(
        state.rows(
            "select person_id, first_week_ending_date, last_week_ending_date, weeks_claimed, benefits_paid_usd "
            "from core.fct_ui_claim_spell"
        )
    )


def test_prices_of_a_quarter_are_the_average_of_its_months(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    months = in_force(state, "price_index").filter(pl.col("price_period").is_between(pl.lit("M01"), pl.lit("M12")))
    quarters = months.group_by("series_id", "period").agg(pl.col("index_value").cast(pl.Float64).mean(), pl.len())
    expected = {(series, quarter): (mean, count) for series, quarter, mean, count in quarters.iter_rows()}
    found = state.rows("select series_id, quarter, price_index, months_held from core.dim_price_index where is_final")
    assert {(series, quarter): (float(str(mean)), count) for series, quarter, mean, count in found} == {
        key: (pytest.approx(mean, abs=0.001), count) for key, (mean, count) in expected.items()
    }


def test_living_wages_are_what_the_drops_say_of_counties_and_households(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    of = ["year", "adults", "working_adults", "children"]
    lines = (
        in_force(state, "living_wage")
        .with_columns(county_fips="99" + pl.col("county_code").str.zfill(3))
        .unique([*of, "county_fips"], keep="last")
    )
    expected: set[tuple[object, ...]] = set(lines.select("county_fips", *of, "living_wage_hourly_usd").rows())
    assert expected
    assert expected == set(
        state.rows(f"select county_fips, {', '.join(of)}, living_wage_hourly_usd from core.dim_living_wage")
    )


def test_a_code_is_called_what_the_list_in_force_on_a_day_calls_it(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    for label, code, day in (
        ("program", "cip_code", "2021-10-01"),
        ("occupation", "soc_code", "2019-06-30"),
        ("occupation", "soc_code", "2022-06-30"),
        ("industry", "naics_code", "2021-12-31"),
        ("industry", "naics_code", "2022-06-30"),
    ):
        kind = {"program": CIP, "occupation": SOC, "industry": NAICS}[label]
        rows = state.rows(
            f"select {code}, {code.removesuffix('_code')}_title, list_edition from core.dim_{label}_label "
            f"where is_listed and valid_from <= '{day}' and (valid_to is null or valid_to >= '{day}')"
        )
        in_force_on = date.fromisoformat(day)
        assert set(rows) == {(*line, kind.edition(in_force_on)) for line in kind.lines(in_force_on)}
        listed = state.rows(f"select {code} from core.dim_{label}_label where valid_to is null")
        unlisted = state.rows(f"select code from core.qc_unlisted_code where column_name = '{code}' and row_count > 0")
        assert not set(unlisted) & set(listed)


def test_a_labor_market_figure_is_what_was_published_last_or_the_reason_why_none_was(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    of = ["labor_area_fips", "soc_code", "measure", "year", "reference_period"]
    reasons = {"*": "wage_not_told", "**": "count_not_told", "#": "at_or_above_highest_wage"}
    lines = in_force(state, "labor_demand").with_columns(pl.col("soc_code").str.slice(0, 7))
    newest = lines.unique([*of, "projected_year"], keep="last")
    assert newest.height < lines.height
    expected = {
        (*key, None if figure in reasons else float(figure), reasons.get(figure))
        for *key, figure in newest.select(*of, "figure").iter_rows()
    }
    assert {None, "wage_not_told", "count_not_told"} <= {reason for *_, reason in expected}
    assert expected == set(
        state.rows(f"select {', '.join(of)}, figure::double precision, suppression_reason from core.fct_labor_demand")
    )


def test_an_occupation_in_demand_is_on_the_newest_list_of_its_year(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    lists = in_force(state, "in_demand_occupation").with_columns(
        soc_code=pl.col("soc_code").str.replace("-", "").str.replace(r"^(..)", "$1-")
    )
    expected: set[tuple[object, ...]] = set(
        lists.select("list_year", "labor_area_fips", "soc_code", "demand_stars").rows()
    )
    assert expected
    assert expected == set(
        state.rows("select list_year, labor_area_fips, soc_code, demand_stars from core.dim_in_demand_occupation")
    )


def test_a_program_costs_what_the_drops_say(grown: tuple[State, dict[str, set[tuple[object, ...]]]]) -> None:
    state, _ = grown
    said = ["institution_ipeds_unit_id", "cip_code", "academic_award_level", "school_year"]
    said += ["tuition_fees_usd", "state_share_usd", "cost_per_participant_usd"]
    lines = in_force(state, "program_cost").with_columns(
        cip_code=pl.col("cip_code").str.replace(r"\.", "").str.replace(r"^(..)", "$1.")
    )
    expected: set[tuple[object, ...]] = set(lines.select(said).rows())
    assert expected
    assert expected == set(state.rows(f"select {', '.join(said)} from core.fct_program_cost"))


def test_a_training_program_is_what_the_newest_list_with_it_says(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    of = ["training_provider_id", "training_program_id"]
    lists = in_force(state, "training_provider")
    newest = lists.unique(of, keep="last").with_columns(is_on_newest_list=pl.col("period") == lists["period"].max())
    said = [*of, "is_on_newest_list", "program_clock_hours", "training_tuition_usd"]
    expected: set[tuple[object, ...]] = set(newest.select(said).rows())
    assert {row[2] for row in expected} == {True, False}
    assert expected == set(state.rows(f"select {', '.join(said)} from core.dim_training_program"))


def test_wages_of_other_states_are_what_states_tell_an_employer_once(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    same = pl.coalesce("employer_account", pl.col("wages_usd").cast(pl.String)).alias("employer")
    lines = in_force(state, "other_state_wage").with_columns(
        pl.col("employer_state_fips").str.zfill(2), same
    )  # fmt: skip
    of = ["true_person", "employer_state_fips", "period"]
    expected: set[tuple[object, ...]] = {
        (UUID(bytes=person_of(person)), *rest)
        for person, *rest in lines.unique([*of, "employer"], keep="last")
        .group_by(of)
        .agg(pl.col("wages_usd").sum(), pl.len())
        .iter_rows()
    }
    assert expected
    assert expected == set(
        state.rows(
            "select map.person_id, employer_state_fips, quarter, wages_usd, employers "
            "from core.fct_other_state_wage as fact "
            "inner join core.person_identity as map on fact.identity_id = map.identity_id"
        )
    )
    assert state.rows("select count(*) from core.fct_wage as fact inner join governance.drop using (drop_id) "
                      "where feed <> 'ui_wage'") == [(0,)]  # fmt: skip


def test_federal_pay_is_what_sources_tell_and_a_fourth_of_rates_of_a_year(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    of = ["true_person", "federal_source", "federal_agency_code", "period"]
    lines = in_force(state, "federal_wage").unique(of, keep="last")
    is_rate = pl.col("federal_pay_basis") == "AnnualRate"
    cents = pl.when(is_rate).then(pl.col("federal_pay_usd") * 25).otherwise(pl.col("federal_pay_usd") * 100)
    expected: set[tuple[object, ...]] = {
        (UUID(bytes=person_of(person)), *rest) for person, *rest in lines.select(*of, cents, is_rate).iter_rows()
    }
    assert {is_estimated for *_, is_estimated in expected} == {True, False}
    assert expected == set(
        state.rows(
            "select map.person_id, federal_source, federal_agency_code, quarter, (wages_usd * 100)::integer, "
            "is_estimated from core.fct_federal_wage as fact "
            "inner join core.person_identity as map on fact.identity_id = map.identity_id"
        )
    )


def test_an_opportunity_is_what_the_newest_file_with_it_says(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    said = ["work_based_learning_type", "posted_on", "ends_on", "wbl_openings", "hourly_pay_usd"]
    newest = in_force(state, "wbl_listing").unique("wbl_listing_id", keep="last")
    expected = set(newest.select("wbl_listing_id", *said).iter_rows())
    assert expected
    assert expected == set(state.rows(f"select wbl_listing_id, {', '.join(said)} from core.dim_work_based_opportunity"))


def test_months_of_benefits_are_spells_that_a_month_without_ends(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    month = pl.date(pl.col("report_month") // 100, pl.col("report_month") % 100, 1)
    report = in_force(state, "tanf_report").filter(
        pl.col("record_type").is_in(["T2", "T3"]), pl.col("family_affiliation") == "Assisted"
    )
    reported = report.filter(has_ssn(report)).select("true_person", assistance_program=pl.lit("TANF"), month=month)
    month = pl.date(pl.col("file_month") // 100, pl.col("file_month") % 100, 1)
    told = in_force(state, "social_services").select("true_person", "assistance_program", month=month)
    of = ["true_person", "assistance_program"]
    months = pl.concat([told, reported]).unique().sort(*of, "month")
    number = pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month()
    spells = (
        months.with_columns(run=number - pl.int_range(pl.len()).over(of))
        .group_by(*of, "run")
        .agg(first=pl.col("month").min(), last=pl.col("month").max(), months=pl.len())
    )
    expected: set[tuple[object, ...]] = {
        (UUID(bytes=person_of(person)), *rest)
        for person, *rest in spells.select(*of, "first", "last", "months").iter_rows()
    }
    assert {row[1] for row in expected} == {"SNAP", "TANF"}
    assert expected == set(
        state.rows(
            "select person_id, assistance_program, first_benefit_month, last_benefit_month, months_received "
            "from core.fct_benefit_spell"
        )
    )
    both = "select count(*) from core.fct_benefit_month where is_in_state_months and is_in_federal_report"
    assert state.rows(both)[0][0] > 0
    assert state.rows("select count(*) from core.fct_benefit_spell where months_without_before < 1") == [(0,)]


def test_a_time_in_foster_care_is_what_the_newest_half_year_with_it_says(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    of = ["true_person", "removal_date"]
    lines = in_force(state, "child_welfare")
    newest = lines.filter(pl.col("period") == pl.col("period").max().over(of))
    stays = newest.unique([*of, "placement_start_date"], keep="last").sort("placement_start_date")
    spells = stays.group_by(of).agg(pl.len(), pl.col("placement_setting", "discharge_date").last())
    expected: set[tuple[object, ...]] = {
        (UUID(bytes=person_of(person)), *rest) for person, *rest in spells.select(*of, pl.exclude(of)).iter_rows()
    }
    assert expected
    assert expected == set(
        state.rows(
            "select person_id, removal_date, placements, last_placement_setting, discharge_date "
            "from core.fct_foster_spell"
        )
    )
    assert state.rows("select count(*) from core.fct_foster_spell where placements < 1 or days_in_care < 0") == [(0,)]


def test_a_credential_is_what_the_newest_graph_with_it_says_and_names_licenses_that_people_hold(
    grown: tuple[State, dict[str, set[tuple[object, ...]]]],
) -> None:
    state, _ = grown
    said = ["credential_ctid", "credential_kind", "credential_status", "license_type"]
    newest = in_force(state, "credential_definition").unique("credential_ctid", keep="last")
    expected: set[tuple[object, ...]] = set(newest.select(said).rows())
    assert expected == set(state.rows(f"select {', '.join(said)} from core.dim_credential"))
    held = "select count(distinct license_type) from core.fct_license"
    assert state.rows(held + " inner join core.dim_credential using (license_type)") == state.rows(held) != [(0,)]


def test_a_number_in_place_of_a_district_is_told(grown: tuple[State, dict[str, set[tuple[object, ...]]]]) -> None:
    state, _ = grown
    with state.warehouse.connect("transform") as connection:
        connection.execute("update core.fct_cte_participation set lea_identifier_sea = '401220345'")
    run = build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run
    assert "organizations_are_known" in {result.expectation for result in run.results if not result.passed}


def test_a_district_that_sent_nothing_is_told(grown: tuple[State, dict[str, set[tuple[object, ...]]]]) -> None:
    state, _ = grown
    whole = "update core.fct_k12_enrollment set lea_identifier_sea = %s where drop_id = %s"
    [(earlier,), (newest,)] = state.rows(
        "select drop_id from governance.drop where status = 'accepted' and feed = 'k12_enrollment' "
        "and period like '%eoy' order by period desc limit 2"
    )[::-1]
    with state.warehouse.connect("transform") as connection:
        connection.execute(whole, ("silent", earlier))
        connection.execute(whole, ("other", newest))
    run = build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run
    assert run.passed
    assert "no_place_falls_silent" in {result.expectation for result in run.results if not result.passed}
    assert state.rows("select drop_id, place from core.qc_place_drop where is_silent and feed = 'k12_enrollment'") == [
        (newest, "silent")
    ]


@pytest.mark.long
def test_a_fact_made_by_other_sql_is_built_anew_and_the_others_go_on_growing(
    make_state: Callable[[], State], tmp_path: Path
) -> None:
    state = make_state()
    state.take_in("2022Q1")
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    written = {fact: state.rows(f"select ctid::text, xmin::text, drop_id from core.{fact}") for fact in FACTS}
    settings = with_later_awards(state, tmp_path)
    state.take_in("2022Q3")
    core = build_core(state.warehouse, settings, state.refresh_id)
    core.gate_run.demand_pass()
    rows = {model.name: model.rows or 0 for model in core.models}
    in_force = {row[0] for row in state.rows("select drop_id from governance.drop where status = 'accepted'")}
    for fact in FACTS:
        stays = {row for row in written[fact] if row[2] in in_force}
        found = set(state.rows(f"select ctid::text, xmin::text, drop_id from core.{fact}"))
        assert stays, fact
        assert stays & found == (set() if fact == "fct_postsecondary_award" else stays), fact
        assert rows[fact] == len(found - stays), fact
    at_once = make_state()
    at_once.take_in("2022Q3")
    build_core(at_once.warehouse, settings_of(at_once, settings.dbt), at_once.refresh_id).gate_run.demand_pass()
    for table in (*FACTS, *MADE_OF_FACTS):
        assert contents(state, table) == contents(at_once, table), table
    assert state.rows("select min(school_year) > 2027 from core.fct_postsecondary_award") == [(True,)]


@pytest.mark.long
def test_a_build_that_stops_after_a_fact_was_built_anew_leaves_it_to_be_built_anew(
    make_state: Callable[[], State], tmp_path: Path
) -> None:
    state = make_state()
    state.take_in("2022Q1")
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    before = contents(state, "fct_postsecondary_award")
    settings = with_later_awards(state, tmp_path)
    call = f"build_core(warehouse, settings.model_copy(update=dict(dbt=Path('{settings.dbt}'))), {state.refresh_id})"
    assert state.killed_at("dbt.qc_fact_drop", f"from pathlib import Path; {call}") == -signal.SIGKILL
    assert contents(state, "fct_postsecondary_award") != before
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    assert contents(state, "fct_postsecondary_award") == before


def test_a_merge_changes_who_facts_are_about_and_no_fact(make_state: Callable[[], State]) -> None:
    state = make_state()
    state.take_in("2022Q1")
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    lies = {fact: state.rows(f"select ctid::text, to_jsonb(fact)::text from core.{fact} as fact") for fact in FACTS}
    [(people, earning)] = state.rows(
        "select (select count(*) from core.dim_person), (select count(distinct person_id) from core.agg_person_quarter)"
    )
    [(keeps, goes)] = state.rows(
        "select min(person_id::text), max(person_id::text) from "
        "(select distinct person_id from core.agg_person_quarter order by person_id limit 2) as two"
    )
    with state.warehouse.connect("linkage") as connection:
        moved = connection.execute(
            "update registry.assignment set person_id = %s where person_id = %s and valid_to_refresh is null",
            (keeps, goes),
        ).rowcount
    with pytest.raises(GateMissing, match="registry gate"):
        build_core(state.warehouse, state.warehouse.settings, state.refresh_id)
    state.pass_registry_gate()
    build_core(state.warehouse, state.warehouse.settings, state.refresh_id).gate_run.demand_pass()
    assert moved > 0
    for fact in FACTS:
        assert state.rows(f"select ctid::text, to_jsonb(fact)::text from core.{fact} as fact") == lies[fact], fact
    assert state.rows(f"select 1 from core.person_identity where person_id = '{goes}'") == []
    assert state.rows(
        "select (select count(*) from core.dim_person), (select count(distinct person_id) from core.agg_person_quarter)"
    ) == [(people - 1, earning - 1)]  # type: ignore[operator]
