"""One figure about linkage, and where figures of a refresh are kept.

Here: the form of a figure, writing and reading `governance.linkage_figure`. Not here: how figures come about.
"""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from p20w.registry.quality.intervals import Gap, Share


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


COLUMNS = sql.SQL(", ").join(sql.Identifier(field.name) for field in fields(Figure))


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
    statement = sql.SQL("copy governance.linkage_figure (refresh_id, {}) from stdin").format(COLUMNS)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for item in figures:
            copy.write_row((refresh_id, *astuple(item)))


def read(connection: psycopg.Connection, refresh_id: int) -> list[Figure]:
    """The figures of a refresh, by name, subject and group."""
    statement = sql.SQL(
        "select {} from governance.linkage_figure where refresh_id = %s order by figure, subject, dimension, trait"
    ).format(COLUMNS)
    with connection.cursor(row_factory=class_row(Figure)) as cursor:
        return cursor.execute(statement, (refresh_id,)).fetchall()
