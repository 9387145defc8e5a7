"""What `make test-security` counts: each module that tries an attack has a class, and each class its modules."""

import subprocess
import sys
from pathlib import Path

from tests.attacks import CLASSES, SECURITY, TESTS

PLANTED = """
from pathlib import Path

from tests import attacks
from tests.attacks import pytest_collection_modifyitems, pytest_terminal_summary

attacks.TESTS, attacks.CLASSES = Path(__file__).parent, {"to forge": ("test_forging.py",)}
"""
FORGING = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_one(number): assert number < 2

def test_many(record_property): record_property("tried", 40)
"""


def test_every_module_of_security_tests_has_a_class_and_every_module_is_there() -> None:
    modules = [module for group in CLASSES.values() for module in group]
    assert len(modules) == len(set(modules))
    assert all((TESTS / module).is_file() for module in modules)
    assert {module for module in modules if module.startswith(SECURITY)} == {
        f"{SECURITY}/{path.name}" for path in (TESTS / SECURITY).glob("test_*.py")
    }


def test_attempts_are_counted_as_they_run_on_one_process_or_several(tmp_path: Path) -> None:
    folder = tmp_path / "planted"
    folder.mkdir()
    (folder / "conftest.py").write_text(PLANTED)
    (folder / "test_forging.py").write_text(FORGING)
    for processes in ("0", "2"):
        options = ("-c", str(TESTS.parent / "pyproject.toml"), "-n", processes, "-p", "no:cacheprovider")
        command = [sys.executable, "-m", "pytest", *options, str(folder)]
        done = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False)
        assert "     42 of      43  to forge" in done.stdout, done.stdout + done.stderr
