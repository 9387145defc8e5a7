"""What is on record about linkage, read as the role `report`.

Here: figures of every refresh and answers over other maps, with small ways to find one. Not here: words (sections).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import psycopg
from psycopg.rows import class_row

from p20w.reports.masking import Mask


@dataclass(frozen=True)
class Figure:
    """One row of `governance.linkage_figure`."""

    refresh_id: int
    label: str
    figure: str
    subject: str
    dimension: str
    trait: str
    value: float | None
    low: float | None
    high: float | None
    part: int | None
    whole: int | None
    persons: int | None


@dataclass(frozen=True)
class Answer:
    """A figure of the marts over the map in use, a stricter and a looser one."""

    answer: str
    part: str
    current: float | None
    stricter: float | None
    looser: float | None
    persons: int | None
    words: str = ""


@dataclass(frozen=True)
class Record:
    """Figures of the newest refresh that was checked, of those before it (wholes only), and its answers."""

    label: str | None = None
    figures: tuple[Figure, ...] = ()
    history: tuple[Figure, ...] = ()
    answers: tuple[Answer, ...] = ()
    mask: Mask = field(default_factory=Mask)
    """What counts of people are too small to show."""

    def find(self, figure: str, subject: str = "") -> Figure | None:
        """The figure for everybody."""
        return next(
            (item for item in self.figures if (item.figure, item.subject, item.dimension) == (figure, subject, "")),
            None,
        )

    def by_subject(self, figure: str) -> list[Figure]:
        """The figure for each feed or pair of feeds."""
        return [item for item in self.figures if item.figure == figure and item.subject and not item.dimension]

    def by_group(self, figure: str, dimension: str, subject: str = "") -> list[Figure]:
        """The figure for each group of a dimension."""
        return [
            item for item in self.figures if (item.figure, item.subject, item.dimension) == (figure, subject, dimension)
        ]

    def over_time(self, figure: str) -> list[Figure]:
        """The figure for everybody, refresh by refresh."""
        return [item for item in self.history if item.figure == figure]


def read(connection: psycopg.Connection, mask: Mask, names: Mapping[tuple[str, str], str]) -> Record:
    """Read the record; empty before the first refresh that was checked.

    Args:
        connection: of the role `report`.
        mask: what is too small to show.
        names: words of answers, by answer and part.
    """
    row = connection.execute(
        "select refresh.refresh_id, refresh.label from governance.linkage_figure "
        "inner join governance.refresh using (refresh_id) order by refresh_id desc limit 1"
    ).fetchone()
    if row is None:
        return Record(mask=mask)
    refresh_id, label = row
    with connection.cursor(row_factory=class_row(Figure)) as cursor:
        figures = cursor.execute(_FIGURES, (refresh_id,)).fetchall()
        history = cursor.execute(_HISTORY).fetchall()
    answers = [
        replace(item, words=names.get((item.answer, item.part), f"{item.answer} {item.part}".strip()))
        for item in _answers(connection, refresh_id)
    ]
    return Record(label, tuple(figures), tuple(history), tuple(answers), mask)


def _answers(connection: psycopg.Connection, refresh_id: int) -> Sequence[Answer]:
    with connection.cursor(row_factory=class_row(Answer)) as cursor:
        return cursor.execute(_ANSWERS, (refresh_id,)).fetchall()


_FIGURES = """
select linkage_figure.*, refresh.label
from governance.linkage_figure
inner join governance.refresh using (refresh_id)
where refresh_id = %s
order by figure, subject, dimension, trait
"""

_HISTORY = """
select linkage_figure.*, refresh.label
from governance.linkage_figure
inner join governance.refresh using (refresh_id)
where subject = '' and dimension = '' and refresh.status = 'published'
    or subject = '' and dimension = '' and refresh_id = (select max(refresh_id) from governance.linkage_figure)
order by refresh_id, figure
"""

_ANSWERS = """
select
    answer,
    part,
    max(value) filter (where map = 'current') as current,
    max(value) filter (where map = 'stricter') as stricter,
    max(value) filter (where map = 'looser') as looser,
    min(persons) as persons
from governance.answer_range
where refresh_id = %s
group by answer, part
order by answer, part
"""
