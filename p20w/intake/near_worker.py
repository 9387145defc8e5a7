"""Near tokens in processes of their own, so that reading and loading go on meanwhile.

Here: a worker (`python -m p20w.intake.near_worker`) that reads key and SSNs from its standard input and writes tokens
to its standard output: nothing of either is in arguments, environment or files. And `NearTokens`, which shares work
among workers. Not here: the tokens themselves (`tokens`).
"""

import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from p20w.intake.tokens import NEAR_TOKENS, TOKEN_BYTES, near_tokens

FEW = 5_000  # starting a worker costs as much as tokens for about this many SSNs
_WIDTH = NEAR_TOKENS * TOKEN_BYTES


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
        command = [sys.executable, "-m", "p20w.intake.near_worker"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
            out, _ = worker.communicate(bytes([len(secret)]) + secret + b"".join(ssns))
        self.failed = worker.returncode != 0 or len(out) != len(ssns) * _WIDTH
        self.done = [out[place : place + _WIDTH] for place in range(0, len(out), _WIDTH)]

    def result(self) -> list[bytes]:
        if self.thread:
            self.thread.join()
        if self.failed:
            raise RuntimeError("a worker that makes near tokens ended early; run the intake again")
        return self.done


def main() -> None:
    """Read one byte of key length, the key and nine digits an SSN; write 144 bytes an SSN."""
    data = sys.stdin.buffer.read()
    length = data[0]
    secret, digits = data[1 : 1 + length], data[1 + length :]
    ssns = (digits[place : place + NEAR_TOKENS] for place in range(0, len(digits), NEAR_TOKENS))
    sys.stdout.buffer.write(b"".join(near_tokens(ssns, secret)))


if __name__ == "__main__":
    main()
