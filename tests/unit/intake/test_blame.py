"""An error ends the work on one drop, or on everything: by what failed, not by where."""

import errno

import psycopg
import pytest
from polars.exceptions import ComputeError, PanicException

from p20w.contracts import ContractError
from p20w.intake.blame import ERRORS, stops_everything
from p20w.intake.near_worker import WorkerEnded
from p20w.intake.sources import DropChanged, SourceError
from p20w.keys import KeyMismatch

OF_THE_DROP = [
    SourceError("the archive is damaged"),
    DropChanged("the file changed"),
    ValueError("x"),
    RecursionError(),
    UnicodeDecodeError("ascii", b"\xff", 0, 1, "x"),
    ComputeError("x"),
    PanicException("x"),
    psycopg.errors.DivisionByZero(),
    psycopg.errors.NumericValueOutOfRange(),
    psycopg.errors.UniqueViolation(),
    psycopg.errors.ProgramLimitExceeded(),
    psycopg.DataError("cannot be sent"),
]
OF_THE_MACHINE = [
    OSError(errno.ENOSPC, "No space left on device"),
    FileNotFoundError(errno.ENOENT, "a reference table"),
    MemoryError(),
    WorkerEnded(),
    ContractError("x"),
    KeyMismatch("x"),
    psycopg.OperationalError("connection lost"),
    psycopg.errors.DiskFull(),
    psycopg.errors.OutOfMemory(),
    psycopg.errors.AdminShutdown(),
    psycopg.errors.QueryCanceled(),
    psycopg.errors.InsufficientPrivilege(),
    psycopg.errors.UndefinedColumn(),
    psycopg.InterfaceError("the connection is closed"),
]


@pytest.mark.parametrize("error", OF_THE_DROP, ids=lambda error: type(error).__name__)
def test_a_drop_is_refused_for(error: BaseException) -> None:
    assert isinstance(error, ERRORS)
    assert not stops_everything(error)


@pytest.mark.parametrize("error", OF_THE_MACHINE, ids=lambda error: type(error).__name__)
def test_everything_stops_for(error: BaseException) -> None:
    assert stops_everything(error)
