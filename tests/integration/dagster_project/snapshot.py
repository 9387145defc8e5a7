"""Dagster's definitions as a file that people can read and compare; `make definitions` writes it again.

Here: what there is and how it hangs together. Not here: descriptions, which say for themselves what they say.
"""

from pathlib import Path
from typing import Any

import dagster as dg
import yaml

SNAPSHOT = Path(__file__).with_name("definitions.yaml")
HEAD = "# Everything Dagster shows. Written by: make definitions\n"


def picture(definitions: dg.Definitions) -> str:
    """Assets, checks, jobs, schedules, sensors and resources, by name."""
    repository = definitions.get_repository_def()
    graph = definitions.resolve_asset_graph()
    shown = {
        "assets": {key.to_user_string(): _asset(graph, key) for key in sorted(graph.get_all_asset_keys())},
        "jobs": {name: _job(definitions.resolve_job_def(name)) for name in _jobs(repository)},
        "schedules": {
            item.name: {"starts": item.job_name, "cron": f"{item.cron_schedule} {item.execution_timezone}"}
            for item in sorted(repository.schedule_defs, key=lambda item: item.name)
        },
        "sensors": {
            item.name: {
                "starts": item.job_name if item.has_jobs else None,
                "every_seconds": item.minimum_interval_seconds,
            }
            for item in sorted(repository.sensor_defs, key=lambda item: item.name)
        },
        "resources": {name: type(item).__name__ for name, item in sorted((definitions.resources or {}).items())},
    }
    return HEAD + yaml.safe_dump(shown, sort_keys=False, width=110, allow_unicode=True)


def _asset(graph: Any, key: dg.AssetKey) -> dict[str, Any] | str:
    node = graph.get(key)
    reads = [parent.to_user_string() for parent in sorted(node.parent_keys)]
    if not node.is_materializable:
        return "made outside of Dagster"
    checks = {
        check.name: "blocks what comes after it" if graph.get_check_spec(check).blocking else "tells"
        for check in sorted(node.check_keys)
    }
    policy = node.freshness_policy
    due = f"{policy.deadline_cron}, since {policy.lower_bound_delta.days} days" if policy else None
    partitions = f"{len(node.partitions_def.get_partition_keys())} quarters" if node.partitions_def else None
    said = {"group": node.group_name, "partitions": partitions, "due": due, "checks": checks, "reads": reads}
    return {name: value for name, value in said.items() if value}


def _jobs(repository: Any) -> list[str]:
    """Names of our own, without the one that Dagster makes for whatever somebody selects in its pages."""
    return sorted(job.name for job in repository.get_all_jobs() if not job.name.startswith("__"))


def _job(job: dg.JobDefinition) -> list[str]:
    """The steps, each once however many assets it makes."""
    return sorted(node.name for node in job.graph.nodes)


if __name__ == "__main__":
    from dagster_project.definitions import defs

    SNAPSHOT.write_text(picture(defs))
    print(f"Written: {SNAPSHOT}")
