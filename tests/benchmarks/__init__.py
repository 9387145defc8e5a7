"""Measured bars, run by `make bench` and never by the tests.

Each module has `run() -> list[Figure]`. Ratios are taken within one run, as the speed of a host drifts.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure with its bar; a figure without bar is for information."""

    name: str
    value: float
    unit: str
    bar: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the figure is at most its bar."""
        return self.bar is None or self.value <= self.bar
