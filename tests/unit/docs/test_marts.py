"""Each mart says what it answers, who judges it and which page tells it, and the rest follows from that."""

from pathlib import Path

import pytest
import yaml

from p20w.reports.sections.figures import KINDS
from p20w.settings import PROJECT
from p20w.warehouse import declared
from p20w.warehouse.declared import DeclarationError, Mart
from tests.unit.docs import handbook

MARTS = declared.marts(PROJECT / "dbt")


def test_every_model_of_the_marts_is_declared() -> None:
    models = sorted(path.stem for path in (PROJECT / "dbt" / "models" / "marts").glob("*.sql"))
    assert [mart.name for mart in MARTS] == models


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_every_mart_has_suite_question_example_and_page(mart: Mart) -> None:
    suite = yaml.safe_load((PROJECT / "expectations" / "marts" / f"{mart.suite}.yaml").read_text())
    assert suite["suite"] == mart.suite
    assert f"marts_candidate.{mart.name}" in suite["batch"]
    assert mart.question.endswith("?")
    assert mart.example
    assert (PROJECT / "p20w" / "reports" / "sections" / f"{mart.page}.py").is_file()
    assert mart.headlines.keys() == {kind.headline for kind in KINDS if kind.mart == mart.name}


def test_the_handbook_lists_the_marts_as_they_say_it() -> None:
    assert handbook.PAGE.read_text(encoding="utf-8") == handbook.written(), "run: make handbook"


@pytest.mark.parametrize(
    ("drop", "place"), [("question", "at question"), ("complete", "at complete"), ("suite", "at suite")]
)
def test_a_mart_that_leaves_something_out_is_told_where(drop: str, place: str, tmp_path: Path) -> None:
    model = yaml.safe_load((PROJECT / "dbt/models/marts/cte_program_outcomes.yml").read_text())
    del model["models"][0]["config"]["meta"][drop]
    folder = tmp_path / "models" / "marts"
    folder.mkdir(parents=True)
    (folder / "cte_program_outcomes.yml").write_text(yaml.safe_dump(model))
    with pytest.raises(DeclarationError, match=rf"cte_program_outcomes\.yml: meta, {place}"):
        declared.marts(tmp_path)
