"""Agencies err as often as the profile says, and the same way again."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from p20w.simulator import profile as profiles
from p20w.simulator.calendar import last_day, quarter_from_label
from p20w.simulator.employers import NORMAL
from p20w.simulator.feeds.ui_wage import content as wages
from p20w.simulator.pay import payroll
from p20w.simulator.profile import ProfileError, load_profile
from p20w.simulator.world import DUAL, HERE, IN_SCHOOL, World

QUARTER = quarter_from_label("2019Q2")


def test_whole_employers_spoil_the_names_of_five_to_fifteen_percent_of_lines(world: World) -> None:
    employer = world.jobs["employer"][payroll(world, QUARTER).job]
    assert 0.05 <= (world.employers["habit"][employer] != NORMAL).mean() <= 0.15


def test_a_wrong_ssn_stays_with_the_job(world: World) -> None:
    jobs, people, rates = world.jobs, world.people, world.profile.ssn
    documented = (jobs["employer"] >= 0) & (people["ssn"][jobs["person"]] > 0)
    wrong = (jobs["ssn"] != people["ssn"][jobs["person"]])[documented].mean()
    expected = rates.wage_wrong_at_employer + rates.wage_placeholder + 0.5 * rates.wage_borrowed_then_own
    assert abs(wrong - expected) < 0.003


def test_slips_of_one_quarter_are_as_frequent_as_the_profile_says(world: World) -> None:
    pay = payroll(world, QUARTER)
    content = wages(world, pay, 2)
    assert not isinstance(content.columns, pl.DataFrame)
    reported = content.columns["ssn"]
    filed: dict[int, set[int]] = {}
    for person, ssn in zip(world.jobs["person"][pay.job].tolist(), world.jobs["ssn"][pay.job].tolist(), strict=True):
        filed.setdefault(person + 1, set()).add(ssn)
    assert content.true_person is not None
    slips = [
        ssn not in filed[person] for ssn, person in zip(reported.tolist(), content.true_person.tolist(), strict=True)
    ]
    assert 0.001 < np.mean(slips) < 0.006


def test_one_number_under_many_names_is_rare_and_there(world: World) -> None:
    jobs = world.jobs
    covered = (jobs["employer"] >= 0) & (jobs["ssn"] > 1_000_000) & (jobs["ssn"] < 900_000_000)
    pairs = np.unique(np.stack([jobs["ssn"][covered], jobs["person"][covered]]), axis=1)
    _, people = np.unique(pairs[0], return_counts=True)
    assert 0.0003 < (people > 1).mean() < 0.006
    assert people.max() >= 3


def test_college_students_lack_an_ssn_as_often_as_their_sector_does(world: World) -> None:
    people, enrollees = world.people, world.enrollees
    students = np.flatnonzero(people["college"] >= 0)
    missing = enrollees["ssn"][people["enrollee"][students]] < 0
    dual = people["level"][students] == DUAL
    two = world.places.college_two_year[people["college"][students]]
    assert 0.30 < missing[dual].mean() < 0.72
    assert 0.03 < missing[~dual & two].mean() < 0.18
    assert missing[~dual & ~two].mean() < 0.08


def test_some_students_have_two_state_ids_and_a_few_share_one(world: World) -> None:
    students = world.students
    pairs = np.unique(np.stack([students["person"], students["state_id"]]), axis=1)
    per_student = np.bincount(pairs[0])
    assert 0.005 < (per_student > 1).sum() / (per_student > 0).sum() < 0.02
    _, sharers = np.unique(pairs[1], return_counts=True)
    assert (sharers > 1).mean() < 0.002


def test_addresses_on_licenses_are_stale_mostly_among_the_young(world: World) -> None:
    licenses, people, homes = world.licenses, world.people, world.households
    held = np.flatnonzero(licenses["alive"] == 1)
    held = held[people["status"][licenses["person"][held]] == HERE]
    home = people["household"][licenses["person"][held]]
    stale = (licenses["house"][held] != homes["number"][home]) | (licenses["street"][held] != homes["street"][home])
    age = world.age(licenses["person"][held], last_day(QUARTER))
    assert 0.18 < stale[(age >= 18) & (age < 25)].mean() < 0.32
    assert stale[age >= 35].mean() < 0.08


def test_names_on_school_records_differ_from_the_legal_ones_in_a_few_percent(world: World) -> None:
    people, students, words = world.people, world.students, world.words
    record = people["student"][(people["k12"] == IN_SCHOOL) & (people["student"] >= 0)]
    person = students["person"][record]
    for name in ("first", "last"):
        differs = words.plain(students[name][record]) != words.plain(people[name][person])
        assert 0.01 < differs.mean() < 0.08
    assert 0.002 < (students["birth"][record] != people["birth"][person]).mean() < 0.02


def test_a_quarter_that_is_amended_lacks_lines_and_has_wrong_wages_at_first(state: Path) -> None:
    amended = sorted((state / "drops" / "ui_wage").glob("*/2"))
    assert amended
    lines = {
        number: pl.Series(
            (amended[0].parent / number / f"ui_wage_{amended[0].parent.name}_{number}.txt").read_text().splitlines()
        )
        for number in ("1", "2")
    }
    unchanged = lines["2"].is_in(lines["1"].to_list()).mean()
    assert isinstance(unchanged, float)
    assert 0.92 < unchanged < 0.99


def test_a_misspelled_or_impossible_rate_is_refused_by_name(tmp_path: Path) -> None:
    text = profiles.DEFAULT.read_text()
    misspelled, impossible = tmp_path / "misspelled.yaml", tmp_path / "impossible.yaml"
    misspelled.write_text(text.replace("wage_slip:", "wage_slipp:"))
    impossible.write_text(text.replace("wage_slip: 0.003", "wage_slip: 3"))
    for path in (misspelled, impossible):
        with pytest.raises(ProfileError, match="wage_slip"):
            load_profile(path)


def test_the_harsh_profile_errs_twice_as_often() -> None:
    usual, harsh = load_profile(), load_profile(profiles.DEFAULT.with_name("harsh.yaml"))
    assert harsh.ssn.wage_wrong_at_employer == 2 * usual.ssn.wage_wrong_at_employer
    assert harsh.names.typing.wages == 2 * usual.names.typing.wages
    assert harsh.wages.amended_quarters == 2 * usual.wages.amended_quarters
