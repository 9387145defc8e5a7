"""The two jobs of a refresh: take in what has arrived, then publish once."""

import dagster as dg

from dagster_project.partitions import refreshes

take_in = dg.define_asset_job(
    "take_in",
    selection=dg.AssetSelection.groups("drops", "intake"),
    partitions_def=refreshes,
    description="Check, split and load what was delivered in a quarter. History is one run over many quarters.",
)
publish = dg.define_asset_job(
    "publish",
    selection=dg.AssetSelection.groups("registry", "reference", "staging", "core", "intermediate", "marts", "reports"),
    description="Who is who, core, marts and the board's report, over all active drops.",
)
