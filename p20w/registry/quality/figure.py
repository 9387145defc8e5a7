"""One figure about linkage, and where figures of a refresh are kept.

Here: the form of a figure, writing and reading `governance.linkage_figure`. Not here: how figures come about.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
from psycopg.rows import class_row

from p20w.registry.quality.gaps import Gap
from p20w.registry.quality.intervals import Share


@dataclass(frozen=True)
class Figure:
    """One figure: what it is (`figure`), of what (`subject`, a feed or a pair of feeds), and of which group of people.

    `value` with its 95 % interval `low` to `high` where it is an estimate; `part` and `whole` are what was counted,
    `persons` how many people stand behind it.
    """

    figure: str
    value: float | None
    subject: str = ""
    dimension: str = ""
    trait: str = ""
    low: float | None = None
    high: float | None = None
    part: int | None = None
    whole: int | None = None
    persons: int | None = None


def of_share(figure: str, share: Share, subject: str = "", group: tuple[str, str] = ("", "")) -> Figure:
    """A share as a figure."""
    if not share.whole:
        return Figure(figure, None, subject, *group, part=0, whole=0, persons=0)
    counts = (round(share.part), round(share.whole), share.clusters)
    return Figure(figure, share.value, subject, *group, share.low, share.high, *counts)


def of_gap(figure: str, gap: Gap | None) -> list[Figure]:
    """The widest gap between two groups of one dimension as a figure; none where groups are too small."""
    if gap is None:
        return []
    told = f"{gap.better[1]} over {gap.worse[1]}"
    return [Figure(figure, gap.difference, "", gap.better[0], told, gap.low, gap.high)]


def pair_of(left: str, right: str) -> str:
    """How a pair of feeds is written as a subject."""
    return f"{left} > {right}"


def write(connection: psycopg.Connection, refresh_id: int, figures: Iterable[Figure]) -> None:
    """Replace the figures of a refresh; the caller commits."""
    connection.execute("delete from governance.linkage_figure where refresh_id = %s", (refresh_id,))
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "copy governance.linkage_figure (refresh_id, figure, subject, dimension, trait, value, low, high, "
            "part, whole, persons) from stdin"
        ) as copy,
    ):
        for item in figures:
            about = (refresh_id, item.figure, item.subject, item.dimension, item.trait)
            copy.write_row((*about, item.value, item.low, item.high, item.part, item.whole, item.persons))


def read(connection: psycopg.Connection, refresh_id: int) -> list[Figure]:
    """The figures of a refresh, by name, subject and group."""
    with connection.cursor(row_factory=class_row(Figure)) as cursor:
        return cursor.execute(
            """
            select figure, value, subject, dimension, trait, low, high, part, whole, persons
            from governance.linkage_figure
            where refresh_id = %s
            order by figure, subject, dimension, trait
            """,
            (refresh_id,),
        ).fetchall()
