"""Records that nothing could join to another agency's, however alike.

Here: the share of such records a feed. Not here: records that could be joined and were not (`masked`).

A record is unlinkable when it has no SSN and an exact copy of it elsewhere would still weigh less than the registry
asks for (the idea of Splink's unlinkables). A feed that carries ids alone is judged by whether another feed knows the
id.
"""

from math import log2

import duckdb
import pyarrow as pa

from p20w.registry.linking.scores import ACCEPT
from p20w.registry.quality.figure import Figure, of_share
from p20w.registry.quality.intervals import share
from p20w.registry.quality.sample import Sample
from splink_models import Model
from splink_models.comparisons import ADDRESS, BIRTH, FIRST, LAST, MIDDLE, SEX, SUFFIX, Comparison


def unlinkable(con: duckdb.DuckDBPyConnection, sample: Sample, model: Model) -> list[Figure]:
    """The unlinkable share of each feed, from table `identity` and the sample's features."""
    records = con.execute("select count(*) from identity").fetchall()[0][0]
    undated = {row[0]: row[1:] for row in con.execute(_BY_FEED).fetchall()}
    weighed = {row[0]: row[1:] for row in _weigh(con, sample, model, max(records, 2))}
    figures: list[Figure] = []
    for feed, (identities, hopeless, dated) in undated.items():
        low, tried = weighed.get(feed, (0, 0))
        part = hopeless + (dated * low / tried if tried else 0)
        figures.append(of_share("unlinkable", share(part, identities), feed))
    return figures


def _weigh(con: duckdb.DuckDBPyConnection, sample: Sample, model: Model, records: int) -> list[tuple[str, int, int]]:
    """Records without SSN but with a birth date, by feed: how many are too light, and how many there are."""
    con.register("read_features", sample.tables["features"])
    con.register("read_feed", pa.table({name: sample.tables["record"][name] for name in ("record", "feed")}))
    found = con.execute(_WEIGHED.format(weight=_self_weight(model, records, sample.step), accept=ACCEPT)).fetchall()
    con.unregister("read_features")
    con.unregister("read_feed")
    return found


def _self_weight(model: Model, records: int, step: int) -> str:
    """SQL for the weight of a record against an exact copy, over columns of `features` and how common values are."""

    def level(comparison: Comparison, key: str) -> str:
        found = next(level for level in comparison.levels if level.key == key)
        return repr(model.bits(comparison, found, records)[0])

    parts = [
        repr(model.prior(records)[0]),
        _rare(FIRST, model, "first", 1),
        _rare(LAST, model, "last", 1),
        _rare(BIRTH, model, "birth_text", step),
        f"case when length(middle) > 1 then {level(MIDDLE, 'exact')} "
        f"when middle is not null then {level(MIDDLE, 'initial')} else 0 end",
        f"case when sex is not null then {level(SEX, 'exact')} else 0 end",
        f"case when suffix is not null then {level(SUFFIX, 'exact')} else 0 end",
        f"case when len(places) > 0 then {level(ADDRESS, 'exact')} "
        f"when len(postal_codes) > 0 then {level(ADDRESS, 'postal')} else 0 end",
    ]
    return " + ".join(f"({part})" for part in parts)


def _rare(comparison: Comparison, model: Model, column: str, step: int) -> str:
    """The weight of an equal value, the more the rarer it is."""
    level = next(level for level in comparison.levels if level.key == "exact")
    m = model.values[comparison.name]["exact"]["m"]
    common = f"count({column}) over (partition by {column})::double / count({column}) over () / {step}"
    rarity = f"log2(greatest({common}, {level.rarest or 0.0!r}))"
    return f"case when {column} is not null then {log2(m)!r} - {rarity} else 0 end"


# hopeless: without SSN, without birth date or name, and with an id that no other feed has, or none.
_BY_FEED = """
with known as (

    select id_space, source_id, count(distinct feed) as feeds
    from identity
    where source_id is not null
    group by all

)

select
    identity.feed,
    count(*) as identities,
    count(*) filter (
        where identity.ssn is null
            and (identity.birthdate is null or (identity.first is null and identity.last is null))
            and coalesce(known.feeds, 1) = 1
    ) as hopeless,
    count(*) filter (
        where identity.ssn is null and identity.birthdate is not null
            and (identity.first is not null or identity.last is not null)
    ) as dated
from identity
left join known on identity.id_space = known.id_space and identity.source_id = known.source_id
group by identity.feed
order by identity.feed
"""

_WEIGHED = """
with weighed as (

    select record, ssn, {weight} as weight
    from read_features
    where birthdate is not null and (first is not null or last is not null)

)

select
    read_feed.feed,
    count(*) filter (where weighed.weight < {accept}) as low,
    count(*) as tried
from weighed
inner join read_feed on weighed.record = read_feed.record
where weighed.ssn is null
group by read_feed.feed
order by read_feed.feed
"""
