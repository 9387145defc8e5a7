"""Lives hold together: nothing happens to the dead, and children go to school one school at a time."""

import numpy as np

from p20w.simulator.calendar import day, last_day, quarter_from_label
from p20w.simulator.licensing import coverage
from p20w.simulator.pay import payroll
from p20w.simulator.spells import COMPLETED, DIED, OUT_OF_STATE, STAYS
from p20w.simulator.world import AWAY, BACHELOR, DEAD, HERE, HIGH_SCHOOL, IN_SCHOOL, NEVER, World

TODAY = last_day(quarter_from_label("2019Q2"))


def test_nobody_works_after_death_and_few_after_leaving(world: World) -> None:
    people, jobs = world.people, world.jobs
    assert (jobs["end"] <= people["death"][jobs["person"]])[people["status"][jobs["person"]] == DEAD].all()
    gone = people["status"][jobs["person"]] == AWAY
    assert (jobs["end"] > people["left"][jobs["person"]])[gone].mean() < 0.05


def test_no_job_ends_before_it_begins_or_begins_in_childhood(world: World) -> None:
    jobs = world.jobs
    assert (jobs["end"] >= jobs["start"]).all()
    assert (world.age(jobs["person"], 0) + jobs["start"] / 365.25).min() >= 14.0


def test_no_pupil_is_in_two_schools_on_one_day(world: World) -> None:
    spells = world.spells
    order = np.lexsort((spells["entry"], spells["person"]))
    same = np.diff(spells["person"][order]) == 0
    assert same.sum() > 50  # transfers happen
    assert (spells["entry"][order][1:] >= spells["exit"][order][:-1])[same].all()


def test_exits_of_pupils_agree_with_what_befell_them(world: World) -> None:
    people, spells = world.people, world.spells
    person, kind = spells["person"], spells["exit_type"]
    assert (people["status"][person[kind == DIED]] == DEAD).all()
    left = person[kind == OUT_OF_STATE]
    assert (people["left"][left] < NEVER).mean() > 0.9  # a few have come back since
    graduates = person[kind == COMPLETED]
    assert (people["education"][graduates] >= HIGH_SCHOOL).all()
    assert (spells["grade"][kind == COMPLETED] == 12).all()
    assert (spells["exit"][kind == STAYS] == NEVER).all()


def test_pupils_are_in_the_grade_of_their_age_give_or_take_two_years(world: World) -> None:
    pupils = np.flatnonzero((world.people["k12"] == IN_SCHOOL) & (world.people["status"] == HERE))
    years = world.age(pupils, day(2018, 9, 1)) - 5 - world.people["grade"][pupils]
    assert np.percentile(years, 0.5) > -1.1
    assert np.percentile(years, 99.5) < 3.2


def test_mothers_are_of_an_age_to_be_and_children_share_the_family_name(world: World) -> None:
    people = world.people
    child = np.flatnonzero(people["mother"] >= 0)
    mother = people["mother"][child]
    years = (people["birth"][child] - people["birth"][mother]) / 365.25
    assert years.min() > 14
    assert years.max() < 47
    father = people["father"][child]
    with_father = father >= 0
    assert (people["surname"][child] == people["surname"][father])[with_father].all()


def test_twins_siblings_and_namesakes_live_at_one_address(world: World) -> None:
    people = world.people
    child = np.flatnonzero((people["mother"] >= 0) & (people["status"] == HERE))
    _, sizes = np.unique(np.stack([people["mother"][child], people["birth"][child]]), axis=1, return_counts=True)
    assert 0.02 < (sizes[sizes == 2].sum() / len(child)) < 0.05
    sons = child[people["suffix"][child] > 0]
    assert len(sons) > 20
    assert (people["first"][sons] == people["first"][people["father"][sons]]).mean() > 0.95


def test_no_two_people_own_one_ssn(world: World) -> None:
    own = world.people["ssn"][world.people["ssn"] > 0]
    assert len(np.unique(own)) == len(own)


def test_wages_rise_with_schooling_and_age(world: World) -> None:
    pay = payroll(world, quarter_from_label("2019Q2"))
    jobs = world.jobs
    hourly = pay.wages / pay.hours
    schooling = jobs["education"][pay.job]
    low, high = (np.median(hourly[mask]) for mask in (schooling <= HIGH_SCHOOL, schooling >= BACHELOR))
    assert 1.4 < high / low < 3.0
    age = world.age(jobs["person"][pay.job], TODAY)
    assert np.median(hourly[age < 22]) < 0.8 * np.median(hourly[(age > 40) & (age < 55)])


def test_people_hold_several_jobs_in_a_quarter_and_some_work_unseen(world: World) -> None:
    pay = payroll(world, quarter_from_label("2019Q2"))
    person = world.jobs["person"][pay.job]
    assert 0.05 < 1 - len(np.unique(person)) / len(person) < 0.20
    assert 0.05 < (world.jobs["employer"] == -1).mean() < 0.15


def test_licenses_are_held_by_age_as_the_profile_says_and_less_by_the_poor(world: World) -> None:
    people, here, rates = world.people, world.here(), world.profile.licenses
    age, holds = world.age(here, TODAY), people["license"][here] >= 0
    for years, expected in ((16, rates.age_16), (17, rates.age_17), (19, rates.age_19)):
        mask = (age >= years) & (age < years + 1)
        assert abs(holds[mask].mean() - expected) < 0.09
    adult = (age >= 25) & (age < 70)
    assert 0.85 < holds[adult].mean() < 0.95
    poor = world.wealth_of(here) < -0.85
    assert holds[adult & poor].mean() < holds[adult & ~poor].mean() - 0.03
    assert coverage(world, here, TODAY).max() <= 0.99


def test_the_state_neither_empties_nor_bursts(world: World) -> None:
    assert 0.95 < len(world.here()) / 20_000 < 1.2
    age = world.age(world.here(), TODAY)
    assert 0.14 < ((age >= 5) & (age < 18)).mean() < 0.19
    assert 0.11 < (age >= 65).mean() < 0.24
