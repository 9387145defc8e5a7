"""One error at a time: a world with that error alone differs from the default world in it and nothing else."""

from collections import deque
from functools import cache
from typing import Any

import numpy as np
import pytest
import yaml

from p20w.simulator import profile as profiles
from p20w.simulator.calendar import quarter_from_label
from p20w.simulator.run import live, warm_up_start
from p20w.simulator.unkind.rates import Unkind
from p20w.simulator.world import World

QUARTER = quarter_from_label("2020Q2")
RATE = 0.2


def rates(section: str, name: str) -> Unkind:
    """All zero, and `RATE` for the one named, whoever writes."""

    def set_to(value: Any, rate: float) -> Any:
        return {key: set_to(inner, rate) for key, inner in value.items()} if isinstance(value, dict) else rate

    given = set_to(yaml.safe_load(profiles.DEFAULT.with_name("unkind.yaml").read_text())["unkind"], 0.0)
    if section:
        given[section][name] = set_to(given[section][name], RATE)
    return Unkind.model_validate(given)


@cache
def world(section: str = "", name: str = "") -> World:
    profile = profiles.load_profile().model_copy(update={"unkind": rates(section, name)})
    opening = quarter_from_label("2019Q4")
    (_, latest) = deque(live(4000, 3, profile, warm_up_start(opening), QUARTER), maxlen=1).pop()
    return latest


def texts(state: World, table: str, column: str) -> np.ndarray[Any, Any]:
    return np.array(state.words.texts(getattr(state, table)[column]), dtype=object)


@pytest.mark.parametrize(
    ("name", "column", "low"),
    [
        ("filler_first", "first", 0.95), ("filler_last", "last", 0.95), ("first_initial", "first", 0.9),
        ("pet_name", "first", 0.5), ("botched", "last", 0.85), ("first_blank", "first", 0.95),
        ("middle_other", "middle", 0.85),
    ],
)  # fmt: skip
def test_an_error_of_names_comes_at_its_rate_and_leaves_everything_else(name: str, column: str, low: float) -> None:
    kind, unkind = world(), world("names", name)
    for table in ("jobs", "students", "enrollees", "licenses"):
        before, after = texts(kind, table, column), texts(unkind, table, column)
        changed = (before != after).mean()
        if len(before) > 500:
            assert low * 0.8 * RATE < changed < 1.2 * RATE
        assert (getattr(kind, table)["person"] == getattr(unkind, table)["person"]).all()
    assert (kind.jobs["ssn"] == unkind.jobs["ssn"]).all()
    assert (kind.people["first"] == unkind.people["first"]).all()
    dates_differ = (kind.licenses["birth"] != unkind.licenses["birth"]).mean()
    assert dates_differ == 0 or (name == "botched" and 0.8 * RATE < dates_differ < 1.2 * RATE)


@pytest.mark.parametrize("name", ["surname_split", "surname_order"])
def test_compound_surnames_alone_are_split_or_turned(name: str) -> None:
    kind, unkind = world(), world("names", name)
    before, after = texts(kind, "jobs", "last"), texts(unkind, "jobs", "last")
    two, _ = kind.words.surname_forms(kind.jobs["last"])
    assert (before == after)[~two].all()
    assert 0.5 * RATE < (before != after)[two].mean() < 1.6 * RATE
    if name == "surname_split":
        split = before != after
        middles = texts(unkind, "jobs", "middle")[split]
        assert all(old.startswith(middle) for old, middle in zip(before[split], middles, strict=True))


@pytest.mark.parametrize(
    ("name", "table"),
    [("two_digits_job", "jobs"), ("two_digits_college", "enrollees"), ("relative_one_job", "jobs"),
     ("relative_at_college", "enrollees")],
)  # fmt: skip
def test_an_error_of_numbers_comes_at_its_rate_and_the_person_stays(name: str, table: str) -> None:
    kind, unkind = world(), world("numbers", name)
    before, after = (getattr(state, table)["ssn"] for state in (kind, unkind))
    given = (before > 1_000_000) & (before < 900_000_000)
    changed = (before != after)[given].mean()
    assert (0.3 if name.startswith("relative") else 0.8) * RATE < changed < 1.25 * RATE
    assert (before == after)[before < 0].all()
    assert (getattr(kind, table)["person"] == getattr(unkind, table)["person"]).all()
    if name.startswith("relative"):
        owners = set(unkind.people["ssn"].tolist())
        assert np.mean([ssn in owners for ssn in after[before != after].tolist()]) > 0.99


def test_a_second_move_within_the_month_leaves_the_first_as_the_former_address() -> None:
    kind, unkind = world(), world("places", "moves_again")
    latest = kind.households["moved"] > kind.households["moved"].max() - 85
    again = (kind.households["number"] != unkind.households["number"])[latest]
    assert 0.5 * RATE < again.mean() < 1.5 * RATE
    moved = np.flatnonzero(latest)[again]
    assert (unkind.households["old_number"][moved] == kind.households["number"][moved]).mean() > 0.9
    assert (texts(kind, "people", "first") == texts(unkind, "people", "first")).all()
