"""How whole and how pure persons are.

Here: B-cubed, persons exactly right, identities under a wrong person. Not here: pairs (`scores`).
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from p20w.registry.quality.intervals import Share, clustered, share


@dataclass(frozen=True)
class Clusters:
    """Figures about persons as sets of identities.

    `b_cubed_precision`: averaged over identities, the share of the identities of its person that are of the same true
    person. `b_cubed_recall`: averaged over identities, the share of the identities it could be joined with that share
    its person (Bagga & Baldwin 1998). `exact`: true persons whose reachable identities are together, with nobody
    else's. `wrong`: identities whose person is mostly somebody else (the measure Census PVS reports).
    """

    b_cubed_precision: Share
    b_cubed_recall: Share
    exact: Share
    wrong: Share

    @property
    def b_cubed_f1(self) -> float:
        """Harmonic mean of the two."""
        precision, recall = self.b_cubed_precision.value or 0.0, self.b_cubed_recall.value or 0.0
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def clusters(con: duckdb.DuckDBPyConnection) -> Clusters:
    """Measure table `tally`."""
    rows = con.execute("select identities, identities_wrong, pure, joined, is_exact from tally").fetchnumpy()
    identities, wrong, pure, joined = (
        np.asarray(rows[name], np.float64) for name in ("identities", "identities_wrong", "pure", "joined")
    )
    return Clusters(
        b_cubed_precision=clustered(pure, identities),
        b_cubed_recall=clustered(joined, identities),
        exact=share(int(np.count_nonzero(rows["is_exact"])), len(identities)),
        wrong=clustered(wrong, identities),
    )
