"""Accepted lines: one asset a feed. The drop gate and the intake gate are run inside `p20w.intake`."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.checks import gate_check, shown
from dagster_project.doorway import doorway
from dagster_project.feeds import Feed
from dagster_project.partitions import refreshes, window
from dagster_project.resources import OpenWarehouse


def accepted(feed: Feed) -> dg.AssetsDefinition:
    """The accepted lines of one feed, without direct identifiers."""
    key = dg.AssetKey(["intake", feed.name])
    contract = feed.contract

    @dg.multi_asset(
        name=f"intake__{feed.name}",
        specs=[
            dg.AssetSpec(
                key,
                deps=[["drops", feed.name]],
                group_name="intake",
                description=feed.described(f"{contract.granularity}. {contract.limitations}" if contract else ""),
                kinds={"postgres"},
            )
        ],
        check_specs=[
            gate_check("drop_gate", key, "Every active drop is the file its manifest describes."),
            gate_check("intake_gate", key, "Every line of an active drop is accepted or quarantined."),
        ],
        partitions_def=refreshes,
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def asset(
        context: dg.AssetExecutionContext, warehouse: OpenWarehouse
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from p20w import intake

        with doorway(warehouse, f"taking in {feed.name}"):
            feed.demand_contract()
            outcomes = intake.receive(warehouse, warehouse.settings, feed=feed.name, **window(context))
            yield dg.MaterializeResult(asset_key=key, metadata=intake.figures(outcomes))
        for gate in ("drop", "intake"):
            runs = [run for outcome in outcomes for run in outcome.gate_runs if run.gate == gate]
            yield shown(runs, f"{gate}_gate", key, blocks=False)

    return asset
