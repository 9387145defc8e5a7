"""Accepted lines: one asset a feed. The drop gate and the intake gate are run inside `p20w.intake`."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.checks import gate_check, shown
from dagster_project.defs.drops import CONTRACTS
from dagster_project.doorway import doorway
from dagster_project.partitions import refreshes, window
from dagster_project.resources import OpenWarehouse
from p20w.contracts import FeedContract


def accepted(contract: FeedContract) -> dg.AssetsDefinition:
    """The accepted lines of one feed, without direct identifiers."""
    key = dg.AssetKey(["intake", contract.feed])

    @dg.multi_asset(
        name=f"intake__{contract.feed}",
        specs=[
            dg.AssetSpec(
                key,
                deps=[["drops", contract.feed]],
                group_name="intake",
                description=f"{contract.granularity}. {contract.limitations}",
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

        with doorway(warehouse, f"taking in {contract.feed}"):
            outcomes = intake.receive(warehouse, warehouse.settings, feed=contract.feed, **window(context))
            yield dg.MaterializeResult(asset_key=key, metadata=intake.figures(outcomes))
        for gate in ("drop", "intake"):
            runs = [run for outcome in outcomes for run in outcome.gate_runs if run.gate == gate]
            yield shown(runs, f"{gate}_gate", key, blocks=False)

    return asset


assets = [accepted(contract) for contract in CONTRACTS.values()]
