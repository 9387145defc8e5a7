"""How many people of one feed are found in another, by group, and what changed since the refresh before.

Here: match rates of every pair of feeds. Not here: whether they are right (`masked`), what licenses add (`lift`).

A match rate is no accuracy: pupils are too young to work, and many who left the state are rightly not found. It is
watched because a fall between refreshes, or for one group, is often the first that is seen of a fault.
"""

from collections.abc import Mapping
from itertools import combinations

import duckdb
import psycopg

from p20w.registry.quality.figure import Figure, of_share, pair_of
from p20w.registry.quality.intervals import share

LEAST_PERSONS = 500
"""Smaller feeds change their rate by chance."""


def rates(con: duckdb.DuckDBPyConnection) -> list[Figure]:
    """Match rates of every pair of feeds, the smaller first, from tables `identity` and `member` (subject: person)."""
    feeds = [row[0] for row in con.execute("select distinct feed from identity order by feed").fetchall()]
    bits = " ".join(f"when '{feed}' then {1 << place}" for place, feed in enumerate(feeds))
    con.execute(
        f"create table held as select person, bit_or(case feed {bits} end)::bigint as mask "
        "from identity group by person"
    )
    counted: dict[tuple[str, str], dict[int, int]] = {}
    for dimension, trait, mask, persons in con.execute(_HELD).fetchall():
        counted.setdefault((dimension, trait), {})[mask] = persons
    place = {feed: 1 << number for number, feed in enumerate(feeds)}
    everyone = counted[("", "")]
    figures: list[Figure] = []
    for pair in combinations(feeds, 2):
        left, right = sorted(pair, key=lambda feed: (_with(everyone, place[feed]), feed))
        for group, masks in counted.items():
            whole, both = _with(masks, place[left]), _with(masks, place[left] | place[right])
            if whole:
                figures.append(of_share("match_rate", share(both, whole), pair_of(left, right), group))
    return figures


def _with(masks: Mapping[int, int], wanted: int) -> int:
    """People whose records are in all wanted feeds."""
    return sum(persons for mask, persons in masks.items() if mask & wanted == wanted)


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


_HELD = """
select '' as dimension, '' as trait, mask, count(*) as persons from held group by mask
union all
select member.dimension, member.trait, held.mask, count(*) as persons
from member
inner join held on member.subject = held.person
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
