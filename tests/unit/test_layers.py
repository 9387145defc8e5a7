"""Imports point one way, by name too: what import-linter (pyproject.toml) cannot see by itself."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = ("dagster_project", "p20w", "splink_models", "expectations")
DYNAMIC = {"import_module", "__import__", "run_module", "run_path", "find_spec", "exec_module", "load_module"}


def dynamic_imports(source: str) -> Iterator[tuple[int, str | None]]:
    """Line, and the package that is imported by a name put together at run time; None where it cannot be told."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", None)
            if name in DYNAMIC:
                yield node.lineno, package(node.args[0]) if node.args else None


def package(argument: ast.expr) -> str | None:
    if isinstance(argument, ast.JoinedStr):
        argument = argument.values[0]
    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
        return None
    name, dot, _ = argument.value.partition(".")
    return name if name and (dot or argument.value.isidentifier()) else None


@pytest.mark.parametrize("room", PACKAGES)
def test_no_room_reaches_one_of_ours_by_a_name_that_the_linter_does_not_see(room: str) -> None:
    found = {
        f"{path.relative_to(PROJECT)}:{line}": target
        for path in sorted((PROJECT / room).rglob("*.py"))
        for line, target in dynamic_imports(path.read_text())
        if target is None or target in PACKAGES
    }
    assert not found, "import it as the rooms below are imported, or move the code to the room that may"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("importlib.import_module('dagster_project.run')", "dagster_project"),
        ("__import__('p20w')", "p20w"),
        ("import_module(f'p20w.{room}')", "p20w"),
        ("import_module(name)", None),
        ("import_module('.run', 'dagster_project')", None),
        ("import_module(f'{name}.run')", None),
        ("import_module('dagster' + '_project')", None),
        ("runpy.run_module('dagster_project.run')", "dagster_project"),
        ("import_module('pyspark.sql')", "pyspark"),
    ],
)
def test_a_name_put_together_at_run_time_is_seen_whatever_its_form(source: str, target: str | None) -> None:
    assert list(dynamic_imports(source)) == [(1, target)]


def test_every_room_has_its_place_in_the_order() -> None:
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    listed = {name for layer in layers for name in layer.replace("|", " ").replace(":", " ").split()}
    rooms = {
        f"p20w.{path.stem}"
        for path in (PROJECT / "p20w").iterdir()
        if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").exists()
    }
    assert listed == rooms | {"dagster_project", "splink_models", "expectations"}
