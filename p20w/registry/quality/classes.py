"""How many links of each kind of evidence hold, by evidence that their scores did not see.

Here: precision of links by SSN, by id, by names and so on, from middle names and birth dates, without a truth. Not
here: the arithmetic (`shift`), links tested by their SSNs (`masked`), by reviewers (`reviewed`).
"""

import duckdb
import numpy as np

from p20w.registry.clustering.edges import tier_of
from p20w.registry.linking.scores import ACCEPT
from p20w.registry.linking.weighing import Weighing
from p20w.registry.quality.figure import Figure
from p20w.registry.quality.shift import Evidence, believed, precision
from p20w.registry.quality.without import bits_without
from p20w.registry.statements import arrays, run
from splink_models.comparisons import BIRTH, FIRST, ID, LAST, MIDDLE, SEX, SSN, SUFFIX, Comparison

FIGURE = "link_precision"

LEAST = 100
"""Links of a class below which nothing is said of it."""

TESTS = {"middle": MIDDLE, "birth": BIRTH}

IDENTIFYING = (FIRST, MIDDLE, LAST, BIRTH, SEX, SUFFIX, SSN, ID)
"""What makes two identities of one file two."""


def classes(con: duckdb.DuckDBPyConnection, weighing: Weighing) -> list[Figure]:
    """Precision of the links between persons' records by what they hang on, from `scored`, `cluster` and `compared`.

    `part` of a figure is how many pairs were tested by the comparison that tests most, `persons` how many people stand
    behind them, `whole` how many links there are.
    """
    by_middle = ", ".join(str(FIRST.gamma(key)) for key in ("middle", "crossed"))
    run(
        con,
        "quality/tested",
        tier=tier_of("false"),
        accept=repr(ACCEPT),
        by_middle=by_middle,
        **{f"differs_beside_{name}": _differs_beside(item) for name, item in TESTS.items()},
        **{f"bits_without_{name}": bits_without(item, weighing) for name, item in TESTS.items()},
    )
    tiers = con.execute("select tier, count(*) from tested where test = 'link' group by tier order by tier").fetchall()
    found = [_figure(con, weighing, *row) for row in tiers]
    con.execute("drop table tested")
    return found


def _figure(con: duckdb.DuckDBPyConnection, weighing: Weighing, tier: str, links: int) -> Figure:
    if links < LEAST:
        return Figure(FIGURE, None, tier, whole=links)
    tests = [test for name in TESTS if (test := _test(con, weighing, tier, name))]
    bits, count = arrays(con.execute(_SCORES, [tier]), float)
    share = precision(believed(tests), bits, count)
    pairs, persons = max(((int(test.pairs.sum()), test.persons) for test in tests), default=(0, 0))
    return Figure(FIGURE, share.value, tier, low=share.low, high=share.high, part=pairs, whole=links, persons=persons)


def _test(con: duckdb.DuckDBPyConnection, weighing: Weighing, tier: str, name: str) -> Evidence | None:
    files, contradicts, bits, pairs = con.execute(_CELLS, [tier, name]).fetchnumpy().values()
    if not len(bits):
        return None
    persons = con.execute(_PERSONS, [tier, name]).fetchall()[0][0]
    rates = weighing.model.values[TESTS[name].name]
    two = rates["other"]["h"] / sum(level["h"] for level in rates.values())
    return Evidence(np.asarray(files), np.asarray(contradicts), np.asarray(bits), np.asarray(pairs), two, persons)


def _differs_beside(tested: Comparison) -> str:
    """SQL for whether a pair differs in something that identifies, beside this comparison."""
    parts = [
        f"scored.gamma_{item.name} not in (-1, {item.gamma('exact')}, {item.gamma('within')})"
        for item in IDENTIFYING
        if item is not tested
    ]
    return f"({' or '.join(parts)})"


_SCORES = "select bits, count(*) as links from tested where tier = ? and test = 'link' group by bits order by bits"

_PERSONS = "select count(distinct person) from tested where tier = ? and test = ?"

_CELLS = """
select
    dense_rank() over (order by files) - 1 as files,
    contradicts,
    bits,
    count(*)::double as pairs
from tested
where tier = ? and test = ?
group by tested.files, contradicts, bits
order by all
"""
