"""Every form of a file over every layout of a contract, in the check of an agency and in intake alike."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from p20w.contracts import FeedContract, load_contracts
from p20w.database import Warehouse
from p20w.intake import DropOutcome, Receipt, check_file
from p20w.intake.drops import read_drop
from p20w.intake.inspection import data_blocks, inspect
from p20w.intake.lines import read_lines
from p20w.intake.manifest import MANIFEST
from p20w.intake.messages import REASONS
from p20w.intake.readers import reader_of
from p20w.settings import PROJECT
from p20w.simulator import simulate
from tests.integration.intake.deliveries import take_in
from tests.integration.intake.forms import BEGINNINGS, ENDS, FIELDS, LINES, OTHER, PACKINGS, READ, mixtures, together

CONTRACTS = load_contracts(PROJECT / "contracts")
LAYOUTS = list({contract.layout: feed for feed, contract in reversed(CONTRACTS.items())}.values())
"""A feed of each layout."""
MOST_LINES = 400
TOLD_ONLY = {"header_respelled"}
"""Facts in which a form that is read may differ from the plain file."""


@dataclass(frozen=True)
class Sound:
    """A sound drop of a feed, as the simulator wrote it."""

    contract: FeedContract
    manifest: Mapping[str, Any]
    data: bytes = field(repr=False)

    def deliver(self, folder: Path, data: bytes, count: int | None = None) -> Path:
        """Write the drop with another file; the folder is its address."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / self.manifest["file"]).write_bytes(data)
        said = {**self.manifest, "submission": int(folder.name), "sha256": hashlib.sha256(data).hexdigest()}
        (folder / MANIFEST).write_text(json.dumps(said if count is None else {**said, "record_count": count}))
        return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sound]:
    """Of each feed the largest drop that is not too large."""
    folder = tmp_path_factory.mktemp("simulated")
    simulate(700, "2021Q3", "2022Q3", 11, folder / "drops", folder / "truth")
    found: dict[str, Sound] = {}
    for feed, contract in CONTRACTS.items():
        said = [(json.loads(path.read_text()), path.parent) for path in (folder / "drops" / feed).rglob(MANIFEST)]
        manifest, place = max(said, key=lambda item: (item[0]["record_count"] <= MOST_LINES, item[0]["record_count"]))
        found[feed] = Sound(contract, manifest, (place / manifest["file"]).read_bytes())
    return found


Reading = tuple[dict[str, float], pl.DataFrame, pl.DataFrame]


def reading(folder: Path, contract: FeedContract) -> Reading:
    """What intake reads of a drop: facts of the file, accepted lines, and what is set aside but for its place."""
    drop = read_drop(folder)
    found = inspect(drop, contract)
    assert not drop.faults
    read = [read_lines(block, contract, found) for block in data_blocks(found)]
    facts = {name: value for name, value in found.facts.items() if name not in TOLD_ONLY}
    quarantine = pl.concat([lines.quarantine for lines in read]).drop("byte_offset", "byte_length")
    return facts, pl.concat([lines.accepted for lines in read]), quarantine


@pytest.mark.parametrize("feed", CONTRACTS)
def test_a_file_says_the_same_in_every_form_that_is_read(feed: str, sound: dict[str, Sound], tmp_path: Path) -> None:
    plain, period = sound[feed], tmp_path / feed / sound[feed].manifest["period"]
    wanted = reading(plain.deliver(period / "1", plain.data), plain.contract)
    for number, (name, form) in enumerate(READ.items(), start=2):
        if data := form.of(plain.data, plain.contract):
            assert_same(reading(plain.deliver(period / str(number), data), plain.contract), wanted, name)


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # what fails is small as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    feed=st.sampled_from(sorted(CONTRACTS)),
    fields=st.sets(st.sampled_from(sorted(FIELDS)), max_size=3),
    others=st.tuples(*(st.none() | st.sampled_from(sorted(some)) for some in (LINES, ENDS, BEGINNINGS, PACKINGS))),
    size=st.integers(300, 9_000),
)
def test_a_file_may_have_several_forms_at_once_and_be_read_in_pieces_of_any_size(
    sound: dict[str, Sound], tmp_path: Path, feed: str, fields: set[str], others: tuple[str | None, ...], size: int
) -> None:
    plain, period = sound[feed], tmp_path / feed / sound[feed].manifest["period"]
    data = together(plain.data, plain.contract, {*fields, *filter(None, others)})
    there, here = plain.deliver(period / "1", plain.data), plain.deliver(period / "2", data)
    assert_same(reading(here, plain.contract), reading(there, plain.contract), "all")
    file = here / plain.manifest["file"]
    assert records(file, plain.contract, size) == records(file, plain.contract, 10_000_000)


