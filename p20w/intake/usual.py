"""What is usual for a feed: the figures of a drop beside those of the drops before it.

Here: lines and means of a drop as shares of the median of earlier drops of the same feed and part of the year. Not
here: which figures a contract wants compared and how far they may lie apart (`contracts`), the verdict (`gate`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import psycopg

from p20w.contracts import FeedContract, PeriodError

MEMORY = 8  # earlier drops that are looked at: two years of quarters
ENOUGH = 3  # with fewer, nothing is usual yet
FEW_LINES = 100  # below this, a count of lines doubles by chance


@dataclass(frozen=True)
class Seen:
    """Figures of one drop: when its period ended, in which part of the year, and what was measured."""

    drop_id: int
    ends: date
    part: str
    figures: Mapping[str, float]


def compared(
    connection: psycopg.Connection, contract: FeedContract, drop_ids: Sequence[int]
) -> dict[int, dict[str, float]]:
    """Facts of each drop for each figure that its contract wants compared: `<figure>_usual` and `<figure>_percent`.

    Earlier means of an earlier period, whenever it came: a history taken in at once is compared as quarter by quarter.

    Args:
        connection: of the role `intake`.
        contract: of the feed.
        drop_ids: drops of the feed whose lines lie in the database.
    """
    if not (contract.usual and drop_ids):
        return {}
    seen = _seen(connection, contract, drop_ids)
    mine = {drop.drop_id: drop for drop in seen}
    return {drop_id: _facts(contract, mine[drop_id], seen) for drop_id in drop_ids if drop_id in mine}


def beside(connection: psycopg.Connection, drop_id: int) -> dict[str, tuple[float, float]]:
    """The figures of a drop that were compared: what was measured, and what is usual."""
    rows = connection.execute(
        """
        select usual.check_name, figure.observed, usual.observed
        from governance.drop_check as usual
        inner join governance.drop_check as figure
            on usual.drop_id = figure.drop_id
                and figure.check_name = left(usual.check_name, -6) || '_observed'
        where usual.drop_id = %s and usual.check_name like 'intake.%%\\_usual'
        order by usual.check_name
        """,
        (drop_id,),
    ).fetchall()
    return {name.removeprefix("intake.").removesuffix("_usual"): (measured, usual) for name, measured, usual in rows}


def _facts(contract: FeedContract, drop: Seen, seen: Iterable[Seen]) -> dict[str, float]:
    newest: dict[date, Seen] = {}
    for other in seen:
        if other.part == drop.part and other.ends < drop.ends:
            newest[other.ends] = other  # in order of the ids: of one period the last submission counts
    earlier = [newest[ends] for ends in sorted(newest)][-MEMORY:]
    facts: dict[str, float] = {}
    for figure in contract.usual:
        values = [other.figures[figure] for other in earlier if figure in other.figures]
        if figure not in drop.figures or len(values) < ENOUGH:
            continue
        usual = median(values)
        if usual <= 0 or (figure == "lines" and usual < FEW_LINES):
            continue
        facts[f"{figure}_usual"] = round(usual, 4)
        facts[f"{figure}_percent"] = round(100 * drop.figures[figure] / usual, 4)
    return facts


def _seen(connection: psycopg.Connection, contract: FeedContract, drop_ids: Sequence[int]) -> list[Seen]:
    names = {f"intake.{figure}_observed": figure for figure in contract.usual}
    rows = connection.execute(
        """
        select drop_id, period, json_object_agg(check_name, observed)
        from governance.drop
        inner join governance.drop_check using (drop_id)
        where feed = %s and check_name = any(%s) and (status in ('accepted', 'superseded') or drop_id = any(%s))
        group by drop_id, period
        order by drop_id
        """,
        (contract.feed, list(names), list(drop_ids)),
    ).fetchall()
    found: list[Seen] = []
    for drop_id, label, observed in rows:
        try:
            period = contract.period(label)
        except PeriodError:
            continue
        figures = {names[name]: float(value) for name, value in observed.items()}
        found.append(Seen(drop_id, period.ends, str(period.facts.get("part", "")), figures))
    return found
