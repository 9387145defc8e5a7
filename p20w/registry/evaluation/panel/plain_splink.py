"""What linkage is held against: the model that a user of Splink would train on the same file.

Here: our comparisons (without levels too rare to train) and blocking rules with Splink's own estimators; no household,
no values known before, no constraint. As in Splink's tutorial the prior is from a deterministic rule, u from random
pairs, m from expectation maximization over two blocking rules. Not here: thresholds and clusters (`measuring`).
"""

import logging
from dataclasses import replace
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from splink_models import blocking
from splink_models.comparisons import ADDRESS, BIRTH, FIRST, LAST, MIDDLE, SEX, SSN, SUFFIX, Comparison, build

USED = (FIRST, MIDDLE, LAST, BIRTH, SEX, SUFFIX, SSN, ADDRESS)
SAID = ("first", "middle", "last", "birth_text", "sex", "suffix", "ssn", "nullif(len(postal_codes), 0)")
"""What a file must say something of for each to be of use."""

RAREST = 0.01
"""Of a level that is kept; rarer ones are merged with the rest, because Splink stops when a rate comes to zero."""

RULE_RECALL = 0.7
"""What the deterministic rule finds, as in Splink's tutorial."""


def weigh(con: duckdb.DuckDBPyConnection, is_linkage: bool) -> dict[str, Any]:
    """Weigh the candidate pairs of table `compared`.

    Args:
        con: the scratch database.
        is_linkage: two files without duplicates are linked with each other.

    Returns:
        arrays `record_l`, `record_r` and `match_weight` (bits).
    """
    counts = con.execute(f"select {', '.join(f'count({column})' for column in SAID)} from compared").fetchall()[0]
    settings = SettingsCreator(
        link_type="link_only" if is_linkage else "dedupe_only",
        unique_id_column_name="record",
        comparisons=[build(_common(item)) for item, count in zip(USED, counts, strict=True) if count],
        blocking_rules_to_generate_predictions=blocking.rules(),
        retain_matching_columns=False,
    )
    feeds = [feed for (feed,) in con.execute("select distinct feed from compared order by feed").fetchall()]
    for feed in feeds:
        con.execute(f"create view compared_{feed} as select * from compared where feed = '{feed}'")
    tables = [f"compared_{feed}" for feed in feeds] if is_linkage else ["compared"]
    api = DuckDBAPI(con)
    linker = Linker([api.register(table) for table in tables], settings, log_level=logging.ERROR)
    names, birth = ("first", "last"), ("birth_text",)
    linker.training.estimate_probability_two_random_records_match([block_on(*names, *birth)], recall=RULE_RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (names, birth):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    pairs = linker.inference.predict().physical_name
    return con.execute(f"select record_l, record_r, match_weight from {pairs}").fetchnumpy()


def _common(item: Comparison) -> Comparison:
    return replace(item, levels=tuple(level for level in item.levels if level.is_null or level.usual >= RAREST))
