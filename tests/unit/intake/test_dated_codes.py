"""Codes of a drop mean what they do on the first day of its period; others are counted, and told where to map."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from p20w.contracts import load_contract
from p20w.intake.conform import conform
from p20w.intake.gate import intake_suite
from p20w.intake.normalize import NameCount, SsnCount
from p20w.intake.split import Halves
from p20w.intake.tally import Tally
from p20w.settings import PROJECT

CONTRACT = load_contract(PROJECT / "contracts" / "k12_enrollment.yaml")
BEFORE, SINCE = (date(2027, 10, 1), date(2028, 6, 30)), (date(2028, 10, 1), date(2028, 10, 1))
WRITTEN = ["White", "MiddleEasternOrNorthAfrican", "TwoOrMoreRaces", "MultiracialOrMultiethnic", "Asian"]


@pytest.mark.parametrize(
    ("period", "stored"),
    [
        (BEFORE, ["White", None, "TwoOrMoreRaces", None, "Asian"]),
        (SINCE, ["WhiteAlone", "MiddleEasternOrNorthAfrican", None, "MultiracialOrMultiethnic", "Asian"]),
    ],
)
def test_the_first_day_of_the_period_picks_the_meaning(period: tuple[date, date], stored: list[str | None]) -> None:
    starts, ends = period
    column = CONTRACT.until(ends, starts).column("race_ethnicity")
    found = conform(pl.DataFrame({"race_ethnicity": WRITTEN}), [column])
    assert found.frame["race_ethnicity"].to_list() == stored
    assert not found.reason.any()  # the value is set aside, and its line stays


def test_codes_that_are_none_of_the_day_are_counted_and_the_finding_names_where_to_map_them() -> None:
    aside = {"sets_aside": ["field", "field", "line"], "reason_code": ["bad_code", "bad_code", "bad_code"]}
    tally, none = Tally(accepted=4), pl.DataFrame()
    nothing = Halves(none, none, none, {}, SsnCount(), NameCount())
    quarantine = pl.DataFrame({**aside, "column_name": ["race_ethnicity", "race_ethnicity", "grade_level"]})
    tally.add(nothing, quarantine, replace(CONTRACT, usual={}, columns=()))
    facts = tally.facts(replace(CONTRACT, rules=()), lines=5)
    assert {name: count for name, count in facts.items() if name.endswith("_codes_unknown")} == {
        "race_ethnicity_codes_unknown": 2
    }
    (finding,) = [e for e in intake_suite(PROJECT / "expectations", CONTRACT).expectations if "_codes_" in e.name]
    assert finding.severity == "warning"
    assert finding.meta["what"].startswith("Every race_ethnicity of k12_enrollment is a code")
    assert "enum of race_ethnicity in contracts/k12_enrollment.yaml" in finding.meta["resolve"]
