"""What linkage believes of its links, beside what is true of them.

Here: everybody decided once more at once with the active values, so that all scores are at hand; estimated and true
precision by what links hang on, expected and observed precision by score, identities that deciding delivery by delivery
put elsewhere. Not here: the estimates (`p20w.registry.quality.classes`).

The registry keeps the links that hold persons together, a spanning forest of the strongest. Estimates speak of all
links, so the truth is counted over all.
"""

from dataclasses import dataclass

import pyarrow as pa

from p20w.database import Warehouse
from p20w.database.bulk import reader
from p20w.registry.clustering.edges import tier_of
from p20w.registry.deciding import decide_everybody
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.models import versions
from p20w.registry.quality.classes import classes
from p20w.registry.quality.intervals import Share, share
from p20w.registry.scratch import scratch_database
from p20w.registry.statements import execute
from p20w.settings import Settings

LEAST_BITS, LEAST_PAIRS = 3, 100
"""Bands of scores whose expected and observed precision can be compared."""


@dataclass(frozen=True)
class Class:
    """Links that hang on `tier`: their true precision and the one that is estimated without a truth.

    `value`, `low` and `high` are None where there are too few links to estimate.
    """

    tier: str
    value: float | None
    low: float | None
    high: float | None
    true: Share

    @property
    def is_covered(self) -> bool | None:
        """Whether the interval holds the truth."""
        if self.low is None or self.high is None or self.true.value is None:
            return None
        return self.low <= self.true.value <= self.high


@dataclass(frozen=True)
class Band:
    """Candidate pairs that score from `bits` to a bit more: mean probability of one person, and share of true pairs."""

    bits: int
    pairs: int
    expected: float
    observed: float


@dataclass(frozen=True)
class Calibration:
    """Beliefs beside the truth; `moved` of `identities` lie with others when everybody is decided at once."""

    classes: tuple[Class, ...]
    bands: tuple[Band, ...]
    moved: int
    identities: int

    @property
    def widest(self) -> float | None:
        """The widest difference between expected and observed precision among bands with enough pairs."""
        return max(
            (abs(band.expected - band.observed) for band in self.bands if band.pairs >= LEAST_PAIRS), default=None
        )


def calibration(warehouse: Warehouse, settings: Settings, known: pa.Table) -> Calibration:
    """Decide everybody once more, and hold scores and estimates against the truth.

    Args:
        warehouse: read as role `linkage`.
        settings: where the private folder is.
        known: identity_id, person (of the registry) and true_person (null where the truth does not say) of everybody.
    """
    with scratch_database(settings) as con, reader(warehouse.libpq("linkage")) as read:
        weighing = decide_everybody(con, read, settings, versions.active(warehouse, settings))
        execute(con, _WHOSE, read_known=known)
        execute(con, _LINKS, tier=tier_of("false"), accept=ACCEPT)
        true = {tier: share(right, links) for tier, right, links in con.execute(_CLASSES).fetchall()}
        moved, identities = con.execute(_MOVED).fetchall()[0]
        return Calibration(
            tuple(
                Class(item.subject, item.value, item.low, item.high, true.get(item.subject, share(0, 0)))
                for item in classes(con, weighing)
            ),
            tuple(Band(*row) for row in execute(con, _BANDS, least=LEAST_BITS).fetchall()),
            moved,
            identities,
        )


_WHOSE = """
create temp table whose as
select record.record, read_known.person, read_known.true_person, cluster.cluster
from record
inner join cluster on record.record = cluster.record
left join read_known on record.identity_id = read_known.identity_id
"""

# known_pair: candidate pairs of which the truth says whether they are one person
_LINKS = """
create temp table known_pair as
select
    {tier} as tier,
    scored.match_weight,
    scored.match_probability,
    one.cluster = other.cluster and scored.match_weight >= {accept} as is_link,
    one.true_person = other.true_person as is_true
from scored
inner join whose as one on scored.record_l = one.record
inner join whose as other on scored.record_r = other.record
where one.true_person is not null and other.true_person is not null
"""

_CLASSES = """
select tier, count(*) filter (where is_true) as right_links, count(*) as links
from known_pair
where is_link
group by tier
"""

_BANDS = """
select
    floor(match_weight)::integer as bits,
    count(*) as pairs,
    avg(match_probability) as expected,
    avg(is_true::integer) as observed
from known_pair
where match_weight >= {least}
group by bits
order by bits
"""

_MOVED = """
with together as (

    select
        count(*) over (partition by cluster, person) as with_both,
        count(*) over (partition by cluster) as at_once,
        count(*) over (partition by person) as by_delivery
    from whose

)

select count(*) filter (where with_both <> at_once or with_both <> by_delivery) as moved, count(*) as identities
from together
"""
