"""Figures against a known truth are those one would count by hand."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from p20w.cli import app
from p20w.database import Warehouse
from p20w.registry.evaluation import evaluate
from p20w.registry.evaluation.against_truth import Evaluation, NoTruth
from p20w.warehouse.maps import write_maps
from tests.integration.registry.known_truth import ANA_LICENSE, ANE, BOB, IDENTITIES, settle


@pytest.fixture(scope="module")
def settled(module_warehouse: Warehouse) -> Warehouse:
    settle(module_warehouse, module_warehouse.settings.truth)
    return module_warehouse


@pytest.fixture(scope="module")
def found(settled: Warehouse) -> Evaluation:
    return evaluate(settled, settled.settings, settled.settings.truth)


def test_pairs_are_counted_by_the_definitions(found: Evaluation) -> None:
    score = found.overall
    assert (score.predicted, score.correct) == (5, 4)
    assert (score.reachable, score.found, score.every_true) == (7, 4, 8)
    by_feeds = {(item.left_feed, item.right_feed): item for item in found.by_feeds}
    school_to_work = by_feeds["k12_enrollment", "ui_wage"]
    assert (school_to_work.reachable, school_to_work.found, school_to_work.every_true) == (2, 1, 3)
    assert sum(item.predicted for item in found.by_feeds) == score.predicted
    assert sum(item.reachable for item in found.by_feeds) == score.reachable


def test_an_identity_of_several_people_counts_for_the_one_with_most_lines(found: Evaluation) -> None:
    assert (found.shared_identities, found.lines_misplaced) == (1, 1)
    assert (found.identities, found.true_persons, found.persons) == (12, 7, 8)


def test_persons_are_right_when_all_their_reachable_records_and_no_other_are_together(found: Evaluation) -> None:
    # Kim, and Lee whose records nothing could join, and Max
    assert (found.clusters.exact.part, found.clusters.exact.whole) == (3, 7)
    assert (found.clusters.wrong.part, found.clusters.wrong.whole) == (1, 12)
    # of the license and the twin's school record each half of the person is right; all else is pure
    assert found.clusters.b_cubed_precision.value == pytest.approx((10 + 2 * 0.5) / 12)
    # Robert: two of three together, one alone; Ana: two alone
    assert found.clusters.b_cubed_recall.value == pytest.approx((3 + 2 + 2 * 2 / 3 + 1 / 3 + 2 * 1 / 2 + 1 + 1) / 12)


def test_relatives_at_one_address_are_looked_at_apart(found: Evaluation) -> None:
    kinds = {item.kind: item for item in found.relatives}
    twins = kinds["twins"]
    assert (twins.people, twins.mixed_up) == (2, 2)
    assert (twins.precision.part, twins.precision.whole) == (0, 2)
    assert kinds["siblings"].people == kinds["generations"].people == 0


def test_groups_come_from_the_truth_and_from_the_files(found: Evaluation) -> None:
    groups = {(item.dimension, item.group): item for item in found.subgroups.groups}
    assert (groups["sex", "Male"].recall.part, groups["sex", "Male"].recall.whole) == (1, 3)
    assert (groups["sex", "Female"].recall.part, groups["sex", "Female"].recall.whole) == (3, 4)
    assert ("race_ethnicity", "Asian") in groups
    assert groups["english_learner", "ever a learner"].recall.whole == 3
    assert groups["age_band", "18 to 24"].persons == 2
    assert groups["rurality", "rural"].persons == 3
    assert found.subgroups.widest is None  # no group has 500 people


def test_errors_are_told_by_cause(found: Evaluation) -> None:
    assert [(cause.cause, cause.people, cause.pairs) for cause in found.wrongly_joined] == [("twins", 1, 1)]
    assert {(cause.cause, cause.people, cause.pairs) for cause in found.left_apart} == {
        ("other first name", 1, 2),
        ("a relative in the way", 1, 1),
    }


def test_a_truth_about_lines_alone_is_enough(settled: Warehouse, tmp_path: Path, found: Evaluation) -> None:
    for path in settled.settings.truth.glob("*/*/*.parquet"):
        copy = tmp_path / path.relative_to(settled.settings.truth)
        copy.parent.mkdir(parents=True)
        copy.write_bytes(path.read_bytes())
    bare = evaluate(settled, settled.settings, tmp_path)
    assert bare.overall == found.overall
    assert bare.relatives == ()
    assert {group.dimension for group in bare.subgroups.groups} >= {"sex", "english_learner", "rurality", "age_band"}
    assert [cause.cause for cause in bare.wrongly_joined] == ["lookalikes"]


def test_no_truth_about_the_drops_in_force_is_said(settled: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(NoTruth, match="contains no truth"):
        evaluate(settled, settled.settings, tmp_path)


def test_the_command_prints_tables_and_keeps_figures_and_names_nobody(
    settled: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("p20w.commands.evaluate.Settings.load", lambda: settled.settings)
    kept = tmp_path / "figures.json"
    result = CliRunner().invoke(app, ["evaluate", "--json", str(kept)])
    assert result.exit_code == 0, result.output
    assert "80.000 %" in result.output
    assert "twins at one address" in result.output
    assert "estimated precision" in result.output
    told = result.output + kept.read_text()
    assert not [name for name in ("REED", "QUILL", "ROBERT", "2005-01-09", "412345") if name in told]
    figures = json.loads(kept.read_text())
    assert figures["overall"]["precision"] == 0.8
    assert figures["calibration"]["identities"] == 12


def test_other_maps_hold_only_who_would_be_somebody_else(settled: Warehouse) -> None:
    # four bits up Kim's school record still holds, the twin's does not; two bits down Bob is Robert
    assert write_maps(settled, settled.settings) == {"stricter": 1, "looser": 1}
    with settled.connect("transform") as connection:
        found = connection.execute("select map, identity_id, person_id from registry.other_map").fetchall()
    rows = {name: (identity, person) for name, identity, person in found}
    people = {UUID(bytes=known.who.identity_id): UUID(int=known.person) for known in IDENTITIES}
    assert rows["looser"] == (UUID(bytes=BOB.identity_id), UUID(int=5))
    assert rows["stricter"][0] in {UUID(bytes=ANE.identity_id), UUID(bytes=ANA_LICENSE.identity_id)}
    assert rows["stricter"][1] not in people.values()
    assert write_maps(settled, settled.settings) == {"stricter": 1, "looser": 1}
