"""Spark for tests: whether it is there, and one Java process for many small tables."""

import importlib.util
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from p20w.settings import Settings
from p20w.spark.session import java, properties

QUICK = {
    # on a few hundred records Java's compilers cost more than they save
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
}
"""Properties of Spark that change no result."""


def need_spark() -> None:
    """Skip where there is no Spark; where it could be installed, its absence is a failure."""
    if importlib.util.find_spec("pyspark") and shutil.which("java"):
        return
    missing = "Spark or Java is not installed. Run: make spark"
    pytest.fail(missing) if os.environ.get("CI") or os.geteuid() == 0 else pytest.skip(missing)


@contextmanager
def one_java() -> Generator[None]:
    """One Java process for the block: starting one takes seconds, and every comparison would start its own."""
    need_spark()
    folder = Path(tempfile.mkdtemp(prefix="p20w-java-"))
    settings = Settings(home=folder, linkage_backend="spark", spark_options=QUICK)
    try:
        with java(properties(settings, folder)):
            yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)
