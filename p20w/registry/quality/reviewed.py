"""What reviewers' verdicts say about all links.

Here: drawing links for review by chance, and the stratified estimate from verdicts on them. Not here: giving verdicts
(`p20w.registry.review`).

Links are drawn within strata of weight, so that a few dozen verdicts reach the rare and doubtful ones. An estimate is
the strata's shares, weighted by how many links each stratum has; its variance adds the strata's, each with one success
and one failure more than seen, so that a stratum without errors is not taken for perfect (Agresti & Coull 1998). Pairs
queued as hard cases say nothing about links at large, and do not enter.
"""

from dataclasses import dataclass
from math import sqrt

import psycopg

from p20w.database import Warehouse
from p20w.registry.quality.figure import Figure
from p20w.registry.quality.intervals import Z

FIGURE = "reviewed_precision"

DRAWN = "drawn by chance"
"""Reason under which a link is queued to be judged, not because it is doubtful."""

STRATA = """
case
    when match_weight < 10 then 'under 10 bits'
    when match_weight < 15 then '10 to 15 bits'
    when match_weight < 20 then '15 to 20 bits'
    else '20 bits and more'
end
"""
"""SQL for the stratum of a link."""


@dataclass(frozen=True)
class Stratum:
    """Links of one kind: how many there are, how many were judged, how many of those hold."""

    name: str
    links: int
    judged: int
    right: int


def estimate(strata: list[Stratum]) -> tuple[float, float, float] | None:
    """Share of links that hold, with a 95 % interval, over the strata that were judged; None when none was."""
    judged = [stratum for stratum in strata if stratum.judged]
    whole = sum(stratum.links for stratum in judged)
    if not whole:
        return None
    value = variance = 0.0
    for stratum in judged:
        weight, seen = stratum.links / whole, stratum.judged
        value += weight * stratum.right / seen
        careful = (stratum.right + 1) / (seen + 2)
        left_out = max(0.0, 1 - seen / stratum.links)
        variance += weight**2 * careful * (1 - careful) / seen * left_out
    half = Z * sqrt(variance)
    return value, max(0.0, value - half), min(1.0, value + half)


def reviewed(connection: psycopg.Connection) -> list[Figure]:
    """Estimates from the verdicts that stand, for the whole and by stratum; without value where nothing was judged."""
    strata = [Stratum(*row) for row in connection.execute(_LINKS, {"drawn": DRAWN}).fetchall()]
    counts = (sum(item.right for item in strata), sum(item.judged for item in strata))
    value, low, high = estimate(strata) or (None, None, None)
    return [
        Figure(FIGURE, value, low=low, high=high, part=counts[0], whole=counts[1]),
        *(
            Figure(FIGURE, item.right / item.judged if item.judged else None, "", "stratum", item.name,
                   part=item.right, whole=item.judged, persons=item.links)
            for item in strata
        ),
    ]  # fmt: skip


def draw_links(warehouse: Warehouse, each: int) -> int:
    """Queue `each` links of every stratum to be judged, those whose ids hash lowest; the same links if asked again.

    Returns:
        how many were queued that were not before.
    """
    with warehouse.connect("linkage") as connection:
        queued = connection.execute(_DRAW, {"each": each, "drawn": DRAWN}).rowcount
        connection.commit()
    return queued


_LINKS = f"""
with linked as (

    select {STRATA} as stratum, count(*) as links from registry.edge where tier <> 'decision' group by 1

),

judged as (

    select
        {STRATA} as stratum,
        count(distinct (identity_left, identity_right)) as judged,
        count(distinct (identity_left, identity_right)) filter (where standing.verdict = 'must_link') as judged_right
    from registry.decision
    inner join registry.standing_decision as standing using (identity_left, identity_right)
    where decision.reason = %(drawn)s and decision.revoked_at is null
    group by 1

)

select stratum, linked.links, coalesce(judged.judged, 0), coalesce(judged.judged_right, 0)
from linked
left join judged using (stratum)
order by stratum
"""

_DRAW = f"""
insert into registry.review_queue (refresh_id, identity_left, identity_right, reason, match_weight, worth)
select
    (select coalesce(max(refresh_id), 0) from registry.promotion),
    identity_left,
    identity_right,
    %(drawn)s,
    match_weight,
    -- who asks for a sample wants it judged: it comes first
    (select coalesce(max(worth), 0) + 1 from registry.review_queue)
from (
    select
        *,
        row_number() over (
            partition by {STRATA} order by md5(identity_left::text || identity_right::text)
        ) as place
    from registry.edge
    where tier <> 'decision'
) as link
where place <= %(each)s
    and (identity_left, identity_right) not in (
        select identity_left, identity_right from registry.decision where revoked_at is null
    )
on conflict (identity_left, identity_right) do nothing
"""
