"""Files for tests that open and cut them."""

import itertools
from pathlib import Path

from p20w.contracts import Layout

COMMA = Layout("delimited", "utf-8", ",")
numbers = itertools.count()


def written(folder: Path, data: bytes) -> Path:
    """A new file of the folder."""
    path = folder / f"{next(numbers)}.txt"
    path.write_bytes(data)
    return path
