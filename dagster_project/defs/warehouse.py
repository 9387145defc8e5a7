"""dbt's models as assets: staging and core in one dbt run, marts in another, then the views of the marts.

Each layer is one dbt invocation inside `p20w.warehouse`, which also runs the layer's gate. Not here: models
(`dbt/`), how dbt is called (`p20w.warehouse`).
"""

from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, build_dbt_asset_specs

from dagster_project.checks import demand, gate_check, shown
from dagster_project.doorway import doorway
from dagster_project.resources import OpenWarehouse
from p20w.pipeline import refreshes
from p20w.pipeline.stages import stage
from p20w.settings import Settings
from p20w.warehouse import BuildOutcome, build_core, build_marts, manifest, publish_marts

CURRENT = dg.AssetKey(["marts", "current"])


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


def layer(*names: str) -> list[dg.AssetSpec]:
    """The models of dbt's folders as assets, each after what it reads."""
    translator = Names(DagsterDbtTranslatorSettings(enable_asset_checks=False))
    select = " ".join(f"fqn:p20w.{name}" for name in names)
    path = manifest(Settings.load())
    specs = build_dbt_asset_specs(manifest=path, dagster_dbt_translator=translator, select=select)
    by_key = {spec.key: spec for spec in specs}
    needs = {key: {dep.asset_key for dep in spec.deps} & by_key.keys() for key, spec in by_key.items()}
    return [by_key[key] for key in TopologicalSorter(needs).static_order()]


def built(specs: list[dg.AssetSpec], outcome: BuildOutcome) -> Iterator[dg.MaterializeResult[None]]:
    """One result a model, with the rows it wrote (a view writes none) and its seconds."""
    runs = {model.name: model for model in outcome.models}
    for spec in specs:
        model = runs.get(spec.key.path[-1])
        metadata = {"seconds": round(model.seconds, 2), "dagster/row_count": model.rows} if model else {}
        yield dg.MaterializeResult(
            asset_key=spec.key, metadata={name: value for name, value in metadata.items() if value is not None}
        )


@cache
def assets() -> list[dg.AssetsDefinition]:
    """Core, marts, and the views that analysts read; built from dbt's manifest, which is made when it is stale."""
    core_specs, mart_specs = layer("staging", "core"), layer("marts")
    core_keys = [spec.key for spec in core_specs if spec.key.path[0] == "core"]
    mart_keys = [spec.key for spec in mart_specs]

    @dg.multi_asset(
        name="core",
        specs=core_specs,
        check_specs=[gate_check("core_gate", key, "Core may be read by marts.") for key in core_keys],
    )
    def core(warehouse: OpenWarehouse) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """Conformed facts and dimensions, and their gate."""
        with doorway(warehouse, "building core"):
            current = refreshes.current(warehouse)
            with stage(warehouse, "transform", current.refresh_id, "core") as figures:
                outcome = build_core(warehouse, warehouse.settings, current.refresh_id)
                figures.update(outcome.figures())
            yield from built(core_specs, outcome)
        yield from (shown([outcome.gate_run], "core_gate", key) for key in core_keys)
        demand(outcome.gate_run)

    @dg.multi_asset(
        name="marts",
        specs=mart_specs,
        check_specs=[gate_check("marts_gate", key, "Marts may be shown to analysts.") for key in mart_keys],
    )
    def marts(warehouse: OpenWarehouse) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        """One mart a question, in a schema of its own, and their gate."""
        with doorway(warehouse, "building marts"):
            current = refreshes.current(warehouse)
            with stage(warehouse, "transform", current.refresh_id, "marts") as figures:
                outcome = build_marts(warehouse, warehouse.settings, current.refresh_id)
                figures.update(outcome.figures(), marts=len(outcome.models))
            yield from built(mart_specs, outcome)
        yield from (shown([outcome.gate_run], "marts_gate", key) for key in mart_keys)
        demand(outcome.gate_run)

    @dg.asset(key=CURRENT, deps=mart_keys, group_name="marts", kinds={"postgres"})
    def current_marts(warehouse: OpenWarehouse) -> dg.MaterializeResult[None]:
        """The stable views, pointed at this refresh's marts together: from now on it is what the warehouse shows."""
        with doorway(warehouse, "publishing marts"):
            current = refreshes.current(warehouse)
            publication = publish_marts(warehouse, current.refresh_id)
            refreshes.finish_refresh(warehouse, current.refresh_id)
            return dg.MaterializeResult(metadata={"schema": publication.schema, "marts": len(publication.marts)})

    return [core, marts, current_marts]
