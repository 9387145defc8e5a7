"""What tests of scores say about links, and which pairs may test them."""

from uuid import UUID

import duckdb
import numpy as np
import pytest

import splink_models
from p20w.registry.linking.levels import GAMMAS
from p20w.registry.linking.weighing import Weighing
from p20w.registry.quality.classes import classes
from p20w.registry.quality.shift import Evidence, believed, precision
from splink_models.comparisons import BIRTH, FIRST, LAST, MIDDLE, SSN

TWO = 0.9
SLIPS = np.array([0.01, 0.15])


def simulated(seed: int, too_high: float) -> tuple[Evidence, np.ndarray, np.ndarray]:
    """3,000 pairs whose scores are so many bits too high, as tests, by score, and whether they are one person."""
    draw = np.random.default_rng(seed)
    bits = np.round(draw.gamma(3.0, 3.0, 3_000) * 4) / 4 + 5.75
    files = draw.integers(0, 2, 3_000)
    is_one = draw.random(3_000) >= 1 / (1 + 2 ** (bits - too_high))
    contradicts = draw.random(3_000) < np.where(is_one, SLIPS[files], TWO)
    return Evidence(files, contradicts, bits, np.ones(3_000), TWO, 3_000), bits, is_one


@pytest.mark.parametrize("too_high", [-3.0, 0.0, 3.0, 6.0])
def test_intervals_hold_the_share_of_right_links_whatever_scores_promise(too_high: float) -> None:
    held = 0
    for seed in range(40):
        test, bits, is_one = simulated(seed, too_high)
        share = precision(believed([test]), bits, np.ones(len(bits)))
        assert share.low <= share.value <= share.high
        held += share.low <= is_one.mean() <= share.high
    assert held >= 36


def test_slips_as_common_where_scores_leave_no_doubt_speak_against_no_link() -> None:
    test, bits, _ = simulated(1, -30.0)
    assert test.contradicts.mean() > 0.05
    assert precision(believed([test]), bits, np.ones(len(bits))).value > 0.998


def test_without_a_test_the_estimate_is_what_scores_promise_and_the_interval_is_wide() -> None:
    bits = np.array([6.0, 9.0, 12.0])
    links = np.array([1_000.0, 1_000.0, 1_000.0])
    share = precision(believed([]), bits, links)
    assert share.value == pytest.approx(1 - (1 / (1 + 2**bits)).mean())
    assert share.low < 0.95
    assert share.high > 0.999


def test_more_pairs_of_the_same_people_say_no_more() -> None:
    test, _, _ = simulated(2, 4.0)
    twice = Evidence(test.files, test.contradicts, test.bits, test.pairs * 2, TWO, test.persons)
    assert believed([twice]) == pytest.approx(believed([test]), abs=0.02)


EXACT = {f"gamma_{item.name}": item.gamma("exact") for item in (FIRST, LAST, BIRTH, MIDDLE)}
BY_SSN = {"gamma_ssn": SSN.gamma("exact")}
MIDDLE_OTHER, BIRTH_OTHER = {"gamma_middle_name": 0}, {"gamma_birthdate": 0}


def counted_tests(files: tuple[str, str], *gammas: dict[str, int]) -> int:
    """How many of 150 pairs like this are tested by the comparison that tests most."""
    con = duckdb.connect()
    con.execute(
        "create table compared (record bigint, feed text); create table cluster (record bigint, cluster bigint)"
    )
    columns = ", ".join(f"{gamma} tinyint" for gamma in GAMMAS)
    con.execute(
        "create table scored (record_l bigint, record_r bigint, match_weight double, stranger_weight double, "
        f"household_weight double, {columns})"
    )
    found = dict.fromkeys(GAMMAS, -1) | EXACT
    for change in gammas:
        found |= change
    for pair in range(150):
        con.execute("insert into compared values (?, ?), (?, ?)", [2 * pair, files[0], 2 * pair + 1, files[1]])
        con.execute("insert into cluster values (?, ?), (?, ?)", [2 * pair, pair, 2 * pair + 1, pair])
        con.execute(
            f"insert into scored values (?, ?, 30, 30, 30, {', '.join('?' * len(GAMMAS))})",
            [2 * pair, 2 * pair + 1, *found.values()],
        )
    weighing = Weighing(UUID(int=1), splink_models.load(), 1_000, is_new=False)
    (figure,) = classes(con, weighing)
    assert figure.whole == 150
    return figure.part or 0


def test_pairs_of_two_files_are_tested_by_their_middle_names() -> None:
    assert counted_tests(("dmv_license", "ps_enrollment")) == 150
    assert counted_tests(("dmv_license", "ps_enrollment"), {"gamma_middle_name": -1}) == 0


def test_what_alone_makes_two_records_of_one_file_does_not_test_them() -> None:
    one_file = ("ui_wage", "ui_wage")
    assert counted_tests(one_file, BY_SSN, {"gamma_birthdate": -1}, MIDDLE_OTHER) == 0
    other_surname = {"gamma_last_name": 0}
    assert counted_tests(one_file, BY_SSN, {"gamma_birthdate": -1}, MIDDLE_OTHER, other_surname) == 150


def test_birth_dates_test_only_links_by_a_number() -> None:
    no_middle = {"gamma_middle_name": -1}
    assert counted_tests(("dmv_license", "ps_enrollment"), BY_SSN, no_middle, BIRTH_OTHER) == 150
    assert counted_tests(("dmv_license", "ps_enrollment"), no_middle, BIRTH_OTHER) == 0


def test_a_first_name_that_is_the_others_middle_name_leaves_middle_names_nothing_to_say() -> None:
    by_middle = {"gamma_first_name": FIRST.gamma("middle")}
    assert counted_tests(("dmv_license", "k12_enrollment"), by_middle, MIDDLE_OTHER) == 0
