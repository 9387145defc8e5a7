"""One writer at a time, whoever starts it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

import pytest

from p20w.database import Warehouse, WriterBusy
from p20w.settings import Settings


def hold(settings: Settings, pipe: Connection) -> None:
    with Warehouse.open(settings).writer("loading ui_wage 2024Q3"):
        pipe.send(os.getpid())
        pipe.recv()


@contextmanager
def another_writer(settings: Settings) -> Iterator[int]:
    """Another process that writes; its id."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold, args=(settings, theirs))
    process.start()
    try:
        yield ours.recv()
    finally:
        if process.is_alive():
            ours.send("enough")
        process.join()


def test_a_second_process_is_told_who_writes_and_since_when(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings) as pid:
        with pytest.raises(WriterBusy) as caught, warehouse.writer("publishing"):
            pass
        told = str(caught.value)
    assert f"p20w writer {pid}: loading ui_wage 2024Q3, since 20" in told
    assert "then try again" in told


def test_the_lock_is_free_when_the_writer_ends(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings):
        pass
    with warehouse.writer():
        pass


def test_the_next_writer_never_meets_the_one_that_ended(warehouse: Warehouse) -> None:
    for _ in range(50):
        with warehouse.writer():
            pass


def test_the_lock_is_free_when_the_writer_is_killed(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings) as pid:
        os.kill(pid, 9)
    with warehouse.writer():
        pass


def test_the_lock_is_free_after_an_error(warehouse: Warehouse) -> None:
    with pytest.raises(ZeroDivisionError), warehouse.writer():
        _ = 1 / 0
    with another_writer(warehouse.settings):
        pass


def test_a_writer_may_call_another_of_the_same_process(warehouse: Warehouse) -> None:
    with (
        warehouse.writer("outer"),
        warehouse.writer("inner"),
        Warehouse.open(warehouse.settings).writer("other handle"),
    ):
        pass
    with another_writer(warehouse.settings):
        pass


def test_the_outer_writer_keeps_the_lock_when_the_inner_ends(warehouse: Warehouse) -> None:
    with warehouse.writer("outer"):
        with warehouse.writer("inner"):
            pass
        assert refused_elsewhere(warehouse)


def refused_elsewhere(warehouse: Warehouse) -> bool:
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=attempt, args=(warehouse.settings, theirs))
    process.start()
    process.join()
    return ours.recv()


def attempt(settings: Settings, pipe: Connection) -> None:
    from p20w.database import writer

    writer._held.clear()  # a fresh process has no lock; a forked one must not think it has
    try:
        with Warehouse.open(settings).writer():
            pipe.send(False)
    except WriterBusy:
        pipe.send(True)


def test_another_warehouse_on_the_same_server_has_a_writer_of_its_own(
    warehouse: Warehouse, make_warehouse: Callable[..., Warehouse]
) -> None:
    other = make_warehouse()
    with another_writer(warehouse.settings), other.writer():
        pass


def test_a_writer_keeps_readers_waiting_for_nothing(warehouse: Warehouse) -> None:
    with another_writer(warehouse.settings), warehouse.connect("report") as reader:
        assert reader.execute("select count(*) from governance.drop").fetchone() == (0,)
