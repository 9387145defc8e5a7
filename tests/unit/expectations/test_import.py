"""Great Expectations is imported wherever a gate is asked for, beside whatever else is installed."""

import importlib.util
import subprocess
import sys

import pytest


def test_a_worker_process_outlives_the_import_also_where_spark_is_installed() -> None:
    program = "from expectations import runner; runner.warm_up(); print('still here')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "still here"


def test_the_import_loads_no_spark_and_hides_none_afterwards() -> None:
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed")
    program = (
        "import sys; from expectations import runner; runner.warm_up(); "
        "print([name for name in sys.modules if name.split('.')[0] == 'pyspark'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
