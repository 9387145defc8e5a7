"""Named places where a process can be made to die, so that tests can prove a rerun heals it.

Here: the one function that stages call at their boundaries and inside their transactions.
Not here: what a stage does after a crash; that is the stage's own idempotence.
"""

import os
import signal


def reach(name: str) -> None:
    """Die at once, as by a power cut, when `P20W_FAILPOINT` names this place; otherwise do nothing.

    Args:
        name: `<stage>.<moment>`, for example `intake.before_commit`.
    """
    if os.environ.get("P20W_FAILPOINT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
