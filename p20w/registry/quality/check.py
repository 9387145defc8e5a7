"""Estimate the registry's errors as a state without a truth can, and keep the figures of the refresh.

Here: the order of the estimates. Not here: the estimates, what figure is good enough (`expectations/registry`), pages.
"""

from collections.abc import Mapping

import duckdb

from p20w.database import Warehouse
from p20w.database.bulk import Read
from p20w.progress import tell
from p20w.registry.linking.weighing import Weighing
from p20w.registry.persons.candidate import recorded
from p20w.registry.quality import figure, lift, masked, rates, reviewed, stability, unlinkable
from p20w.registry.quality.classes import classes
from p20w.registry.quality.figure import Figure
from p20w.registry.quality.groups import divide, year_of
from p20w.registry.quality.patterns import patterns
from p20w.registry.quality.without import beside
from p20w.registry.statements import run
from splink_models import Model

HABITS = {
    "initials": ("employers_of_initials", "lines_of_initials"),
    "cut": ("employers_cutting", "lines_cut"),
    "turned": ("employers_turning", "lines_turned"),
}
"""Habit of writing names -> facts of the candidate that count its employers and their lines."""


def estimate(con: duckdb.DuckDBPyConnection, read: Read, weighing: Weighing, version: Model) -> list[Figure]:
    """What the pairs and persons of a candidate tell of its errors. The same state gives the same figures.

    Args:
        con: the scratch database, with the tables that deciding made; it is left as it was.
        read: reads as role `linkage`.
        weighing: the values that pairs were weighed by.
        version: the model version they were learned from.
    """
    tell("estimating errors")
    found = classes(con, weighing) + patterns(con, weighing, version)
    with beside(con, "estimated") as own:
        run(own, "quality/identity")
        divide(own, read, whose="select identity, person as subject from identity")
        found += masked.masked(own, weighing)
        found += lift.lift(own, year_of(read))
        found += unlinkable.unlinkable(own, weighing)
        found += rates.rates(own)
    return found


def check(warehouse: Warehouse, refresh_id: int, estimated: list[Figure]) -> None:
    """Keep what was estimated of a refresh's candidate, with what else is on record about it, for the gate to judge.

    Args:
        warehouse: read and written as role `linkage`.
        refresh_id: whose figures these are; what was kept for it before is replaced.
        estimated: of `estimate`.
    """
    with warehouse.connect("linkage") as connection:
        found = [
            *estimated,
            *rates.changes(connection, refresh_id, estimated),
            *reviewed.reviewed(connection),
            *stability.figures(connection, refresh_id),
            *_naming_habits(recorded(connection, refresh_id)),
        ]
        figure.write(connection, refresh_id, found)
        connection.commit()


def _naming_habits(facts: Mapping[str, float]) -> list[Figure]:
    """How employers write names, by habit: `value` lines, `part` employers of `whole`; none where no wages come."""
    return [
        Figure("naming_habit", facts[lines], habit, part=int(facts[employers]), whole=int(facts["employers_named"]))
        for habit, (employers, lines) in HABITS.items()
        if employers in facts
    ]


def look_again(warehouse: Warehouse, refresh_id: int) -> list[Figure]:
    """The figures of a refresh, with what verdicts say by now; they are kept."""
    with warehouse.connect("linkage") as connection:
        judged = reviewed.reviewed(connection)
        names = {item.figure for item in judged}
        found = [*judged, *(item for item in figure.read(connection, refresh_id) if item.figure not in names)]
        figure.write(connection, refresh_id, found)
        connection.commit()
    return found
