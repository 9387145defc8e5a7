"""Manifests: read strictly, told by field, and never quoted."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p20w.intake.manifest import MOST_BYTES, parse

SOUND: dict[str, Any] = {
    "feed": "ui_wage",
    "period": "2023Q4",
    "submission": 1,
    "delivered_on": "2024-10-01",
    "file": "ui_wage 2023Q4 (1).txt",
    "sha256": "AB" * 32,
    "record_count": 60,
    "control_totals": {"wages_usd": 1},
    "contact_role": "data steward",
    "agreement_id": "DOL-2014-003",
    "contract_version": "1.0.0",
}
SECRET = "Jane Roe 219-09-9871"


def written(**changes: Any) -> bytes:
    return json.dumps(SOUND | changes).encode()


def test_a_sound_manifest_is_read() -> None:
    manifest, faults = parse(written())
    assert faults == []
    assert manifest is not None
    assert (manifest.sha256, manifest.control_totals) == ("ab" * 32, {"wages_usd": 1})


@pytest.mark.parametrize(
    "form", [b"\xef\xbb\xbf" + written(), written(control_totals=None), written(control_totals={})]
)
def test_a_manifest_may_come_with_a_mark_at_its_start_and_without_totals(form: bytes) -> None:
    assert parse(form)[1] == []


BAD: list[tuple[str, Any]] = [
    ("feed", "UI_Wage"),
    ("period", "²024Q1"),
    ("submission", 0),
    ("submission", True),
    ("submission", "1"),
    ("submission", 99_999_999_999),
    ("delivered_on", "20241001"),
    ("delivered_on", "2024-02-30"),
    ("delivered_on", "0001-01-01"),
    ("file", "../wages.txt"),
    ("file", "/etc/passwd"),
    ("file", "a\0b"),
    ("file", "x" * 5_000),
    ("file", "a\n"),
    ("sha256", "ab"),
    ("record_count", -1),
    ("record_count", 60.0),
    ("record_count", 10**11),
    ("control_totals", [1]),
    ("control_totals", {"wages_usd": "sNaN"}),
    ("control_totals", {"wages_usd": "1" * 10_000}),
    ("control_totals", {"wages_usd": [[[[1]]]]}),
    ("control_totals", {f"c{n}": 1 for n in range(51)}),
    ("control_totals", {SECRET: 1}),
    ("agreement_id", SECRET),
    ("agreement_id", "DOL\ud800"),
    ("contract_version", SECRET),
    ("contract_version", "1.0"),
    ("contact_role", "x" * 101),
    ("contact_role", "\ud800"),
]


@pytest.mark.parametrize(("field", "value"), BAD)
def test_a_fault_names_its_field_and_says_what_it_must_be(field: str, value: Any) -> None:
    manifest, faults = parse(written(**{field: value}))
    assert manifest is None
    assert len(faults) == 1
    assert faults[0].startswith(f"its {field} must be ")


def test_a_day_that_has_begun_nowhere_on_earth_is_refused() -> None:
    """The day is asked for here and not beside the other faults: midnight may pass between collection and test."""
    manifest, faults = parse(written(delivered_on=(date.today() + timedelta(days=3)).isoformat()))
    assert manifest is None
    assert [fault.startswith("its delivered_on must be ") for fault in faults] == [True]
    assert parse(written(delivered_on=(date.today() + timedelta(days=1)).isoformat()))[0] is not None


@pytest.mark.parametrize("field", [name for name in SOUND if name not in ("control_totals", "contact_role")])
def test_a_missing_field_is_named(field: str) -> None:
    lacking = {name: value for name, value in SOUND.items() if name != field}
    assert parse(json.dumps(lacking).encode())[1][0].startswith(f"it has no {field}: ")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no JSON"),
        (b"[" * MOST_BYTES, "no JSON"),
        (b"1" * 6_000, "no JSON"),
        (written().replace(b"60", b"Infinity"), "no JSON"),
        (written().replace(b'": 1}', b'": NaN}'), "no JSON"),
        (written().replace(b'": 1}', b'": 1e99999999999999999999}'), "no JSON"),
        (written().replace(b'": 1}', b'": 1e999999999}'), "its control_totals must be"),
        (b'{"feed": 1, "feed": 2}', "says a field twice"),
        (b"[1]", "not one JSON object"),
        (json.dumps(SOUND).encode("utf-16"), "not written in UTF-8"),
        (written(**{SECRET: 1}), "it has a field no manifest has"),
    ],
)
def test_what_is_no_manifest_is_told(data: bytes, says: str) -> None:
    manifest, faults = parse(data)
    assert manifest is None
    assert says in "; ".join(faults)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just(SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters()), inner, max_size=3),
    max_leaves=6,
)


@given(changes=st.dictionaries(st.sampled_from([*SOUND, SECRET, "x\ud800"]), json_values, max_size=4))
def test_no_manifest_raises_and_none_is_quoted(changes: dict[str, Any]) -> None:
    _, faults = parse(written(**changes))
    told = "; ".join(faults)
    assert told.isprintable()
    assert told.isascii()
    assert "Jane" not in told


@given(data=st.binary(max_size=200) | st.text().map(str.encode))
def test_no_bytes_raise(data: bytes) -> None:
    assert parse(data)[1]
