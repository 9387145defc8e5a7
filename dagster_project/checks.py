"""Recorded gate runs as Dagster's asset checks.

Here: how a verdict in `governance.gate_run` is shown. Not here: running a gate or demanding its pass; stages
do that themselves (`p20w.pipeline`), whether or not a check is ticked.
"""

from collections.abc import Iterable

import dagster as dg

from p20w.pipeline.gates import GateClosed, GateResult, GateRun


def gate_check(name: str, asset: dg.AssetKey, description: str) -> dg.AssetCheckSpec:
    """A check that stops what comes after it in the same run."""
    return dg.AssetCheckSpec(name=name, asset=asset, blocking=True, description=description)


def shown(runs: Iterable[GateRun], name: str, asset: dg.AssetKey, *, blocks: bool = True) -> dg.AssetCheckResult:
    """Gate runs as one check result: red when something critical failed, yellow when anything else did.

    With `blocks=False` a closed gate is yellow too: a refused drop is not active, and the others go on.
    """
    found = list(runs)
    failures = [(run.scope, failure) for run in found for failure in run.failures]
    closed = [run.scope for run in found if not run.passed]
    metadata: dict[str, dg.MetadataValue] = {
        "judged": dg.MetadataValue.int(len(found)),
        "expectations": dg.MetadataValue.int(sum(len(run.results) for run in found)),
    }
    if failures:
        metadata["failures"] = dg.MetadataValue.table([_row(*failure) for failure in failures[:100]])
    return dg.AssetCheckResult(
        check_name=name,
        asset_key=asset,
        passed=not failures,
        severity=dg.AssetCheckSeverity.ERROR if closed and blocks else dg.AssetCheckSeverity.WARN,
        metadata=metadata,
    )


def demand(run: GateRun) -> None:
    """End the step when the gate is closed, after its check has been shown."""
    try:
        run.demand_pass()
    except GateClosed as closed:
        raise dg.Failure(description=str(closed), allow_retries=False) from None


def _row(scope: str, result: GateResult) -> dg.TableRecord:
    return dg.TableRecord(
        {
            "scope": scope,
            "expectation": result.expectation,
            "severity": result.severity,
            "observed": result.observed,
            "what": result.what,
            "resolve": result.resolve,
        }
    )
