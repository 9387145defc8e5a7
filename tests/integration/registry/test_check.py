"""What a registry can tell of its own errors where nobody holds the truth."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from p20w.database import Warehouse
from p20w.pipeline.gates import run_gate
from p20w.registry import assigning
from p20w.registry.persons.promotion import GATE, scope_of
from p20w.registry.quality import figure, reviewed
from p20w.registry.quality.check import check, look_again
from p20w.registry.quality.figure import Figure
from tests.integration.registry.small_vault import Who, crowd, fill, link, open_refresh

TOWN = crowd(600)
LETTERS = "ABDEFGIKLMNOPRSTUV"
HOLDERS = [
    Who(
        "dmv_license",
        f"{LETTERS[number % 18]}OR{LETTERS[number // 3]}INDA",
        f"QUI{LETTERS[number % 17]}{LETTERS[number // 4]}ER",
        f"{1950 + number}-03-{1 + number % 28:02d}",
        sex="Male" if number % 2 else "Female",
        ssn=f"{301 + number}451{200 + number}",
        source_id=f"H{number}",
        verified=True,
    )
    for number in range(40)
]
# college records of forty license holders; the last ten can only be told by their SSN
ENROLLED = [
    replace(
        person,
        feed="ps_enrollment",
        first=person.first if number < 30 else (person.first or "")[0],
        born=person.born if number < 30 else f"{1950 + number}-03-{1 + (number + 11) % 28:02d}",
        source_id=str(number),
        space="ps_id:990001",
        verified=None,
        drops=(1, 2),
    )
    for number, person in enumerate(HOLDERS)
]
# a pupil who left school, whose license alone leads to the wages
PUPIL = Who("k12_enrollment", "ANABELLE", "WHITLOCK", "2001-03-09", "JUNE", sex="Female", source_id="1", drops=(1, 2))
LICENSED = replace(PUPIL, feed="dmv_license", ssn="412345678", source_id="A1", verified=True, drops=(1, 2))
WAGES = Who("ui_wage", "ANABELLE", "WHITLOCK", ssn="412345678")
NAMELESS = Who("ui_wage", "JO", "DOE")


@pytest.fixture(scope="module")
def town(module_warehouse: Warehouse) -> Warehouse:
    fill(module_warehouse, [*TOWN, *HOLDERS, *ENROLLED, PUPIL, LICENSED, WAGES, NAMELESS])
    link(module_warehouse)
    return module_warehouse


@pytest.fixture(scope="module")
def found(town: Warehouse) -> dict[tuple[str, str, str, str], Figure]:
    return by_name(kept(town))


def kept(warehouse: Warehouse, refresh_id: int = 1) -> list[Figure]:
    with warehouse.connect("linkage") as connection:
        return figure.read(connection, refresh_id)


def by_name(figures: list[Figure]) -> dict[tuple[str, str, str, str], Figure]:
    named = {(item.figure, item.subject, item.dimension, item.trait): item for item in figures}
    assert len(named) == len(figures)
    return named


def test_links_that_only_an_ssn_proves_are_missed_when_it_is_hidden(
    found: dict[tuple[str, str, str, str], Figure],
) -> None:
    recall = found["masked_recall", "", "", ""]
    assert (recall.part, recall.whole) == (30, 40)
    assert recall.low is not None
    assert recall.low < 30 / 40 < (recall.high or 0)
    assert found["masked_recall", "dmv_license > ps_enrollment", "", ""].whole == 40
    by_sex = [item for name, item in found.items() if name[0] == "masked_recall" and name[2] == "sex"]
    assert sum(item.whole or 0 for item in by_sex) == 40


def test_links_that_an_ssn_disproves_would_be_counted_as_wrong(
    found: dict[tuple[str, str, str, str], Figure],
) -> None:
    precision = found["masked_precision", "", "", ""]
    assert precision.value == 1.0
    assert (precision.low or 0) < 1.0


def test_what_licenses_bridge_is_told_with_and_without_them(found: dict[tuple[str, str, str, str], Figure]) -> None:
    assert found["school_in_wages", "", "", ""].part == 1
    assert found["school_in_wages_without_license", "", "", ""].part == 0


def test_a_record_without_ssn_and_birth_date_cannot_be_joined(found: dict[tuple[str, str, str, str], Figure]) -> None:
    assert (found["unlinkable", "ui_wage", "", ""].part, found["unlinkable", "ui_wage", "", ""].whole) == (1, 2)
    assert found["unlinkable", "dmv_license", "", ""].part == 0


def test_match_rates_are_told_for_every_pair_and_group(found: dict[tuple[str, str, str, str], Figure]) -> None:
    rate = found["match_rate", "ps_enrollment > dmv_license", "", ""]
    assert (rate.part, rate.whole) == (40, 40)
    by_sex = [item for name, item in found.items() if name[:3] == ("match_rate", "ps_enrollment > dmv_license", "sex")]
    assert sum(item.whole or 0 for item in by_sex) == 40


def test_figures_are_the_same_when_the_refresh_is_worked_out_again(
    town: Warehouse, found: dict[tuple[str, str, str, str], Figure]
) -> None:
    link(town)
    again = {name: item for name, item in by_name(kept(town)).items() if not name[0].startswith("reviewed")}
    assert again == {name: item for name, item in found.items() if not name[0].startswith("reviewed")}


def test_figures_name_nobody(town: Warehouse, found: dict[tuple[str, str, str, str], Figure]) -> None:
    told = repr(list(found.values()))
    assert not [name for name in ("WHITLOCK", "ANABELLE", "412345678", "JOHNSON", "2001-03-09") if name in told]


def test_a_rate_that_moved_since_the_last_refresh_is_told(town: Warehouse) -> None:
    with town.connect("owner") as connection:
        connection.execute("update governance.refresh set status = 'published'")
        connection.execute("update governance.linkage_figure set value = value / 2 where figure = 'match_rate'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("p20w.registry.quality.rates.LEAST_PERSONS", 40)
        link(town, refresh_id=2)
    figures = by_name(kept(town, 2))
    assert figures["match_rate_change", "ps_enrollment > dmv_license", "", ""].value == pytest.approx(1.0)
    assert ("match_rate_change", "k12_enrollment > ps_enrollment", "", "") not in figures  # too few people


def test_links_drawn_by_chance_give_an_estimate_once_they_are_judged(make_town: Callable[..., Warehouse]) -> None:
    town = make_town([*TOWN[:60], *HOLDERS[:4], *ENROLLED[:4]])
    link(town)
    assert reviewed.draw_links(town, 3) == 3
    assert reviewed.draw_links(town, 3) == 0
    with town.connect("linkage") as connection:
        queued: list[tuple[UUID, UUID]] = connection.execute(
            "select identity_left, identity_right from registry.review_queue where reason = %s", (reviewed.DRAWN,)
        ).fetchall()
    for pair, verdict in zip(queued, ("must_link", "must_link", "cannot_link"), strict=True):
        with town.connect("steward") as connection:
            connection.execute("select registry.review_decide(%s, %s, %s, 'somebody')", (*pair, verdict))
            connection.commit()
    looked = by_name(look_again(town, 1))
    assert looked == by_name(kept(town))
    assert looked.keys() > {name for name in looked if name[0] == "match_rate"} > set()
    precision = looked["reviewed_precision", "", "", ""]
    assert precision.value == pytest.approx(2 / 3)
    assert (precision.part, precision.whole) == (2, 3)
    assert (precision.low or 0) < 0.6 < 0.7 < (precision.high or 0)


@pytest.mark.parametrize(
    "people",
    [
        pytest.param([NAMELESS], id="one wage record"),
        pytest.param([PUPIL], id="one pupil"),
        pytest.param([PUPIL, WAGES], id="school and work without a bridge"),
        pytest.param([LICENSED, WAGES], id="licenses and work without school"),
    ],
)
def test_the_smallest_state_can_be_checked(make_town: Callable[..., Warehouse], people: list[Who]) -> None:
    town = make_town(people)
    link(town)
    with town.connect("linkage") as connection:
        kept = connection.execute("select count(*) from governance.linkage_figure where refresh_id = 1").fetchall()
    assert kept[0][0] > 0


@pytest.mark.parametrize(("high", "passes"), [(0.92, False), (0.95, True)])
def test_links_of_a_kind_that_surely_err_close_the_gate(
    make_town: Callable[..., Warehouse], high: float, passes: bool
) -> None:
    town = make_town([*TOWN[:60], PUPIL, LICENSED, WAGES])
    open_refresh(town, 1)
    assert assigning.assign(town, town.settings, 1).gate_run.passed
    estimated = Figure("link_precision", 0.9, "ssn", low=0.88, high=high, part=400, whole=500, persons=300)
    check(town, 1, [estimated])
    suite = town.settings.suites / GATE
    assert run_gate(town, GATE, scope_of(1), "judged anew", suite, refresh_id=1).passed is passes
