"""A written code means what the contract says of the day, and no day has two meanings of it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.contracts import ContractError, load_contract
from p20w.contracts.codes import DatedCode, dated, in_force, read_code
from p20w.settings import PROJECT

RACE = load_contract(PROJECT / "contracts" / "k12_enrollment.yaml").column("race_ethnicity")
BEFORE, SINCE = date(2028, 6, 30), date(2028, 7, 1)

days = st.dates(date(2000, 1, 1), date(2040, 1, 1))


@given(cuts=st.lists(days, min_size=1, max_size=5, unique=True).map(sorted), day=days)
def test_of_meanings_that_follow_each_other_exactly_one_holds_on_a_day(cuts: list[date], day: date) -> None:
    starts, ends = [None, *cuts], [*(cut - timedelta(days=1) for cut in cuts), None]
    codes = [DatedCode("1", f"{number}", *span) for number, span in enumerate(zip(starts, ends, strict=True))]
    assert dated("column", codes) == tuple(codes)
    assert in_force(codes, day) == {"1": str(sum(cut <= day for cut in cuts))}


def test_race_and_ethnicity_have_both_standards_side_by_side_and_share_no_changed_value() -> None:
    old, new = in_force(RACE.codes, BEFORE), in_force(RACE.codes, SINCE)
    assert "MiddleEasternOrNorthAfrican" not in old
    assert "TwoOrMoreRaces" not in new
    assert (old["White"], new["White"]) == ("White", "WhiteAlone")
    assert set(old.values()) & set(new.values()) == {
        "AmericanIndianOrAlaskaNative", "Asian", "BlackOrAfricanAmerican", "NativeHawaiianOrOtherPacificIslander",
    }  # fmt: skip
    assert set(RACE.stored_values) == {*old.values(), *new.values()}
    assert (RACE.enum or {})["White"] == "White"


def test_codes_without_days_are_as_they_were() -> None:
    grade = load_contract(PROJECT / "contracts" / "k12_enrollment.yaml").column("grade_level")
    assert grade.codes == ()
    assert dated("column", [DatedCode("1", "One")]) == ()


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ([DatedCode("1", "a"), DatedCode("1", "b", SINCE)], "code 1 means two things on one day"),
        ([DatedCode("1", "a", None, SINCE), DatedCode("1", "b", SINCE)], "code 1 means two things on one day"),
        ([DatedCode("1", "a"), DatedCode("1", "b")], "code 1 means two things on one day"),
        ([DatedCode("1", "a", SINCE, BEFORE)], "code 1 ends before it begins"),
    ],
)
def test_meanings_that_overlap_are_refused(codes: list[DatedCode], says: str) -> None:
    with pytest.raises(ContractError, match=says):
        dated("race", codes)


@pytest.mark.parametrize(
    ("said", "says"),
    [({"validFrom": "July"}, "are written like 2028-07-01"), ({"from": "2028-07-01"}, "unknown terms from of code 1")],
)
def test_a_code_that_cannot_be_read_is_refused(said: dict[str, object], says: str) -> None:
    with pytest.raises(ContractError, match=says):
        read_code("race", 1, said)
