"""What agencies delivered: one asset a feed, partitioned by the refresh a delivery belongs to."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.doorway import doorway
from dagster_project.feeds import Feed
from dagster_project.partitions import refreshes, window
from dagster_project.resources import OpenWarehouse


def arrived(feed: Feed) -> dg.AssetsDefinition:
    """The deliveries of one feed; materialized when there are any."""
    contract = feed.contract

    @dg.asset(
        key=["drops", feed.name],
        group_name="drops",
        partitions_def=refreshes,
        backfill_policy=dg.BackfillPolicy.single_run(),
        description=feed.described(
            f"{contract.purpose} As delivered by: {contract.authoritative_source}" if contract else ""
        ),
        freshness_policy=feed.freshness,
        output_required=False,
        kinds={"file"},
    )
    def asset(context: dg.AssetExecutionContext, warehouse: OpenWarehouse) -> Iterator[dg.MaterializeResult[None]]:
        from p20w.intake import arrivals

        with doorway(warehouse, f"looking for drops of {feed.name}"):
            feed.demand_contract()
            found = arrivals(warehouse, warehouse.settings, feed=feed.name, **window(context))
            if found["delivered"]:
                yield dg.MaterializeResult(metadata=found)

    return asset
