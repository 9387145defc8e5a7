"""Run benchmarks and hold them against their bars: `python -m tests.benchmarks [module ...]`."""

import importlib
import pkgutil
import sys

from rich.console import Console
from rich.table import Table

import tests.benchmarks as benchmarks
from tests.benchmarks import Figure
from tests.own_state import forget_installation


def main(names: list[str]) -> int:
    """Run the named modules, or all; the number of missed bars."""
    forget_installation()
    known = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    figures: list[Figure] = []
    for name in names or known:
        figures += importlib.import_module(f"tests.benchmarks.{name}").run()
    table = Table("figure", "value", "bar", "", title="Benchmarks")
    for figure in figures:
        bar = "" if figure.bar is None else f"{figure.bar:,.2f} {figure.unit}"
        verdict = "" if figure.bar is None else "met" if figure.passed else "missed"
        table.add_row(figure.name, f"{figure.value:,.2f} {figure.unit}", bar, verdict)
    Console().print(table)
    return sum(not figure.passed for figure in figures)


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
