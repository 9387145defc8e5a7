"""Run dbt in this process, as the transform role, with everything it writes in the private folder.

In process, because a child would import and parse again: 3.7 s against 0.7 s a run (2026-11, two cores).
Here: arguments, environment, progress, errors without values. Not here: which models belong to which stage.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.plain_errors import in_a_message, of_the_machine
from p20w.private import private_folder
from p20w.progress import tell
from p20w.settings import Settings
from p20w.warehouse.outcome import ModelRun
from p20w.warehouse.versions import versions

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunner, dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

# Tests of SQL logic run where the code is tested (tests/integration/warehouse); gates judge the data.
NOT_IN_PRODUCTION = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|\([^)]*\)""")


class BuildError(RuntimeError):
    """dbt could not build a model; the message names models and what kind of error, never a value."""


@dataclass(frozen=True)
class Built:
    """One run a model or seed, the versions of the models that grow (`versions`), and the project as it was parsed."""

    models: tuple[ModelRun, ...]
    versions: dict[str, str]
    manifest: Manifest


def build(
    warehouse: Warehouse, settings: Settings, select: Sequence[str], standing: Mapping[str, str] = MappingProxyType({})
) -> Built:
    """Build the selected models and seeds in their order.

    Args:
        warehouse: the warehouse to build in.
        settings: of the installation.
        select: dbt selectors, such as `path:models/core`.
        standing: version by which each growing model was built so far; one that has another version now is built anew,
            so that old rows follow the new rule too, and the others go on growing.

    Raises:
        BuildError: a model failed; those before it are built, those after it are not.
    """
    with _environment(warehouse):
        parsed = _parse(settings, "run")
        found = versions(parsed, settings)
        for node in parsed.nodes.values():
            if node.name in found and found[node.name] != standing.get(node.name):
                node.config.full_refresh = True
        outcome = _invoke(
            _runner(manifest=parsed, callbacks=[_tell_progress]),
            [
                "build",
                *_selected(select),
                *NOT_IN_PRODUCTION,
                "--threads",
                str(max(2, min(4, settings.workers))),
                "--no-write-json",
                *_arguments(settings, "run"),
            ],
        )
    return Built(tuple(_model_run(result) for result in outcome.results), found, parsed)


def check(warehouse: Warehouse, settings: Settings, *select: str) -> int:
    """Run dbt's unit and data tests on what is built; for those who change models. Gates judge every refresh.

    Args:
        warehouse: in which the models are built.
        settings: of the installation.
        select: dbt selectors of the models; all without any.

    Returns:
        how many tests passed.

    Raises:
        BuildError: some failed.
    """
    with _environment(warehouse):
        outcome = _invoke(_runner(), ["test", *_selected(select), "--no-write-json", *_arguments(settings, "run")])
    return len(outcome.results)


def parse(settings: Settings) -> Manifest:
    """The dbt project, parsed; needs no database.

    Raises:
        BuildError: it cannot be parsed.
    """
    with _environment(None):
        return _parse(settings, "parsed")


def compiled(warehouse: Warehouse, settings: Settings) -> Manifest:
    """The dbt project with the SQL of each model as it would be built from nothing.

    Raises:
        BuildError: it cannot be compiled.
    """
    with _environment(warehouse):
        parsed = _parse(settings, "compiled")
        arguments = ["compile", "--full-refresh", "--no-write-json", *_arguments(settings, "compiled")]
        _invoke(_runner(manifest=parsed), arguments)
    return parsed


def manifest(settings: Settings, warehouse: Warehouse | None = None) -> Path:
    """`manifest.json` of the dbt project, parsed again only when a file of the project is newer.

    Needs no database: without `warehouse` the models are described as they would be on any server. Several processes
    may ask at once (webserver, daemon and code server start together): each finds a whole file.
    """
    folder = private_folder(private_folder(settings.home / "dbt-target") / "manifest")
    file = folder / "manifest.json"
    newest = max(path.stat().st_mtime for path in settings.dbt.rglob("*") if path.is_file())
    if not file.exists() or file.stat().st_mtime < newest:
        with tempfile.TemporaryDirectory(dir=folder) as beside, _environment(warehouse):
            _parse(settings, f"manifest/{Path(beside).name}")
            (Path(beside) / file.name).replace(file)
    return file


