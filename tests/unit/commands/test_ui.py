"""The processes of `p20w ui` end with it."""

import subprocess
import sys

import psutil
import pytest

STARTS = """
import time
from p20w.commands.ui import _start
from p20w.settings import Settings
print(_start(Settings.load(), "python", "-c", "import time; time.sleep(600)").pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the system's own means, which others have not")
def test_a_process_that_ui_started_ends_when_ui_is_killed() -> None:
    ui = subprocess.Popen([sys.executable, "-c", STARTS], stdout=subprocess.PIPE, text=True)
    try:
        assert ui.stdout is not None
        started = psutil.Process(int(ui.stdout.readline()))
    finally:
        ui.kill()
        ui.communicate()
    assert psutil.wait_procs([started], timeout=30)[1] == []
