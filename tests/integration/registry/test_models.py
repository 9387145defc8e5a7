"""Versions of the linkage model: which is in force, what another would change, and what may be replaced."""

import itertools
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import splink_models
from p20w.cli import app
from p20w.database import Warehouse
from p20w.intake import receive
from p20w.pipeline.refreshes import has_news
from p20w.registry import assigning
from p20w.registry.evaluation.against_truth import NoTruth
from p20w.registry.models import versions
from p20w.registry.models.comparison import ModelComparison, NothingToCompare, compare
from p20w.registry.models.training import (
    NotTrained,
    States,
    make_version,
    simulated_records,
)
from p20w.simulator import simulate
from splink_models import Model
from splink_models.comparisons import BIRTH, FIRST, LAST
from splink_models.model import save
from tests.integration.registry.known_truth import settle
from tests.integration.registry.small_vault import Who, everything, link, open_refresh, persons
from tests.integration.registry.test_delta import state

V2 = splink_models.load()


def version(warehouse: Warehouse, name: str, bits_less: float = 0.0) -> Model:
    """A version of this installation that takes so many bits from names and birth dates that agree, also in part."""
    values = json.loads(json.dumps(V2.values))
    for item in (FIRST, LAST, BIRTH):
        for level in item.weighed[:-1]:
            values[item.name][level.key]["m"] /= 2**bits_less
            values[item.name][level.key]["u"] *= 2**bits_less
    model = replace(V2, version=name, values=values, trained_on="nothing: a test made it")
    save(model, versions.own_folder(warehouse.settings))
    return model


def put_in_force(warehouse: Warehouse, name: str, compared: ModelComparison | None = None) -> None:
    """Promote what is on file, in the place of what is in force."""
    settings, counts = warehouse.settings, compared.counts() if compared else None
    versions.promote(warehouse, settings, versions.find(settings, name).load(), standing(warehouse), "a test", counts)


def standing(warehouse: Warehouse) -> versions.Active:
    with warehouse.connect("linkage") as connection:
        return versions.standing_promotion(connection)


def model_of(warehouse: Warehouse, refresh_id: int) -> str:
    with warehouse.connect("linkage") as connection:
        row = connection.execute(
            "select model_version from governance.refresh where refresh_id = %s", (refresh_id,)
        ).fetchone()
    assert row is not None
    return row[0]


def candidate(warehouse: Warehouse, refresh_id: int) -> dict[bytes, str]:
    open_refresh(warehouse, refresh_id)
    assigning.assign(warehouse, warehouse.settings, refresh_id)
    with warehouse.connect("linkage") as connection:
        rows = connection.execute("select identity_id, person_id from registry.candidate").fetchall()
    return {row[0].bytes: str(row[1]) for row in rows}


def pairs(of: Mapping[bytes, str]) -> set[frozenset[bytes]]:
    members: dict[str, list[bytes]] = {}
    for identity, person in of.items():
        members.setdefault(person, []).append(identity)
    return {frozenset(pair) for group in members.values() for pair in itertools.combinations(group, 2)}


def judged(warehouse: Warehouse, other: Model, truth: Path | None = None) -> ModelComparison:
    return compare(warehouse, warehouse.settings, versions.active(warehouse, warehouse.settings), other, truth)


@pytest.fixture
def people() -> list[Who]:
    return [who for file in state(260, seed=3) for who in file]


@pytest.fixture
def town(make_town: Callable[..., Warehouse], people: list[Who]) -> Warehouse:
    """A state after its first refresh."""
    warehouse = make_town(people)
    link(warehouse)
    return warehouse


def test_a_comparison_foretells_the_refresh_and_changes_nothing(town: Warehouse, people: list[Who]) -> None:
    strict = version(town, "strict", bits_less=22)
    before, held = persons(town), everything(town)
    foretold = judged(town, strict)
    assert everything(town) == held

    put_in_force(town, "strict", foretold)
    after = candidate(town, 2)
    assert model_of(town, 2) == "strict"
    one, other = pairs(before), pairs(after)
    found = foretold.pairs
    assert (found.before, found.after) == (len(one), len(other))
    assert (found.gained, found.lost) == (len(other - one), len(one - other))
    assert found.lost > 10
    assert (foretold.persons_before, foretold.persons_after) == (len(set(before.values())), len(set(after.values())))
    assert foretold.identities_moved == sum(before[identity] != after[identity] for identity in before)
    assert foretold.ids_minted == len(set(after.values()) - set(before.values()))
    assert foretold.ids_ended == len(set(before.values()) - set(after.values()))
    assert foretold.unsettled == 0

    feeds = {who.identity_id: who.feed for who in people}
    lost = Counter(tuple(sorted(feeds[identity] for identity in pair)) for pair in one - other)
    assert {pair: item.lost for pair, item in foretold.by_feeds.items() if item.lost} == lost
    assert foretold.by_tier["model"].lost > 0
    assert foretold.by_tier["ssn"].lost == 0


