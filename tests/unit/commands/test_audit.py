"""The collector waits for its hour, and not while a flood of statements comes in."""

import threading
import time
from pathlib import Path

import pytest

from p20w.commands import audit
from p20w.settings import Settings


@pytest.mark.parametrize(("flood", "soonest", "latest"), [(b"x" * 2_000, 0.0, 30.0), (b"x" * 10, 1.0, 30.0)])
def test_a_flood_is_read_before_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flood: bytes, soonest: float, latest: float
) -> None:
    monkeypatch.setattr(audit, "SECONDS_BETWEEN_LOOKS", 0.01)
    monkeypatch.setattr(audit, "FLOOD_BYTES", 1_000)
    settings = Settings(home=tmp_path / "home", server_url="postgresql://x", server_log=tmp_path)
    file = tmp_path / "statements-1.csv"
    file.write_bytes(b"what was there before" * 100)
    threading.Timer(0.1, lambda: file.write_bytes(file.read_bytes() + flood)).start()
    began = time.monotonic()
    audit._wait(settings, 1 if soonest else 600)
    assert soonest <= time.monotonic() - began < latest