def assert_same(found: Reading, wanted: Reading, name: str) -> None:
    assert found[0] == wanted[0], name
    assert found[1].equals(wanted[1]), name
    assert found[2].equals(wanted[2]), name


def records(file: Path, contract: FeedContract, size: int) -> list[bytes]:
    blocks = reader_of(file, contract, size=size).blocks()
    return [block.record(index) for block in blocks for index in range(len(block))]


@dataclass(frozen=True)
class Delivered:
    """One file in one form: what the check said of it, what became of it, what was stored of it."""

    receipt: Receipt
    outcome: DropOutcome
    rows: list[Any]


@pytest.fixture(scope="module")
def delivered(module_warehouse: Warehouse, sound: dict[str, Sound]) -> dict[str, dict[str, Delivered]]:
    """By feed and form, taken in by one run: the plain file, mixtures of the forms that are read, and other forms."""
    places: dict[tuple[str, str], Path] = {}
    drops = module_warehouse.settings.drops
    for feed in LAYOUTS:
        plain = sound[feed]
        mixed = [together(plain.data, plain.contract, names) for names in mixtures()]
        forms = {"plain": plain.data, **{f"mixture {number}": data for number, data in enumerate(mixed)}}
        forms |= {
            name: data for name, form in OTHER.items() if (data := form.of(plain.data, plain.contract)) is not None
        }
        for number, (name, data) in enumerate(forms.items(), start=1):
            # a row of totals is promised too, so that more than a count is judged
            count = plain.manifest["record_count"] + (name == "a row of totals")
            places[feed, name] = plain.deliver(drops / feed / plain.manifest["period"] / str(number), data, count)
    receipts = {key: check_file(folder, module_warehouse.settings) for key, folder in places.items()}
    outcomes = {outcome.scope: outcome for outcome in take_in(module_warehouse)}
    stored = rows(module_warehouse)
    found: dict[str, dict[str, Delivered]] = {feed: {} for feed in LAYOUTS}
    for (feed, name), folder in places.items():
        outcome = outcomes[folder.relative_to(drops).as_posix()]
        found[feed][name] = Delivered(receipts[feed, name], outcome, stored.get(outcome.drop_id, []))
    return found


def rows(warehouse: Warehouse) -> dict[int, list[Any]]:
    """What is stored of each drop, its number left out."""
    found: dict[int, list[Any]] = {}
    with warehouse.connect("owner") as owner:
        for table in LAYOUTS:
            query = f"select drop_id, to_jsonb(t) - 'drop_id' from intake.{table} as t order by line_number"
            for drop_id, row in owner.execute(query.encode()).fetchall():
                found.setdefault(drop_id, []).append(row)
    return found


@pytest.mark.parametrize("feed", LAYOUTS)
def test_intake_stores_the_same_lines_and_people_of_every_form_that_is_read(
    feed: str, delivered: dict[str, dict[str, Delivered]]
) -> None:
    plain = delivered[feed]["plain"]
    assert plain.rows
    mixed = [found for name, found in delivered[feed].items() if name.startswith("mixture")]
    assert len(mixed) == len(PACKINGS)
    for found in mixed:
        assert found.outcome.status in ("accepted", "superseded"), found.outcome.reason
        assert found.rows == plain.rows
        assert replace(found.receipt, sha256="", warnings=()) == replace(plain.receipt, sha256="", warnings=())


@pytest.mark.parametrize("feed", LAYOUTS)
def test_the_check_and_intake_say_the_same_of_every_form(feed: str, delivered: dict[str, dict[str, Delivered]]) -> None:
    for name, found in delivered[feed].items():
        receipt, outcome = found.receipt, found.outcome
        said = (name, outcome.reason, receipt.lines())
        assert bool(receipt.refusals) == (outcome.status == "rejected"), said
        assert receipt.lines_total == outcome.lines_total, said
        failed = {item.what: item.severity for run in outcome.gate_runs for item in run.failures}
        told = {words.partition(" Here it is ")[0]: words for words in (*receipt.refusals, *receipt.warnings)}
        if outcome.status != "rejected":
            assert receipt.lines_sound == outcome.lines_accepted, said
            assert failed.keys() == told.keys(), said
        elif outcome.reason_code in {code for code, _, _ in REASONS.values()}:
            assert any(words in (outcome.reason or "") for words in receipt.refusals), said
        else:
            assert {what for what, severity in failed.items() if severity == "critical"} <= told.keys(), said
