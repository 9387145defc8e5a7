"""A growing table of numpy columns.

Here: adding rows and reading columns. Not here: what the columns mean (`world`).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]


class Table:
    """Rows are numbered from 0; a column is a view of the rows there are."""

    def __init__(self, **columns: tuple[str, float]) -> None:
        self._fills = {name: (np.dtype(kind), fill) for name, (kind, fill) in columns.items()}
        self._columns = {name: np.full(64, fill, dtype=kind) for name, (kind, fill) in self._fills.items()}
        self.size = 0

    def __getitem__(self, name: str) -> Column:
        return self._columns[name][: self.size]

    def add(self, count: int, **values: Column | float) -> npt.NDArray[np.int64]:
        """Append `count` rows; columns not named take their fill. Returns the new row numbers."""
        first, self.size = self.size, self.size + count
        for name, column in self._columns.items():
            if self.size > len(column):
                column = np.resize(column, max(self.size, len(column) * 3 // 2))
                self._columns[name] = column
            column[first : self.size] = values.get(name, self._fills[name][1])
        unknown = values.keys() - self._columns.keys()
        if unknown:
            raise KeyError(f"no such column: {sorted(unknown)}")
        return np.arange(first, self.size)

    def keep(self, rows: npt.NDArray[np.bool_]) -> None:
        """Forget all other rows; those that stay get new numbers, in their order."""
        kept = {name: self[name][rows] for name in self._columns}
        self.clear()
        self.add(int(rows.sum()), **kept)

    def clear(self) -> None:
        """Forget all rows."""
        self.size = 0
