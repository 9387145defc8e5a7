"""How many people of one feed are found in another, by group, and what changed since the refresh before.

Here: match rates of every pair of feeds. Not here: whether they are right (`masked`), what licenses add (`lift`).

A match rate is no accuracy: pupils are too young to work, and many who left the state are rightly not found. It is
watched because a fall between refreshes, or for one group, is often the first that is seen of a fault.
"""

from itertools import combinations

import duckdb
import psycopg

from p20w.registry.quality.figure import Figure, of_share, pair_of
from p20w.registry.quality.intervals import share

LEAST_PERSONS = 500
"""Smaller feeds change their rate by chance."""


def rates(con: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Match rates of every pair of feeds, the smaller first, from tables `identity` and `member` (subject: person)."""
    held = {row[:4]: row[4] for row in con.execute(_HELD).fetchall()}
    groups = dict.fromkeys(row[:2] for row in held)
    feeds = [left for *group, left, right in held if left == right and group == ["", ""]]
    feeds.sort(key=lambda feed: (held["", "", feed, feed], feed))
    figures: list[Figure] = []
    for left, right in combinations(feeds, 2):
        for group in groups:
            if whole := held.get((*group, left, left)):
                both = held.get((*group, *sorted((left, right))), 0)
                figures.append(of_share("match_rate", share(both, whole), pair_of(left, right), group))
    return figures


def changes(connection: psycopg.Connection, refresh_id: int, found: list[Figure]) -> list[Figure]:
    """How each match rate of the whole moved since the last published refresh, relative to what it was.

    Pairs whose smaller feed has fewer than `LEAST_PERSONS` people are left out.
    """
    before: dict[str, float] = dict(connection.execute(_BEFORE, {"refresh": refresh_id}).fetchall())
    return [
        Figure("match_rate_change", item.value / before[item.subject] - 1, item.subject, whole=item.whole)
        for item in found
        if item.figure == "match_rate" and not item.dimension and item.value is not None
        and before.get(item.subject) and (item.whole or 0) >= LEAST_PERSONS
    ]  # fmt: skip


# One row a group and pair of feeds (also of a feed with itself): people who are in both.
_HELD = """
with held as (

    select distinct person, feed from identity

),

belongs as (

    select distinct person as subject, '' as dimension, '' as trait from identity
    union all
    select subject, dimension, trait from member

)

select belongs.dimension, belongs.trait, one.feed as left_feed, other.feed as right_feed, count(*) as persons
from held as one
inner join held as other on one.person = other.person and one.feed <= other.feed
inner join belongs on one.person = belongs.subject
group by all
order by all
"""

_BEFORE = """
select linkage_figure.subject, linkage_figure.value
from governance.linkage_figure
where refresh_id = (
        select max(refresh_id) from governance.refresh where status = 'published' and refresh_id < %(refresh)s
    )
    and figure = 'match_rate' and dimension = '' and value is not null
"""
