"""Start Spark so that it tells nobody anything and leaves nothing behind.

Here: the properties of a session, its Java process, their end, and errors in plain words. Not here: what is computed.

On this machine Spark listens on loopback only, has no web page, no event log and no log; what it spills is
encrypted with a key that is in memory only. Its Java process ends with the work, or with our process if that dies.
"""

import importlib
import shutil
import subprocess
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from p20w.private import private_folder
from p20w.settings import Settings


class EngineFailed(RuntimeError):
    """The engine that an installation asks for cannot do its work; the message holds no data."""


@contextmanager
def spark_session(settings: Settings, folder: Path) -> Generator[Any]:
    """A session for the block, all of whose files are in `folder`.

    Raises:
        EngineFailed: pyspark or Java is not installed.
    """
    options = properties(settings, folder)
    with java(options):
        builder = importlib.import_module("pyspark.sql").SparkSession.builder
        for name, value in options.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        try:
            yield session
        finally:
            utilities = getattr(session.sparkContext._jvm.org.apache.spark.util, "Utils$")
            session.stop()
            # otherwise the next session of this Java process would make this one's folder again
            getattr(utilities, "MODULE$").clearLocalRootDirs()


def properties(settings: Settings, folder: Path) -> dict[str, str]:
    """Spark's properties: ours, then those of the installation.

    Args:
        settings: the master and further properties; its Java options are added to ours, all others replace ours.
        folder: private; Spark's files on this machine go there.
    """
    own = {
        "spark.app.name": "p20w linkage",
        "spark.master": settings.spark_master,
        # Damerau-Levenshtein, which Spark itself does not have
        "spark.jars": importlib.import_module("splink.backends.spark").similarity_jar_location(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.eventLog.enabled": "false",
        # errors reach the caller as exceptions; logged, they would quote values
        "spark.log.level": "OFF",
        "spark.executor.syncLogLevel.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.local.dir": str(private_folder(folder / "local")),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
    }
    if settings.spark_master.startswith("local"):
        own |= {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "2g",
            "spark.sql.shuffle.partitions": str(4 * settings.workers),
        }
    java_options = settings.spark_options.get("spark.driver.extraJavaOptions", "")
    return {
        **own,
        **settings.spark_options,
        "spark.driver.extraJavaOptions": f"{_java_options(folder)} {java_options}".strip(),
    }


def _java_options(folder: Path) -> str:
    temporary = private_folder(folder / "java")
    return " ".join(
        (
            f'"-Djava.io.tmpdir={temporary}"',
            f'"-Dlog4j2.configurationFile={Path(__file__).parent / "log4j2.properties"}"',
            f'"-XX:ErrorFile={temporary}/error.log"',
            "-XX:-UsePerfData",  # writes to /tmp
            "-XX:-CreateCoredumpOnCrash",
        )
    )


@contextmanager
def java(options: dict[str, str]) -> Generator[None]:
    """Spark's Java process for the block; inside a block that has one already, that one.

    Raises:
        EngineFailed: pyspark or Java is not installed.
    """
    try:
        pyspark = importlib.import_module("pyspark")
    except ImportError:
        raise EngineFailed("P20W_LINKAGE_BACKEND is spark, but pyspark is not installed. Run: make spark") from None
    if shutil.which("java") is None:
        raise EngineFailed("P20W_LINKAGE_BACKEND is spark, but there is no Java (17 or later). Run: make spark")
    # it is about tables exchanged with pandas, and there are none
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    context = pyspark.SparkContext
    if context._gateway is not None:
        yield
        return
    context._ensure_initialized(conf=pyspark.SparkConf(loadDefaults=False).setAll(list(options.items())))
    try:
        yield
    finally:
        _end(context)


def _end(context: Any) -> None:
    gateway = context._gateway
    context._gateway = context._jvm = None
    gateway.shutdown()
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(timeout=30)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()


def cause_of(error: BaseException) -> str:
    """What failed, as names of classes: the Python error, and the chain of Java errors behind it."""
    names = [type(error).__name__]
    current: BaseException | None = error
    while current is not None and not hasattr(current, "java_exception"):
        current = current.__cause__ or getattr(current, "_origin", None)
    try:
        java_error = getattr(current, "java_exception", None)
        while java_error is not None and len(names) < 8:
            names.append(str(java_error.getClass().getName()))
            java_error = java_error.getCause()
    except Exception:  # Java is gone, and with it what it could have told
        names.append("Java ended")
    return " from ".join(dict.fromkeys(names))