def test_the_same_values_under_another_name_change_nothing(town: Warehouse) -> None:
    found = judged(town, version(town, "twin"))
    assert found.changes_nothing
    assert (found.identities_moved, found.ids_ended, found.ids_minted) == (0, 0, 0)
    assert found.review_before == found.review_after


def test_with_a_truth_both_versions_are_scored(module_warehouse: Warehouse) -> None:
    settle(module_warehouse, module_warehouse.settings.truth)
    found = judged(module_warehouse, version(module_warehouse, "lax"), module_warehouse.settings.truth)
    assert found.score_before == found.score_after
    assert found.score_before is not None
    assert found.score_before.reachable == 7
    assert found.score_before.predicted > 0


def test_a_folder_without_a_truth_is_refused_before_the_work(town: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(NoTruth, match="contains no truth"):
        judged(town, V2, tmp_path)


def test_an_empty_vault_has_nothing_to_compare(make_town: Callable[..., Warehouse]) -> None:
    empty = make_town([])
    with pytest.raises(NothingToCompare, match="p20w refresh"):
        judged(empty, replace(V2, version="other"))


def test_the_shipped_model_is_in_force_until_another_is_promoted(warehouse: Warehouse) -> None:
    assert versions.active(warehouse, warehouse.settings) == V2
    made = version(warehouse, "home-1", bits_less=1)
    put_in_force(warehouse, "home-1")
    assert versions.active(warehouse, warehouse.settings).digest == made.digest
    put_in_force(warehouse, "v2")
    assert versions.active(warehouse, warehouse.settings) == V2


def test_a_release_that_ships_another_model_changes_no_id_until_it_is_promoted(
    town: Warehouse, make_town: Callable[..., Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    version(town, "v2", bits_less=1)
    monkeypatch.setattr(splink_models, "LATEST", "v2")
    assert versions.active(town, town.settings) == V2
    assert versions.active(make_town([]), town.settings).version == "v2"
    put_in_force(town, "v2")
    assert versions.active(town, town.settings).version == "v2"


def test_a_promoted_model_opens_a_refresh_and_going_back_before_it_does_not(town: Warehouse) -> None:
    with town.connect("owner") as connection:
        connection.execute("update governance.refresh set status = 'published'")
        connection.execute("insert into governance.refresh_drop select 1, drop_id from governance.drop")
    version(town, "home-1", bits_less=1)
    told = []
    for name in (None, "home-1", "v2"):
        if name:
            put_in_force(town, name)
        with town.connect("intake") as connection:
            told.append(has_news(connection))
    assert told == [False, True, False]


def test_values_that_were_changed_after_a_promotion_are_refused(warehouse: Warehouse) -> None:
    version(warehouse, "home-1", bits_less=1)
    put_in_force(warehouse, "home-1")
    version(warehouse, "home-1", bits_less=2)
    with pytest.raises(versions.ModelChanged, match="p20w model promote home-1"):
        versions.active(warehouse, warehouse.settings)


def test_what_changed_since_it_was_compared_is_not_promoted(warehouse: Warehouse) -> None:
    compared, before = version(warehouse, "home-1", bits_less=1), standing(warehouse)
    version(warehouse, "home-1", bits_less=2)
    with pytest.raises(versions.ModelChanged, match="home-1 on file changed"):
        versions.promote(warehouse, warehouse.settings, compared, before, "a test", {})
    version(warehouse, "home-1", bits_less=1)
    version(warehouse, "home-2")
    put_in_force(warehouse, "home-2")
    with pytest.raises(versions.ModelChanged, match="a test promoted linkage model home-2"):
        versions.promote(warehouse, warehouse.settings, compared, before, "a test", {})
    version(warehouse, "home-2", bits_less=3)
    between = standing(warehouse)
    put_in_force(warehouse, "home-2")
    with pytest.raises(versions.ModelChanged, match="a test promoted linkage model home-2"):
        versions.promote(warehouse, warehouse.settings, compared, between, "a test", {})
    with warehouse.connect("linkage") as connection:
        kept = connection.execute("select model_version from registry.model_promotion order by promotion_id").fetchall()
    assert kept == [("home-2",), ("home-2",)]
    versions.promote(warehouse, warehouse.settings, compared, standing(warehouse), "a test", None)
    assert versions.active(warehouse, warehouse.settings) == compared


def test_a_file_that_changes_while_the_operator_is_asked_is_not_promoted(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(warehouse, "home-1", bits_less=1)
    monkeypatch.setattr(Warehouse, "open", lambda *_: warehouse)
    monkeypatch.setattr("p20w.settings.Settings.load", lambda: warehouse.settings)
    monkeypatch.setattr("typer.confirm", lambda *_, **__: version(warehouse, "home-1", bits_less=2))
    run = CliRunner().invoke(app, ["model", "promote", "home-1"])
    assert run.exit_code == 1
    assert "Nothing is promoted" in run.output
    assert standing(warehouse).name == "v2"


def test_a_version_on_record_or_shipped_is_not_trained_anew(warehouse: Warehouse) -> None:
    version(warehouse, "home-1")
    for name, told in (("v2", "comes with"), ("home-1", "--replace")):
        with pytest.raises(NotTrained, match=told):
            make_version(warehouse, warehouse.settings, name)
    put_in_force(warehouse, "home-1")
    with pytest.raises(NotTrained, match="active"):
        make_version(warehouse, warehouse.settings, "home-1", replace=True)
    with pytest.raises(NotTrained, match="A model's name"):
        make_version(warehouse, warehouse.settings, "../v1")


@pytest.mark.long
@pytest.mark.parametrize("dies_at", ["values", "swap"])
def test_a_crash_while_a_version_is_trained_anew_leaves_the_old_one_whole(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    def trained(_: object, __: object, name: str, *___: object) -> tuple[Model, dict[str, Any]]:
        model = replace(V2, version=name, values=made[-1])
        return model, {"counts": {"records": len(made)}, "pairs": {}}

    def anew() -> Path:
        return make_version(warehouse, warehouse.settings, "home-1", replace=True)

    def files() -> dict[str, bytes]:
        return {str(file.relative_to(place)): file.read_bytes() for file in place.rglob("*") if file.is_file()}

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    made = [V2.values]
    monkeypatch.setattr("p20w.registry.models.training.train", trained)
    place = anew().parent
    before = files()
    made.append(version(warehouse, "home-2", bits_less=1).values)
    with monkeypatch.context() as patch:
        at_swap = partial(patch.setattr, Path, "rename", once_then(die))
        patch.setattr("p20w.registry.models.training.save", die if dies_at == "values" else lambda *_: at_swap())
        with pytest.raises(KeyboardInterrupt):
            anew()
    with pytest.raises(NotTrained, match="--replace"):
        make_version(warehouse, warehouse.settings, "home-1")
    assert files() == before
    assert set(versions.versions(warehouse.settings)) == {"home-1", "home-2", "v2"}
    anew()
    assert files().keys() == before.keys()
    assert versions.find(warehouse.settings, "home-1").load().values == made[-1]
    assert sorted(item.name for item in place.parent.iterdir()) == ["home-1", "home-2"]


def once_then(otherwise: Callable[..., None]) -> Callable[[Path, Path], None]:
    """Rename once; the next time do something else."""
    rename, calls = Path.rename, itertools.count()

    def renamed(one: Path, other: Path) -> None:
        if next(calls):
            otherwise()
        rename(one, other)

    return renamed


def test_states_that_judge_train_nobody(warehouse: Warehouse) -> None:
    with pytest.raises(NotTrained, match="States of seed 2 judge"):
        make_version(warehouse, warehouse.settings, "home-1", States(seeds=(2, 101), people=10))


@pytest.mark.long
def test_a_state_that_a_killed_run_left_behind_is_not_trained_on(warehouse: Warehouse, tmp_path: Path) -> None:
    chosen = States((101,), 120, "2018Q3", "2018Q4")
    clean = simulated_records(warehouse.settings, chosen)
    changes = {"database": f"{warehouse.settings.database}_training_101", "drops": tmp_path / "drops"}
    left = Warehouse.open(warehouse.settings.model_copy(update=changes))
    left.migrate()
    simulate(60, "2018Q3", "2018Q4", 101, left.settings.drops, tmp_path / "truth")
    assert receive(left, left.settings)
    assert simulated_records(warehouse.settings, chosen).num_rows == clean.num_rows
    with warehouse.connect_administrator() as admin:
        assert admin.execute("select 1 from pg_database where datname = %s", (left.settings.database,)).fetchall() == []


def test_a_state_of_which_a_file_is_refused_trains_nobody(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(people: int, first: str, last: str, seed: int, drops: Path, truth: Path) -> None:
        simulate(people, first, last, seed, drops, truth)
        file = min(file for file in drops.glob("ui_wage/*/*/*") if file.is_file())
        file.write_bytes(b"nothing that a contract knows\n")

    monkeypatch.setattr("p20w.simulator.simulate", spoil)
    with pytest.raises(NotTrained, match="files of simulated state 101 were not taken in, the first of them ui_wage"):
        simulated_records(warehouse.settings, States((101,), 120, "2018Q3", "2018Q4"))


def test_an_unknown_version_is_refused_with_those_there_are(warehouse: Warehouse) -> None:
    with pytest.raises(versions.NoSuchModel, match="v2"):
        versions.find(warehouse.settings, "v999")


def test_own_versions_lie_where_only_their_owner_looks(
    make_town: Callable[..., Warehouse], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [who for file in state(1200, seed=4) for who in file]
    warehouse = make_town(people)
    card = make_version(warehouse, warehouse.settings, "home-1")
    assert card.parent.parent == versions.own_folder(warehouse.settings)
    assert {folder.stat().st_mode & 0o077 for folder in (card.parent, card.parent.parent)} == {0}
    values = json.loads((card.parent / "trained.json").read_text())["values"]
    make_version(warehouse, warehouse.settings, "home-2")
    assert versions.find(warehouse.settings, "home-2").load().values == values
    told = "".join(file.read_text() for file in card.parent.rglob("*.*") if file.is_file())
    names = {name for who in people for name in (who.first, who.last) if name and len(name) > 4}
    assert len(names) > 500
    assert not [name for name in names if name in told]


def test_the_commands_show_counts_alone_and_say_what_comes_next(
    town: Warehouse, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    version(town, "strict", bits_less=9)
    monkeypatch.setattr(Warehouse, "open", lambda *_: town)
    monkeypatch.setattr("p20w.settings.Settings.load", lambda: town.settings)
    run, kept = CliRunner(), tmp_path / "counts.json"
    compared = run.invoke(app, ["model", "compare", "strict", "--json", str(kept)])
    assert compared.exit_code == 0, compared.output
    counts = json.loads(kept.read_text())
    assert f"{counts['pairs']['lost']:,}" in compared.output
    told = compared.output + kept.read_text()
    assert not [name for name in ("WHITLOCK", "GARCIA", "ELM", "00101") if name in told]

    assert "--against" in run.invoke(app, ["model", "compare", "v2"]).output
    assert run.invoke(app, ["model", "promote", "strict"], input="n\n").exit_code == 1
    assert versions.active(town, town.settings) == V2
    promoted = run.invoke(app, ["model", "promote", "strict", "--yes"])
    assert "next refresh" in promoted.output
    assert "p20w model promote v2" in promoted.output
    with town.connect("linkage") as connection:
        row = connection.execute("select model_version, compared from registry.model_promotion").fetchone()
    assert row is not None
    assert row == ("strict", counts)
    assert "already active" in run.invoke(app, ["model", "promote", "strict"]).output
    assert "strict" in run.invoke(app, ["model", "list"]).output


def test_other_values_under_the_name_in_force_are_on_record_as_not_compared(
    town: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    version(town, "home-1", bits_less=1)
    put_in_force(town, "home-1")
    made, other = version(town, "home-1", bits_less=9), version(town, "home-2", bits_less=2)
    monkeypatch.setattr(Warehouse, "open", lambda *_: town)
    monkeypatch.setattr("p20w.settings.Settings.load", lambda: town.settings)
    for name in ("home-1", "home-2"):
        with town.connect("owner") as connection:
            connection.execute("delete from registry.model_promotion where promotion_id > 1")
            connection.commit()
        told = CliRunner().invoke(app, ["model", "promote", name, "--yes"]).output
        assert "nothing to compare with" in told
        assert ("no file has arrived" in told) == (name == "home-2")
        assert ("open no refresh by themselves" in told) == (name == "home-1")
        with town.connect("linkage") as connection:
            kept = connection.execute(
                "select values_sha256, compared from registry.model_promotion order by promotion_id desc limit 1"
            ).fetchone()
        assert kept == ((made if name == "home-1" else other).digest, None)
    with town.connect("owner") as connection:
        audited = connection.execute(
            "select subject ->> 'is_compared' from governance.audit where action = 'linkage model put in force'"
        ).fetchall()
    assert audited == [("false",)] * 3
