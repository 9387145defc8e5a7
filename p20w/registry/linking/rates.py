"""Have a state's own files teach how often levels occur among one person's records, in a household, among strangers.

Here: the samples of pairs, counted. Not here: the arithmetic (`splink_models.rates`), keeping the outcome (`weighing`).
No truth is used, so a state can do this on what it has, and nothing of the outcome is about a person.
"""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter

import duckdb
import numpy as np

from p20w.progress import tell
from p20w.registry.linking.levels import GAMMAS, pairs_with_levels
from p20w.registry.statements import run
from splink_models import Model, rates
from splink_models.comparisons import COMPARISONS
from splink_models.rates import Block, estimate

SAMPLES = ("random_pair", "household_pair", "agreeing_pair")

PARTNERS_TRUST = 200
"""Records with the partners of the model version: what few records say is drawn towards it."""


def learn(con: duckdb.DuckDBPyConnection, model: Model) -> Model:
    """The model with the rates of the files at hand, from table `compared`. The same records give the same rates."""
    tell("learning how these files err")
    for sample in SAMPLES:
        run(con, f"linking/{sample}")
    records = con.execute("select count(*) from compared").fetchall()[0][0]
    strangers, households = (_counts(con, pairs) for pairs in ("random_pair", f"({_NOT_ONE_TWICE})"))
    learned = estimate(model, strangers, households, _blocks(con), records)
    for table in (*SAMPLES, "level"):
        con.execute(f"drop table {table}")
    return learned


def with_partners(con: duckdb.DuckDBPyConnection, model: Model) -> Model:
    """The model with the partners and the household that a record turned out to have, from table `scored`."""
    matches, records = con.execute(
        "select (select sum(match_probability) from scored), (select count(*) from compared)"
    ).fetchall()[0]
    partners = (2 * (matches or 0.0) + PARTNERS_TRUST * model.partners) / (records + PARTNERS_TRUST)
    return rates.with_partners(model, partners)


def _counts(con: duckdb.DuckDBPyConnection, pairs: str) -> Mapping[str, Mapping[int, int]]:
    """How many pairs are on each level of each comparison."""
    con.execute(f"create or replace temp table level as {pairs_with_levels(pairs)}")
    counted = "select gamma_{0}, count(*) from level where gamma_{0} >= 0 group by all"
    return {item.name: dict(con.execute(counted.format(item.name)).fetchall()) for item in COMPARISONS}


def _blocks(con: duckdb.DuckDBPyConnection) -> list[Block]:
    """Pairs that say something of names, by what they were found by and by their levels."""
    con.execute(f"create or replace temp table level as {pairs_with_levels('agreeing_pair', 'block,')}")
    rows = con.execute(
        f"select block, {', '.join(GAMMAS)}, count(*) from level "
        "where gamma_first_name >= 0 or gamma_last_name >= 0 group by all order by all"
    ).fetchall()
    patterns = [(name, np.array([row[1:] for row in those])) for name, those in groupby(rows, itemgetter(0))]
    return [Block(name, pattern[:, :-1], pattern[:, -1].astype(float)) for name, pattern in patterns]


# One person registered twice is no household.
_NOT_ONE_TWICE = """
select household_pair.*
from household_pair
inner join compared as one on household_pair.left_record = one.record
inner join compared as other on household_pair.right_record = other.record
where not (
    coalesce(
        list_has_any(one.first_forms, other.first_forms) or one.first_sound = other.first_sound
        or damerau_levenshtein(one.first, other.first) <= 1,
        false
    )
    and coalesce(damerau_levenshtein(one.birth_text, other.birth_text) <= 1, false)
)
"""