def compiled_folder(settings: Settings) -> Path:
    """Where the SQL of the models lies as it was last built, by path within the dbt project."""
    return settings.home / "dbt-target" / "run" / "compiled" / "p20w"


def _selected(select: Sequence[str]) -> list[str]:
    """Arguments for dbt selectors; all models without any."""
    return [argument for selector in select for argument in ("--select", selector)]


def _parse(settings: Settings, purpose: str) -> Any:
    return _invoke(_runner(), ["parse", *_arguments(settings, purpose)])


def _runner(**options: Any) -> dbtRunner:
    from dbt.cli.main import dbtRunner

    return dbtRunner(**options)


def _invoke(runner: dbtRunner, arguments: list[str]) -> Any:
    folder = Path.cwd()
    try:
        outcome = runner.invoke(arguments)
    finally:
        os.chdir(folder)
        _forget_its_settings()
    if outcome.success:
        return outcome.result
    if told := _of_the_machine(outcome):
        raise BuildError(f"dbt stopped. {told}")
    failed = [result for result in getattr(outcome.result, "results", ()) if str(result.status) in ("error", "fail")]
    if failed:
        lines = [f"- {result.node.name}: {_without_values(result.message or '')}" for result in failed]
        raise BuildError(
            "\n".join(["dbt could not build:", *lines, "Mend the model or its input, then run the refresh again."])
        )
    reason = _without_values(str(outcome.exception)) if outcome.exception else "no reason given"
    raise BuildError(f"dbt {arguments[0]} stopped before any model: {type(outcome.exception).__name__}: {reason}")


def _forget_its_settings() -> None:
    """Leave each setting of dbt's adapters once in their list, to which every run adds those of Postgres again.

    dbt looks through the whole stack for the origin of each, and a process that runs it often becomes slower and
    slower: after thirty runs, half of the time that dbt took was that (2026-11, dbt-adapters 1.24).
    """
    from dbt.adapters.base.impl import DEFAULT_BASE_BEHAVIOR_FLAGS as SETTINGS

    SETTINGS[:] = {setting["name"]: setting for setting in SETTINGS}.values()


def _of_the_machine(outcome: dbtRunnerResult) -> str | None:
    """A sentence where the disk or the database failed under dbt, and not a model."""
    if outcome.exception:
        return of_the_machine(outcome.exception) or in_a_message(str(outcome.exception))
    results = [result for result in getattr(outcome.result, "results", ()) if str(result.status) == "error"]
    return next((told for result in results if (told := in_a_message(result.message or ""))), None)


def _arguments(settings: Settings, purpose: str) -> list[str]:
    target = str(private_folder(private_folder(settings.home / "dbt-target") / purpose))
    return [
        *("--project-dir", str(settings.dbt), "--profiles-dir", str(settings.dbt)),
        *("--target-path", target, "--log-path", target),
        *("--log-level", "none", "--log-level-file", "none", "--no-version-check"),
    ]


@contextmanager
def _environment(warehouse: Warehouse | None) -> Generator[None]:
    """What profiles.yml reads, for the length of the block."""
    values = {
        "P20W_DBT_HOST": warehouse.host if warehouse else "localhost",
        "P20W_DBT_PORT": str(warehouse.port if warehouse else 5432),
        "P20W_DBT_USER": "p20w_transform",
        "P20W_DBT_PASSWORD": warehouse.password("transform") if warehouse else "",
        "P20W_DBT_DATABASE": warehouse.settings.database if warehouse else "p20w",
        "DO_NOT_TRACK": "1",
        **(warehouse.libpq_environment() if warehouse else {}),
    }
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _tell_progress(event: Any) -> None:
    if event.info.name == "LogStartLine":
        reach(f"dbt.{event.data.node_info.node_name}")
        tell(f"building {event.data.node_info.node_name}", event.data.index / max(event.data.total, 1))


def _model_run(result: Any) -> ModelRun:
    rows = result.adapter_response.get("rows_affected")
    kind = str(result.node.config.materialized)
    written = None if kind == "view" or rows in (None, -1) else int(rows)
    return ModelRun(result.node.name, result.node.schema, kind, written, result.execution_time)


def _without_values(message: str) -> str:
    """The line of a driver's message that says what went wrong, with whatever it quotes left out."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    told = next((line for line in lines if not line.startswith(("Database Error", "Runtime Error"))), "no message")
    return _QUOTED.sub("…", told)[:200]
