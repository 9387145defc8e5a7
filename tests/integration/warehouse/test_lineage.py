"""Where the columns of core come from, read from the SQL that builds them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from p20w.database import Warehouse
from p20w.warehouse import dbt_runs
from p20w.warehouse.lineage import Column, Origins, origins
from tests.integration.warehouse.lineage_pages import pages

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def compiled(make_warehouse: Callable[..., Warehouse]) -> "Manifest":
    warehouse = make_warehouse()
    return dbt_runs.compiled(warehouse, warehouse.settings)


@pytest.fixture(scope="module")
def found(compiled: "Manifest") -> Origins:
    return origins(compiled)


def test_every_column_of_core_has_origins(compiled: "Manifest", found: Origins) -> None:
    core: list[Any] = [
        node for node in compiled.nodes.values() if node.resource_type == "model" and node.fqn[1] == "core"
    ]
    lacking = {
        f"{node.name}.{name}" for node in core for name in node.columns if Column("core", node.alias, name) not in found
    }
    assert len(core) > 50
    assert not lacking


def test_a_column_is_followed_through_all_models_to_the_files(found: Origins) -> None:
    assert found[Column("core", "agg_person_quarter", "wages_usd")] == {Column("intake", "ui_wage", "wages_usd")}
    assert found[Column("core", "fct_k12_enrollment", "grade_level")] == {
        Column("intake", feed, "grade_level") for feed in ("k12_enrollment", "edfi_enrollment")
    }


def test_what_a_column_is_sorted_or_filtered_by_is_none_of_its_origins(found: Origins) -> None:
    wages = found[Column("core", "fct_wage", "wages_usd")]
    assert wages == {Column("intake", "ui_wage", "wages_usd")}


def test_the_pages_say_what_the_models_do(compiled: "Manifest") -> None:
    for path, text in pages(compiled).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is out of date: make handbook"
