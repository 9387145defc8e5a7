"""How many employers write names in a way of their own, as the refresh recognized them.

Here: facts of the candidate as figures about linkage. Not here: recognizing (`p20w.registry.inputs.naming`).
"""

import psycopg

from p20w.registry.persons.facts import recorded
from p20w.registry.quality.figure import Figure

HABITS = {
    "initials": ("employers_of_initials", "lines_of_initials"),
    "cut": ("employers_cutting", "lines_cut"),
    "turned": ("employers_turning", "lines_turned"),
}
"""Habit -> the facts that count its employers and their lines."""


def habits(connection: psycopg.Connection, refresh_id: int) -> list[Figure]:
    """Figure `naming_habit` by habit: `value` lines, `part` employers of `whole` with enough names to be judged.

    Empty where no wages come.
    """
    facts = recorded(connection, refresh_id)
    if "employers_named" not in facts:
        return []
    whole = int(facts["employers_named"])
    return [
        Figure("naming_habit", facts[lines], habit, part=int(facts[employers]), whole=whole)
        for habit, (employers, lines) in HABITS.items()
    ]
