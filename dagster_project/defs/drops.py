"""What agencies delivered: one asset a feed, partitioned by the refresh a delivery belongs to."""

import dagster as dg

from dagster_project.doorway import doorway
from dagster_project.partitions import refreshes, window
from dagster_project.resources import OpenWarehouse
from p20w.contracts import FeedContract, load_contracts
from p20w.settings import Settings

CONTRACTS = load_contracts(Settings().contracts)


def arrived(contract: FeedContract) -> dg.AssetsDefinition:
    """The deliveries of one feed."""

    @dg.asset(
        key=["drops", contract.feed],
        group_name="drops",
        partitions_def=refreshes,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description=f"{contract.purpose} As delivered by: {contract.authoritative_source}",
        kinds={"file"},
    )
    def asset(context: dg.AssetExecutionContext, warehouse: OpenWarehouse) -> dg.MaterializeResult[None]:
        from p20w.intake import arrivals

        with doorway(warehouse, f"looking for drops of {contract.feed}"):
            found = arrivals(warehouse, warehouse.settings, feed=contract.feed, **window(context))
            return dg.MaterializeResult(metadata=found)

    return asset


assets = [arrived(contract) for contract in CONTRACTS.values()]
