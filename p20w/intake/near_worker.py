"""Near tokens in processes of their own, so that reading and loading go on meanwhile.

Here: sharing SSNs among workers. A worker is `tokens` run as a script: key and SSNs reach it through its standard
input only, so nothing of either is in arguments, environment or files. Not here: the tokens themselves (`tokens`).
"""

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from p20w.intake import tokens
from p20w.intake.tokens import NEAR_TOKENS, TOKEN_BYTES, near_tokens

FEW = 5_000  # starting a worker costs as much as tokens for about this many SSNs
_WIDTH = NEAR_TOKENS * TOKEN_BYTES


class WorkerEnded(RuntimeError):
    """A worker ended early, as when the machine has no memory left."""


@dataclass
class NearTokens:
    """Near tokens of SSNs asked for with `start`, collected in order with `collect`."""

    secret: bytes = field(repr=False)
    workers: int = 2
    _running: "list[_Job]" = field(default_factory=list["_Job"], repr=False)

    def start(self, ssns: Sequence[bytes]) -> None:
        """Begin with more SSNs; few are done at once in this process."""
        if len(ssns) < FEW:
            self._running.append(_Job(near_tokens(ssns, self.secret)))
            return
        share = -(-len(ssns) // self.workers)
        parts = [ssns[begin : begin + share] for begin in range(0, len(ssns), share)]
        self._running += [_Job.in_worker(part, self.secret) for part in parts]

    def collect(self) -> list[bytes]:
        """Near tokens of all SSNs begun since the last call, in their order."""
        running, self._running = self._running, []
        return [token for job in running for token in job.result()]


@dataclass
class _Job:
    done: list[bytes] = field(default_factory=list[bytes])
    thread: threading.Thread | None = None
    failed: bool = False

    @classmethod
    def in_worker(cls, ssns: Sequence[bytes], secret: bytes) -> "_Job":
        job = cls()
        job.thread = threading.Thread(target=job._run, args=(ssns, secret), daemon=True)
        job.thread.start()
        return job

    def _run(self, ssns: Sequence[bytes], secret: bytes) -> None:
        command = [sys.executable, "-I", tokens.__file__]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
            out, _ = worker.communicate(bytes([len(secret)]) + secret + b"".join(ssns))
        self.failed = worker.returncode != 0 or len(out) != len(ssns) * _WIDTH
        self.done = [out[place : place + _WIDTH] for place in range(0, len(out), _WIDTH)]

    def result(self) -> list[bytes]:
        if self.thread:
            self.thread.join()
        if self.failed:
            raise WorkerEnded("a worker that makes near tokens ended early; run the intake again")
        return self.done
