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
    """Measure tables `use` and `tally`."""
    rows = con.execute(_B_CUBED).fetchnumpy()
    whole, pure, joined = (np.asarray(rows[name], np.float64) for name in ("identities", "pure", "joined"))
    exact, people = con.execute("select count(*) filter (where is_exact), count(*) from tally").fetchall()[0]
    tally = con.execute("select identities_wrong, identities from tally").fetchnumpy()
    wrong, identities = (np.asarray(tally[name], np.float64) for name in ("identities_wrong", "identities"))
    return Clusters(
        b_cubed_precision=clustered(pure, whole),
        b_cubed_recall=clustered(joined, whole),
        exact=share(exact, people),
        wrong=clustered(wrong, identities),
    )


# One row a true person: sums over its identities of the two shares.
_B_CUBED = """
with main_use as (

    select * from use where is_main

),

own as (

    select person, true_person, island, count(*) as identities from main_use group by all

),

of_person as (

    select person, count(*) as identities from main_use group by person

),

of_pair as (

    select person, true_person, count(*) as identities from main_use group by all

),

of_island as (

    select true_person, island, count(*) as identities from main_use group by all

)

select
    own.true_person,
    sum(own.identities) as identities,
    sum(own.identities * of_pair.identities / of_person.identities) as pure,
    sum(own.identities * own.identities / of_island.identities) as joined
from own
inner join of_person on own.person = of_person.person
inner join of_pair on own.person = of_pair.person and own.true_person = of_pair.true_person
inner join of_island on own.true_person = of_island.true_person and own.island = of_island.island
group by own.true_person
order by own.true_person
"""
