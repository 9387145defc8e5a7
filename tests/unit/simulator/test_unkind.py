"""An unkind state errs as its profile says, and its truth is who was there."""

from collections import deque
from typing import Any

import numpy as np
import polars as pl
import pytest

from p20w.simulator import profile as profiles
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.feeds.ui_wage import content as wages
from p20w.simulator.pay import payroll
from p20w.simulator.run import live, warm_up_start
from p20w.simulator.unkind import slips
from p20w.simulator.words import BLANK
from p20w.simulator.world import World

UNKIND = profiles.DEFAULT.with_name("unkind.yaml")
QUARTER = quarter_from_label("2020Q2")


@pytest.fixture(scope="module")
def unkind() -> World:
    opening = quarter_from_label("2018Q3")
    quarters = live(30_000, 3, profiles.load_profile(UNKIND), warm_up_start(opening), QUARTER)
    (_, latest) = deque(quarters, maxlen=1).pop()
    return latest


def near(share: float, rate: float) -> bool:
    return 0.55 * rate < share < 1.6 * rate


def share_of(world: World, table: str, name: str, texts: Any) -> float:
    codes = getattr(world, table)[name]
    return float(np.isin(codes, world.words.codes(texts)).mean())


def test_fillers_blanks_and_initials_stand_for_names_as_often_as_the_profile_says(unkind: World) -> None:
    assert unkind.profile.unkind is not None
    rates, jobs = unkind.profile.unkind.names, unkind.jobs
    assert near(share_of(unkind, "jobs", "first", slips.FIRST_FILLERS["wages"]), rates.filler_first.wages)
    assert near(share_of(unkind, "jobs", "last", slips.LAST_FILLERS), rates.filler_last.wages)
    assert near(share_of(unkind, "licenses", "first", slips.FIRST_FILLERS["license"]), rates.filler_first.license)
    usual = profiles.load_profile().names.first_blank.wages
    assert near(float((jobs["first"] == BLANK).mean()), rates.first_blank.wages + usual)
    letters = [chr(65 + place) for place in range(26)]
    assert near(share_of(unkind, "jobs", "first", letters), rates.first_initial.wages)
    without = unkind.people["middle"][unkind.licenses["person"]] == BLANK
    fillers = np.isin(unkind.licenses["middle"], unkind.words.codes(slips.MIDDLE_FILLERS))
    assert near(float(fillers[without].mean()), rates.filler_middle.license)
    assert not fillers[~without].any() or fillers[~without].mean() < 0.1 * rates.filler_middle.license


def test_a_spouses_surname_comes_with_one_kind_of_agency_and_at_every_job(unkind: World) -> None:
    people, jobs = unkind.people, unkind.jobs
    partner = people["partner"][jobs["person"]]
    other = (partner >= 0) & (people["last"][partner] != people["last"][jobs["person"]])
    taken = other & (jobs["last"] == people["last"][partner])
    assert unkind.profile.unkind is not None
    assert 0.4 * unkind.profile.unkind.names.spouse_surname.wages < taken[other].mean() < 0.06


def test_a_guardian_may_stand_in_place_of_the_child(unkind: World) -> None:
    people, students = unkind.people, unkind.students
    person = students["person"]
    mother = people["mother"][person]
    parent = np.maximum(mother, people["father"][person])
    known = parent >= 0
    same = known & (students["first"] == people["first"][parent]) & (people["first"][person] != people["first"][parent])
    assert unkind.profile.unkind is not None
    assert near(float(same[known].mean()), unkind.profile.unkind.names.guardian.k12)


def test_people_in_no_other_feed_work_under_a_real_number_and_the_truth_is_who_worked(unkind: World) -> None:
    people, jobs = unkind.people, unkind.jobs
    hidden = np.flatnonzero(people["hidden"] == 1)
    assert unkind.profile.unkind is not None
    share = len(hidden) / people["undocumented"].sum()
    assert near(float(share), unkind.profile.unkind.numbers.in_no_other_feed)
    assert not np.isin(unkind.licenses["person"], hidden).any()
    assert not np.isin(unkind.enrollees["person"], hidden).any()
    working = np.flatnonzero(np.isin(jobs["person"], hidden))
    lender = people["lender"][jobs["person"][working]]
    assert (lender >= 0).all()
    assert (people["ssn"][lender] == jobs["ssn"][working]).mean() > 0.97
    content = wages(unkind, payroll(unkind, QUARTER), 2)
    assert content.true_person is not None
    assert not isinstance(content.columns, pl.DataFrame)
    number = dict(zip((people["ssn"][people["lender"][hidden]]).tolist(), hidden.tolist(), strict=True))
    of_lines = zip(content.columns["ssn"].tolist(), content.true_person, strict=True)
    theirs = [ssn for ssn, who in of_lines if who - 1 in set(hidden)]
    assert len(theirs) > 10
    assert np.mean([ssn in number for ssn in theirs]) > 0.95


def test_numbers_of_the_household_are_lent_for_one_job_or_for_all(unkind: World) -> None:
    people, jobs = unkind.people, unkind.jobs
    owner = dict(
        zip(people["ssn"][people["ssn"] > 0].tolist(), np.flatnonzero(people["ssn"] > 0).tolist(), strict=True)
    )
    used = np.array([owner.get(ssn, -1) for ssn in jobs["ssn"].tolist()])
    documented = people["ssn"][jobs["person"]] > 0
    lent = documented & (used >= 0) & (used != jobs["person"])
    assert 0.001 < lent[documented].mean() < 0.008
    for_all = np.flatnonzero((people["lender"] >= 0) & (people["hidden"] == 0))
    assert 0.0003 < len(for_all) / people.size < 0.0015


def test_a_number_differs_for_a_run_of_quarters_and_comes_back(unkind: World) -> None:
    assert unkind.profile.unkind is not None
    off: list[set[int]] = []
    for quarter in (QUARTER - 5, QUARTER - 1, QUARTER):
        content = payroll(unkind, quarter)
        columns = wages(unkind, content, 2).columns
        assert not isinstance(columns, pl.DataFrame)
        numbers = set(columns["ssn"].tolist())
        job = content.job[unkind.employers["covered"][unkind.jobs["employer"][content.job]] == 1]
        off.append({int(row) for row in job if int(unkind.jobs["ssn"][row]) not in numbers})
    assert len(off[1] & off[2]) > 0.05 * len(off[2])  # the same jobs in the next quarter
    assert len(off[0] & off[2]) < 0.5 * len(off[2])


def test_addresses_where_many_live_are_shared_by_many_families(unkind: World) -> None:
    homes = unkind.households
    address = np.stack([homes["zip"], homes["number"], homes["street"], homes["unit"]])
    _, families = np.unique(address, axis=1, return_counts=True)
    crowded = families[families >= 4].sum() / homes.size
    assert 0.005 < crowded < 0.05
    assert families.max() >= 8
