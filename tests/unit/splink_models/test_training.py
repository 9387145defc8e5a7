"""Training without labels: the same records and seed, the same values; too little to learn from is refused."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from splink_models import train as training
from splink_models.card import CHARTS, WATERFALLS, write_card
from splink_models.model import FOLDER, load, save
from splink_models.synthetic import EXAMPLES, made_up
from splink_models.train import TooFewPairs, Training, train


def two_feeds(records: pa.Table) -> pa.Table:
    """Made-up people as two agencies hold them: each person once in either file."""
    feeds = ["dmv_license" if number % 2 else "k12_enrollment" for number in records["record"].to_pylist()]
    return records.set_column(records.schema.get_field_index("feed"), "feed", pa.array(feeds))


@pytest.fixture(scope="module", autouse=True)
def _fewer_random_pairs() -> Iterator[None]:
    """Two million take twenty seconds, and show nothing more here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "RANDOM_PAIRS", 1e5)
        yield


@pytest.fixture(scope="module")
def trained() -> Training:
    return train(two_feeds(made_up()), "home-1", "made-up people")


def test_the_same_records_and_seed_give_the_same_bytes(trained: Training, tmp_path: Path) -> None:
    again = train(two_feeds(made_up()), "home-1", "made-up people")
    one, other = (save(item.model, tmp_path / name) for name, item in (("one", trained), ("other", again)))
    assert one.read_bytes() == other.read_bytes()
    assert trained.summary == again.summary


def test_another_seed_draws_another_sample(trained: Training) -> None:
    other = train(two_feeds(made_up()), "home-1", "made-up people", seed=2)
    assert other.model.digest != trained.model.digest
    assert other.summary["seed"] == 2


def test_two_models_of_the_same_values_share_a_digest_and_others_do_not(trained: Training, tmp_path: Path) -> None:
    save(trained.model, tmp_path)
    assert load("home-1", tmp_path).digest == trained.model.digest != load().digest


def test_a_handful_of_records_is_too_little_to_learn_from() -> None:
    with pytest.raises(TooFewPairs, match="Take in more drops first"):
        train(two_feeds(made_up().slice(0, 200)), "home-1", "a hamlet")


def test_a_card_comes_with_its_charts_and_shows_nobody(trained: Training, tmp_path: Path) -> None:
    card = write_card(trained.model, trained.summary, tmp_path)
    charts = {file.stem: file.read_text(encoding="utf-8") for file in (card.parent / "charts").glob("*.svg")}
    assert len(charts) == len(CHARTS) + len(WATERFALLS)
    assert all(f"charts/{name}.svg" in card.read_text(encoding="utf-8") for name in charts)
    assert not any(name in chart for chart in charts.values() for name in ("ROSA", "GARCIA", "SPRINGFIELD"))
    assert set(WATERFALLS) <= {words for words, _ in EXAMPLES}


def test_the_shipped_card_is_the_one_that_its_values_give(tmp_path: Path) -> None:
    summary = json.loads((FOLDER / "v1" / "summary.json").read_text(encoding="utf-8"))
    card = write_card(load(), summary, tmp_path)
    assert card.read_text(encoding="utf-8") == (FOLDER / "v1" / "card.md").read_text(encoding="utf-8")
