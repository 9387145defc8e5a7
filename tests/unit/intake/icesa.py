"""Wage files in the ICESA layout, for tests: employers with their workers, totals of each, and of the file."""

from collections.abc import Sequence
from dataclasses import dataclass

LENGTH = 275


@dataclass(frozen=True)
class Worker:
    """A worker's line: SSN, names and wages in cents."""

    ssn: str
    last: str
    first: str
    cents: int
    middle: str = " "


Employers = Sequence[tuple[str, str, Sequence[Worker]]]
"""UI account, federal EIN, workers."""
ENDS = {1: "03", 2: "06", 3: "09", 4: "12"}


def line(kind: str, *fields: tuple[int, str]) -> str:
    """A line with texts at their first byte, from 1."""
    text = kind.ljust(LENGTH)
    for first, value in fields:
        text = text[: first - 1] + value + text[first - 1 + len(value) :]
    return text


def opening() -> list[str]:
    """The first two lines."""
    return [line("A", (2, "2023"), (15, "UTAX")), line("B", (2, "2023"))]


def wage_line(account: str, worker: Worker, year: int = 2023, quarter: int = 4) -> str:
    """One worker."""
    return line(
        "S", (2, worker.ssn), (11, worker.last[:20]), (31, worker.first[:12]), (43, worker.middle), (44, "99"),
        (64, f"{worker.cents:014d}"), (147, f"{account:<10}"), (215, f"{ENDS[quarter]}{year}"),
    )  # fmt: skip


def group(account: str, ein: str, workers: Sequence[Worker], year: int = 2023, quarter: int = 4) -> list[str]:
    """An employer, its workers, and their totals."""
    total = sum(worker.cents for worker in workers)
    return [
        line("E", (2, f"{year}"), (6, ein)),
        *(wage_line(account, worker, year, quarter) for worker in workers),
        line("T", (2, f"{len(workers):07d}"), (9, "UTAX"), (27, f"{total:014d}")),
    ]


def closing(employers: Employers) -> str:
    """The last line, with the totals of the file."""
    workers = [worker for _, _, some in employers for worker in some]
    total = sum(worker.cents for worker in workers)
    return line("F", (2, f"{len(workers):010d}"), (12, f"{len(employers):010d}"), (22, "UTAX"), (41, f"{total:015d}"))


def lines_of(employers: Employers, year: int = 2023, quarter: int = 4) -> list[str]:
    """A whole file, as lines."""
    groups = [text for account, ein, workers in employers for text in group(account, ein, workers, year, quarter)]
    return [*opening(), *groups, closing(employers)]


def file_of(lines: Sequence[str]) -> bytes:
    """Lines as a file."""
    return "".join(f"{text}\n" for text in lines).encode()


def lehd(employers: Employers, year: int = 2023, quarter: int = 4) -> bytes:
    """The same wages as states send them to LEHD: whole dollars, rounded half up."""
    return file_of(
        [
            f"{worker.ssn}{worker.first[:15]:<15}{worker.middle}{worker.last[:20]:<20}99{account.zfill(10)}00000{ein}"
            f"{year}{quarter}{(worker.cents + 50) // 100:010d}      "
            for account, ein, workers in employers
            for worker in workers
        ]
    )


def of_lehd(lines: Sequence[bytes]) -> list[str]:
    """Lines as states send them to LEHD, of one quarter and of units numbered 0, in this layout.

    Workers stay in their order under each account; its number with the federal government is that of its first line.
    """
    employers: dict[str, tuple[str, list[Worker]]] = {}
    texts = [data.decode() for data in lines]
    for text in texts:
        worker = Worker(text[:9], text[25:45], text[9:24], int(text[76:86]) * 100, text[24])
        employers.setdefault(text[47:57], (text[62:71], []))[1].append(worker)
    found = [(account, ein, workers) for account, (ein, workers) in employers.items()]
    return lines_of(found, int(texts[0][71:75]), int(texts[0][75]))
