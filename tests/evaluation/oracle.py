"""GoldenMatch on a file of the panel, where somebody has installed it: another opinion, never a dependency.

Here: the columns that linkage reads as one table, its zero-configuration run, its clusters scored as ours are. Not
here: bars. Install it beside the project with `pip install goldenmatch`; it is imported by nothing else.
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import polars as pl

from p20w.registry.evaluation.panel.layout import PanelFile
from p20w.registry.evaluation.panel.measuring import score
from p20w.registry.evaluation.scores import Score

LEFT_OUT = ("feed", "is_numbered", "employer")
"""Of a line, what is no attribute of a person."""


def golden_match(file: PanelFile) -> Score | None:
    """Score of GoldenMatch's own choice of comparisons and threshold; None where it is not installed."""
    if find_spec("goldenmatch") is None:
        return None
    from goldenmatch import dedupe_df  # pyright: ignore[reportMissingImports]

    shuffled = pl.DataFrame(
        [{**vars(line), "person": person} for person, _, line in file.rows], infer_schema_length=None
    )
    shuffled = shuffled.sample(fraction=1.0, shuffle=True, seed=1)
    read = shuffled.drop("person", *LEFT_OUT).with_columns(pl.col("birthdate").dt.to_string("%Y-%m-%d"))
    texts = read.with_columns(pl.all().replace("", None))
    said = texts[[column.name for column in texts if column.null_count() < len(texts)]]
    cluster = np.arange(len(said))
    for found in dedupe_df(said).clusters.values():
        cluster[found["members"]] = min(found["members"])
    return score(cluster, np.unique(shuffled["person"].to_list(), return_inverse=True)[1].astype(np.int64))
