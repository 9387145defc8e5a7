"""A process that has imported everything and forks a child for each refresh, so that a kill costs no imports.

Reads one JSON request a line (environment, label) and answers with one JSON line: how the child ended and what it
said. Started by the fixture `refresh` of this folder.
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


def child(request: dict[str, Any], answer: int) -> None:
    """Refresh as the command line would, and write the outcome to `answer`."""
    from p20w import refresh
    from p20w.plain_errors import describe
    from p20w.settings import Settings

    os.environ.update(request["environment"])
    try:
        outcome = refresh.run(Settings.load(), request["label"])
        told: dict[str, Any] = {
            "opened": outcome.opened,
            "label": outcome.refresh.label if outcome.refresh else None,
            "refused": list(outcome.refused),
            "report": str(outcome.report) if outcome.report else None,
        }
        code = 0
    except Exception as error:
        told, code = {"error": describe(error)}, 1
    os.write(answer, json.dumps(told).encode())
    os._exit(code)


def serve() -> None:
    """Answer requests until the input ends."""
    for line in sys.stdin:
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
