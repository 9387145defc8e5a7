"""The self-test: hide every SSN, link by the rest, and score against the SSNs.

Here: how much of what an SSN proves is found without it, and how much of what is found an SSN disproves, for the whole
and by group. Not here: the sample and the linking (`sample`).

A state without a truth can measure this much (Belin & Rubin 1995). It speaks for links that rest on names, birth dates
and addresses, as those of schools do, as far as people with SSN on file are like people without.
"""

import duckdb
import numpy as np
import pyarrow as pa

from p20w.registry.quality.figure import Figure, of_share, pair_of
from p20w.registry.quality.gaps import Gap, compare
from p20w.registry.quality.groups import members_of
from p20w.registry.quality.intervals import clustered
from p20w.registry.quality.sample import Sample, relink
from p20w.settings import Settings
from splink_models import Model

HIDDEN = {
    "record": "null::bigint as ssn, null::blob as ssn_token, false as is_ssn_verified",
    "features": "null::bigint as ssn, [] as near",
}


def link_without_ssn(settings: Settings, model: Model, sample: Sample) -> pa.Table:
    """Who is with whom when no SSN is seen; wage records, which have nothing else, stay out."""
    dated = "record.record in (select record from sample_features where birthdate is not null)"
    return relink(settings, model, sample, dated, HIDDEN)


def masked(con: duckdb.DuckDBPyConnection, linked: pa.Table) -> list[Figure]:
    """Score against the SSNs.

    Args:
        con: with tables `identity` (person as the registry has it, SSNs in sight) and `member` (subject: person).
        linked: of `link_without_ssn`.
    """
    con.register("read_masked", linked)
    con.execute(_MASKED)
    con.unregister("read_masked")
    rows = con.execute(_BY_PERSON).fetchnumpy()
    person = np.asarray(rows["person"], np.int64)
    expected, found, joined, right = (
        np.asarray(rows[name], np.float64) for name in ("expected", "found", "joined", "joined_right")
    )
    members = members_of(con, person)
    recall = compare(list(members), list(members.values()), found, expected)
    figures = [of_share("masked_recall", clustered(found, expected))]
    figures += [of_share("masked_recall", share, group=group) for group, share in recall.shares.items() if share.whole]
    figures += _gap("masked_recall_gap", recall.within)
    figures.append(of_share("masked_precision", clustered(right, joined)))
    figures += [
        of_share("masked_precision", clustered(right[at], joined[at]), group=group) for group, at in members.items()
    ]
    return figures + _by_feeds(con)


def _gap(figure: str, gap: Gap | None) -> list[Figure]:
    if gap is None:
        return []
    told = f"{gap.better[1]} over {gap.worse[1]}"
    return [Figure(figure, gap.difference, "", gap.better[0], told, gap.low, gap.high)]


def _by_feeds(con: duckdb.DuckDBPyConnection) -> list[Figure]:
    rows = con.execute(
        "select left_feed, right_feed, person, count(*) as expected, count(*) filter (where is_found) as found "
        "from proven group by all order by all"
    ).fetchnumpy()
    left, right = (np.asarray(rows[name], str) for name in ("left_feed", "right_feed"))
    expected, found = (np.asarray(rows[name], np.float64) for name in ("expected", "found"))
    figures: list[Figure] = []
    for pair in sorted(set(zip(left.tolist(), right.tolist(), strict=True))):
        at = (left == pair[0]) & (right == pair[1])
        figures.append(of_share("masked_recall", clustered(found[at], expected[at]), pair_of(*pair)))
    return figures


# proven: pairs of different agencies or id spaces that one SSN and an agreeing name make one person.
# claimed: pairs joined without SSN of which both have one, so that it can tell whether they are one person.
_MASKED = """
create table hidden as
select identity.*, read_masked.cluster
from read_masked
inner join identity on read_masked.identity_id = identity.identity_id;

create table proven as
select
    one.person,
    least(one.feed, other.feed) as left_feed,
    greatest(one.feed, other.feed) as right_feed,
    one.cluster = other.cluster as is_found
from hidden as one
inner join hidden as other
    on one.ssn = other.ssn and one.person = other.person and one.identity < other.identity
    and one.id_space is distinct from other.id_space;

create table claimed as
select
    one.person,
    one.person = other.person as is_right
from hidden as one
inner join hidden as other
    on one.cluster = other.cluster and one.identity < other.identity
    and one.id_space is distinct from other.id_space
where one.ssn is not null and other.ssn is not null;
"""

_BY_PERSON = """
with found as (

    select person, count(*) as expected, count(*) filter (where is_found) as found from proven group by person

),

claimed as (

    select person, count(*) as joined, count(*) filter (where is_right) as joined_right from claimed group by person

)

select
    coalesce(found.person, claimed.person) as person,
    coalesce(found.expected, 0) as expected,
    coalesce(found.found, 0) as found,
    coalesce(claimed.joined, 0) as joined,
    coalesce(claimed.joined_right, 0) as joined_right
from found
full join claimed on found.person = claimed.person
order by person
"""
