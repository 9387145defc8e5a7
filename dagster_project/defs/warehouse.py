"""dbt's models as assets: all but marts in one dbt run, marts in another, then the views of the marts.

Each layer is one dbt invocation inside `p20w.warehouse`, which also runs the layer's gate. The gate is an asset of its
own, with the one check: what lies behind it is downstream of the gate. Not here: models (`dbt/`), how dbt is called
(`p20w.warehouse`).
"""

from collections.abc import Callable, Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, build_dbt_asset_specs

from dagster_project.checks import demand, gate_check, shown
from dagster_project.doorway import doorway
from dagster_project.resources import OpenWarehouse
from p20w.database import Warehouse
from p20w.pipeline import refreshes
from p20w.pipeline.stages import stage
from p20w.settings import Settings
from p20w.warehouse import BuildOutcome, build_core, build_marts, manifest, publish_marts

CORE_GATE = dg.AssetKey(["gates", "core"])
MARTS_GATE = dg.AssetKey(["gates", "marts"])
CURRENT = dg.AssetKey(["marts", "current"])

Build = Callable[[Warehouse, Settings, int], BuildOutcome]


class Names(DagsterDbtTranslator):
    """Assets are called as the tables are: `core/fct_wage`; a source as the asset that makes it."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Layer and name; of a source, its schema and name."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])
        if dbt_resource_props["resource_type"] == "seed":
            return dg.AssetKey(["reference", dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["fqn"][1], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """The layer."""
        return "reference" if dbt_resource_props["resource_type"] == "seed" else dbt_resource_props["fqn"][1]


def layer(settings: Settings, select: str = "fqn:*", exclude: str = "") -> list[dg.AssetSpec]:
    """The models and seeds of a dbt selection (`select`, `exclude`) as assets, each after what it reads."""
    translator = Names(DagsterDbtTranslatorSettings(enable_asset_checks=False))
    specs = build_dbt_asset_specs(
        manifest=manifest(settings), dagster_dbt_translator=translator, select=select, exclude=exclude
    )
    by_key = {spec.key: spec for spec in specs}
    needs = {key: {dep.asset_key for dep in spec.deps} & by_key.keys() for key, spec in by_key.items()}
    return [by_key[key] for key in TopologicalSorter(needs).static_order()]


def built(name: str, build: Build, specs: list[dg.AssetSpec], gate: dg.AssetKey, judges: str) -> dg.AssetsDefinition:
    """A layer of dbt's models, built in one go and judged by its gate.

    Args:
        name: of the layer, its stage and its gate.
        build: what builds and judges it.
        specs: its models and seeds.
        gate: key of the asset that the verdict is shown at.
        judges: what a passed gate means.
    """
    keys = [spec.key for spec in specs]

    @dg.multi_asset(
        name=name,
        specs=[*specs, dg.AssetSpec(gate, deps=keys, group_name=name, description=judges, kinds={"postgres"})],
        check_specs=[gate_check(f"{name}_gate", gate, judges)],
    )
    def asset(warehouse: OpenWarehouse) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        with doorway(warehouse, f"building {name}"):
            current = refreshes.current(warehouse)
            with stage(warehouse, "transform", current.refresh_id, name) as figures:
                outcome = build(warehouse, warehouse.settings, current.refresh_id)
                figures.update(outcome.figures())
        yield from (dg.MaterializeResult(asset_key=spec.key, metadata=_wrote(outcome, spec.key)) for spec in specs)
        yield shown([outcome.gate_run], f"{name}_gate", gate)
        demand(outcome.gate_run)
        yield dg.MaterializeResult(asset_key=gate)

    return asset


def _wrote(outcome: BuildOutcome, key: dg.AssetKey) -> dict[str, float | int]:
    """Seconds and rows of one model; a view writes none, and what was left as it is has neither."""
    model = next((model for model in outcome.models if model.name == key.path[-1]), None)
    if model is None:
        return {}
    rows = {} if model.rows is None else {"dagster/row_count": model.rows}
    return {"seconds": round(model.seconds, 2), **rows}


def assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """Core, marts, and the views that analysts read; built from dbt's manifest, which is made when it is stale."""
    marts = [spec.merge_attributes(deps=[CORE_GATE]) for spec in layer(settings, select="fqn:p20w.marts")]

    @dg.asset(key=CURRENT, deps=[MARTS_GATE], group_name="marts", kinds={"postgres"})
    def current_marts(warehouse: OpenWarehouse) -> dg.MaterializeResult[None]:
        """The stable views, pointed at this refresh's marts together: from now on it is what the warehouse shows."""
        with doorway(warehouse, "publishing marts"):
            current = refreshes.current(warehouse)
            publication = publish_marts(warehouse, current.refresh_id)
            refreshes.finish_refresh(warehouse, current.refresh_id)
            return dg.MaterializeResult(metadata={"schema": publication.schema, "marts": len(publication.marts)})

    return [
        built("core", build_core, layer(settings, exclude="fqn:p20w.marts"), CORE_GATE, "Core may be read by marts."),
        built("marts", build_marts, marts, MARTS_GATE, "Marts may be shown to analysts."),
        current_marts,
    ]
