"""Have a state's own files teach how often levels occur among one person's records, in a household, among strangers.

Here: the samples of pairs, counted. Not here: the arithmetic (`splink_models.rates`), keeping the outcome (`weighing`).
No truth is used, so a state can do this on what it has, and nothing of the outcome is about a person.
"""

from collections.abc import Mapping

import duckdb
import numpy as np

from p20w.progress import tell
from p20w.registry.linking.levels import GAMMAS, pairs_with_levels
from p20w.registry.statements import run
from splink_models import Model, rates
from splink_models.comparisons import COMPARISONS
from splink_models.rates import Block, estimate

PARTNERS_TRUST = 200
"""Records with the partners of the model version: what few records say is drawn towards it."""


def learn(con: duckdb.DuckDBPyConnection, model: Model) -> Model:
    """The model with the rates of the files at hand, from table `compared`. The same records give the same rates."""
    tell("learning how these files err")
    for sample in ("random_pair", "household_pair", "agreeing_pair"):
        run(con, f"linking/{sample}")
    records = con.execute("select count(*) from compared").fetchall()[0][0]
    strangers = _levels(con, "random_pair")
    households = _levels(con, f"({_NOT_ONE_TWICE})")
    learned = estimate(model, strangers, households, _blocks(con), records)
    for sample in ("random_pair", "household_pair", "agreeing_pair"):
        con.execute(f"drop table {sample}")
    return learned


def with_partners(con: duckdb.DuckDBPyConnection, model: Model) -> Model:
    """The model with the partners and the household that a record turned out to have, from table `scored`."""
    matches, records = con.execute(
        "select (select sum(match_probability) from scored), (select count(*) from compared)"
    ).fetchall()[0]
    partners = (2 * (matches or 0.0) + PARTNERS_TRUST * model.partners) / (records + PARTNERS_TRUST)
    return rates.with_partners(model, partners)


def _levels(con: duckdb.DuckDBPyConnection, pairs: str) -> Mapping[str, Mapping[int, int]]:
    con.execute(f"create temp table level as {pairs_with_levels(pairs)}")
    counted = {
        item.name: dict(
            con.execute(
                f"select gamma_{item.name}, count(*) from level where gamma_{item.name} >= 0 group by all"
            ).fetchall()
        )
        for item in COMPARISONS
    }
    con.execute("drop table level")
    return counted


def _blocks(con: duckdb.DuckDBPyConnection) -> list[Block]:
    con.execute(f"create temp table level as {pairs_with_levels('agreeing_pair', 'block,')}")
    columns = ", ".join(GAMMAS)
    blocks: list[Block] = []
    for (name,) in con.execute("select distinct block from level order by block").fetchall():
        rows = con.execute(
            f"select {columns}, count(*) from level "
            "where block = ? and (gamma_first_name >= 0 or gamma_last_name >= 0) group by all order by all",
            [name],
        ).fetchall()
        if not rows:
            continue
        levels = np.array([row[:-1] for row in rows], np.int64)
        blocks.append(Block(name, levels, np.array([row[-1] for row in rows], float)))
    con.execute("drop table level")
    return blocks


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
