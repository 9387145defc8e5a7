"""A process that has imported everything and forks a child for each refresh, so that a kill costs no imports.

Reads one JSON request a line (environment, label, stage) and answers with one JSON line: how the child ended and
what it said. Without a stage the child refreshes as the command line does, through Dagster; with one it runs that
stage alone. Started by the fixture `refresh` of this folder.
"""

import importlib
import json
import os
import sys
import tempfile
from typing import Any

# Only what starts no threads of its own: those would be missing in the child.
BEFORE_FORKING = (
    "dagster",
    "dagster_dbt",
    "dagster_postgres",
    "dbt.cli.main",
    "expectations.runner",
    "great_expectations",
    "p20w.intake",
    "p20w.registry",
    "p20w.reports",
    "p20w.warehouse",
    "splink_models",
)


def prepare(request: dict[str, Any]) -> None:
    """Import Dagster's definitions too, once a child has prepared the dbt manifest they are made from."""
    os.environ.update(request["environment"])
    pid = os.fork()
    if pid == 0:
        from p20w.settings import Settings
        from p20w.warehouse import manifest

        manifest(Settings.load())
        os._exit(0)
    os.waitpid(pid, 0)
    importlib.import_module("dagster_project.run")


def child(request: dict[str, Any], answer: int) -> None:
    """Do as asked, and write what came of it to `answer`."""
    from p20w.plain_errors import describe
    from p20w.settings import Settings

    os.environ.update(request["environment"])
    try:
        settings = Settings.load()
        told = alone(settings, request["stage"]) if request["stage"] else whole(settings, request["label"])
        code = 0
    except Exception as error:
        told, code = {"error": describe(error)}, 1
    os.write(answer, json.dumps(told).encode())
    os._exit(code)


def whole(settings: Any, label: str | None) -> dict[str, Any]:
    """A refresh as the command line runs it."""
    from dagster_project import refresh

    outcome = refresh.run(settings, label)
    return {
        "opened": outcome.opened,
        "label": outcome.refresh.label if outcome.refresh else None,
        "refused": list(outcome.refused),
        "report": str(outcome.report) if outcome.report else None,
    }


def alone(settings: Any, stage: str) -> dict[str, Any]:
    """One stage without Dagster, by the functions its assets call."""
    from p20w import intake, warehouse
    from p20w.database import Warehouse
    from p20w.pipeline import refreshes
    from p20w.registry import assigning
    from p20w.registry.persons import promotion

    held = Warehouse.open(settings)
    with held.writer(stage):
        if stage == "intake":
            intake.receive(held, settings)
        elif stage == "refresh":
            refreshes.open_refresh(held)
        elif stage == "registry":
            assigning.assign(held, settings, refreshes.current(held).refresh_id)
        elif stage == "promotion":
            promotion.promote(held, refreshes.current(held).refresh_id)
        elif stage == "core":
            warehouse.build_core(held, settings, refreshes.current(held).refresh_id)
        elif stage == "marts":
            warehouse.build_marts(held, settings, refreshes.current(held).refresh_id)
        elif stage == "publication":
            warehouse.publish_marts(held, refreshes.current(held).refresh_id)
        elif stage == "end":
            refreshes.finish_refresh(held, refreshes.current(held).refresh_id)
    return {}


def serve() -> None:
    """Answer requests until the input ends."""
    for number, line in enumerate(sys.stdin):
        if number == 0:
            prepare(json.loads(line))
        with tempfile.TemporaryFile() as answer:
            pid = os.fork()
            if pid == 0:
                child(json.loads(line), answer.fileno())
            _, status = os.waitpid(pid, 0)
            answer.seek(0)
            told = answer.read().decode()
        result = {"code": os.waitstatus_to_exitcode(status), **(json.loads(told) if told else {})}
        sys.__stdout__ and print(json.dumps(result), file=sys.__stdout__, flush=True)


if __name__ == "__main__":
    for name in BEFORE_FORKING:
        importlib.import_module(name)
    serve()
