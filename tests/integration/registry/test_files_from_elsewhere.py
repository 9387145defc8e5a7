"""Files by another hand than our simulator's are linked as well as published work links them."""

import zlib
from collections.abc import Callable

import pytest

from tests.evaluation import febrl
from tests.evaluation.febrl import NoFebrl

Read = Callable[..., list[dict[str, object]]]


@pytest.fixture(autouse=True)
def files() -> None:
    try:
        febrl.folder()
    except NoFebrl as reason:
        pytest.skip(str(reason))


def test_febrl_4_reaches_its_bar_without_any_number() -> None:
    score = febrl.measure()
    assert score.precision >= 0.999
    assert score.f1 >= 0.975


def test_nobody_is_joined_for_want_of_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of each file is left out at random, so that three of four records have no counterpart."""
    read = febrl._read

    def half(file: object, feed: str) -> list[dict[str, object]]:
        return [row for row in read(file, feed) if zlib.crc32(f"{feed} {_number(row)}".encode()) % 2]  # type: ignore[arg-type]

    monkeypatch.setattr(febrl, "_read", half)
    score = febrl.measure()
    assert score.right > 1000
    assert score.precision >= 0.998


def _number(row: dict[str, object]) -> str:
    return str(row["source_id"]).split("-")[1]
