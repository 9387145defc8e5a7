"""Orchestration only: which stage runs when, over which drops, and what Dagster shows of it.

Here: assets, checks, jobs, the schedules, the sensor, and `refresh`, which the command line calls. Each asset is a
doorway: a few lines that call one function of `p20w` and return its figures. Not here: SQL, thresholds and
decisions about data. Gates are run and demanded inside the functions of `p20w`; a check shown here repeats
their recorded verdict, so unticking one skips nothing.
"""

import warnings

# Backfill policies are used as documented; that they may still change is for whoever raises the version.
warnings.filterwarnings("ignore", message=".*`backfill_policy` .* is currently in beta")
