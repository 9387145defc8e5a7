"""What agencies delivered and the lines accepted of it: two assets a feed, all taken in by one step.

Partitioned by the refresh a delivery belongs to. The drop gate and the intake gate are run inside `p20w.intake`, once
for all feeds of a run: asked feed by feed, their questions would take longer than the lines.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from dagster_project.checks import gate_check, shown
from dagster_project.doorway import doorway
from dagster_project.feeds import Feed
from dagster_project.partitions import refreshes, window
from dagster_project.resources import OpenWarehouse


def taken_in(feeds: Sequence[Feed]) -> dg.AssetsDefinition:
    """The deliveries of every feed, and their accepted lines without direct identifiers.

    Assets of a feed without a delivery are not materialized. One whose contract cannot be read ends the step as failed
    after the others are taken in.
    """

    @dg.multi_asset(
        name="intake",
        specs=[spec for feed in feeds for spec in (_delivered(feed), _accepted(feed))],
        check_specs=[check for feed in feeds for check in _checks(feed)],
        partitions_def=refreshes,
        backfill_policy=dg.BackfillPolicy.single_run(),
        can_subset=True,
    )
    def intake(
        context: dg.AssetExecutionContext, warehouse: OpenWarehouse
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        from p20w.intake import arrivals, figures, receive

        chosen = context.selected_asset_keys
        asked = [feed for feed in feeds if not chosen.isdisjoint((_drops(feed), _lines(feed)))]
        names = [feed.name for feed in asked if not feed.fault]
        with doorway(warehouse, "looking for drops"):
            arrived = arrivals(warehouse, warehouse.settings, feeds=names, **window(context))
        for feed in asked:
            if feed.name in arrived and _drops(feed) in chosen:
                yield dg.MaterializeResult(asset_key=_drops(feed), metadata=arrived[feed.name])
        wanted = [feed for feed in asked if feed.name in arrived and _lines(feed) in chosen]
        with doorway(warehouse, "taking in drops"):
            outcomes = receive(warehouse, warehouse.settings, feeds=[feed.name for feed in wanted], **window(context))
        for feed in wanted:
            mine = [outcome for outcome in outcomes if outcome.feed == feed.name]
            yield dg.MaterializeResult(asset_key=_lines(feed), metadata=figures(mine))
            for gate in ("drop", "intake"):
                runs = [run for outcome in mine for run in outcome.gate_runs if run.gate == gate]
                yield shown(runs, f"{gate}_gate", _lines(feed), blocks=False)
        if broken := next((feed for feed in asked if feed.fault), None):
            with doorway(warehouse, f"reading the contract of {broken.name}"):
                broken.demand_contract()

    return intake


def _drops(feed: Feed) -> dg.AssetKey:
    return dg.AssetKey(["drops", feed.name])


def _lines(feed: Feed) -> dg.AssetKey:
    return dg.AssetKey(["intake", feed.name])


def _delivered(feed: Feed) -> dg.AssetSpec:
    contract = feed.contract
    return dg.AssetSpec(
        _drops(feed),
        group_name="drops",
        description=feed.described(
            f"{contract.purpose} As delivered by: {contract.authoritative_source}" if contract else ""
        ),
        freshness_policy=feed.freshness,
        skippable=True,
        kinds={"file"},
    )


def _accepted(feed: Feed) -> dg.AssetSpec:
    contract = feed.contract
    return dg.AssetSpec(
        _lines(feed),
        deps=[_drops(feed)],
        group_name="intake",
        description=feed.described(f"{contract.granularity}. {contract.limitations}" if contract else ""),
        skippable=True,
        kinds={"postgres"},
    )


def _checks(feed: Feed) -> list[dg.AssetCheckSpec]:
    return [
        gate_check("drop_gate", _lines(feed), "Every active drop is the file its manifest describes."),
        gate_check("intake_gate", _lines(feed), "Every line of an active drop is accepted or quarantined."),
    ]
