"""Tests and benchmarks make warehouses of their own, and never touch the one that the environment names."""

import os

PLACES = (
    *("HOME", "DROPS", "TRUTH", "REPORTS", "SECRETS", "DATABASE", "SPARK_FOLDER"),
    *("SERVER_URL", "SERVER_PASSWORD_FILE", "SERVER_FOLDER"),
)


def forget_installation() -> None:
    """Take away the variables that say where an installation is, before any settings are read."""
    for name in PLACES:
        os.environ.pop(f"P20W_{name}", None)
