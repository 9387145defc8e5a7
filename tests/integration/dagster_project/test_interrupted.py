"""Ctrl-C in the middle of a run is no failure of a step."""

import os
import signal
import time

import dagster as dg

from dagster_project.run import was_interrupted


@dg.op
def long_work() -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(30)


@dg.op
def broken() -> None:
    raise dg.Failure("no")


@dg.job
def interrupted() -> None:
    long_work()


@dg.job
def failing() -> None:
    broken()


def test_a_run_ended_by_ctrl_c_is_told_from_one_that_failed() -> None:
    assert was_interrupted(interrupted.execute_in_process(raise_on_error=False))
    assert not was_interrupted(failing.execute_in_process(raise_on_error=False))
