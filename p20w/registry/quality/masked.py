"""The self-test: hide every SSN, cluster by the rest, and score against the SSNs.

Here: how much of what an SSN proves is found without it, and how much of what is found an SSN disproves, for the whole
and by group. Not here: clustering without SSNs (`without`).

A state without a truth can measure this much (Belin & Rubin 1995). It speaks for links that rest on names, birth dates
and addresses, as those of schools do, as far as people with SSN on file are like people without.
"""

import duckdb
import numpy as np

from p20w.registry.linking.weighing import Weighing
from p20w.registry.quality.figure import Figure, of_gap, of_share, pair_of
from p20w.registry.quality.groups import members_of
from p20w.registry.quality.intervals import clustered, compare
from p20w.registry.quality.without import bits_without, decide_without, found_without
from p20w.registry.statements import run
from splink_models.comparisons import SSN

HAS_ANYTHING_ELSE = "birth_text is not null and coalesce(first, last) is not null"
"""Records without a birth date, as those of wages, or without any name, as those of workforce programs, stay out."""


def masked(con: duckdb.DuckDBPyConnection, weighing: Weighing) -> list[Figure]:
    """Score against the SSNs, from tables `identity`, `member` (subject: person) and those of the refresh."""
    is_found = found_without("ssn", "near", "remainders", "lent_parts")
    decide_without(
        con,
        "ssn",
        kept=HAS_ANYTHING_ELSE,
        columns="* replace (null::bigint as ssn, false as is_ssn_verified)",
        bits=bits_without(SSN, weighing),
        is_found=f"scored.gamma_ssn <= 0 or coalesce({is_found}, false)",
    )
    rows = run(con, "quality/masked").fetchnumpy()
    person, place = np.unique(np.asarray(rows["person"], np.int64), return_inverse=True)
    feeds = np.asarray([pair_of(*pair) for pair in zip(rows["left_feed"], rows["right_feed"], strict=True)], str)
    proven, found, joined, right = (
        np.asarray(rows[name], np.float64) for name in ("proven", "found", "joined", "joined_right")
    )
    expected, got, claimed, confirmed = (
        np.bincount(place, one).astype(float) for one in (proven, found, joined, right)
    )
    members = members_of(con, person)
    recall = compare(members, got, expected)
    figures = [
        of_share("masked_recall", clustered(got, expected)),
        of_share("masked_precision", clustered(confirmed, claimed)),
        *(of_share("masked_recall", share, group=group) for group, share in recall.shares.items() if share.whole),
        *of_gap("masked_recall_gap", recall.within),
    ]
    for pair in sorted(set(feeds[proven > 0].tolist())):
        at = feeds == pair
        figures.append(of_share("masked_recall", clustered(found[at], proven[at]), pair))
    return figures
