"""Files that begin to err otherwise after weights were frozen are shown, and no others."""

from collections.abc import Callable
from dataclasses import replace

from p20w.database import Warehouse
from tests.integration.registry.small_vault import Who, crowd, fill, link, withdraw

LETTERS = "BDFGKLMNPRST"
TOWN = [
    replace(who, first=f"{who.first}{LETTERS[number % 12]}A", middle=f"{LETTERS[number // 12 % 12]}ORA")
    for number, who in enumerate(crowd(600))
]
MUCH = 0.25
"""Limit of the registry gate."""


def at_college(who: Who, number: int, drop: int) -> Who:
    """The college record of a license holder; one in twenty has a slip, as in any file."""
    first = f"{(who.first or '')[:-1]}E" if number % 20 == 0 else who.first
    return replace(
        who, feed="ps_enrollment", first=first, source_id=f"S{number}", space="ps_id:1", verified=None, drops=(drop,)
    )


def drift(warehouse: Warehouse, refresh_id: int) -> dict[str, float]:
    with warehouse.connect("report") as connection:
        rows = connection.execute(
            "select subject, value from governance.linkage_figure where refresh_id = %s and figure = 'drift'",
            (refresh_id,),
        ).fetchall()
    return dict(rows)


def test_drift_is_small_where_weights_were_learned_and_large_where_a_file_errs_otherwise(
    make_town: Callable[..., Warehouse],
) -> None:
    college = [at_college(who, number, 1) for number, who in enumerate(TOWN)]
    warehouse = make_town([*TOWN, *college])
    link(warehouse)
    at_first = drift(warehouse, 1)
    assert at_first.keys() == {"first_name", "middle_name", "last_name", "birthdate"}
    assert max(at_first.values()) < 0.1

    fill(warehouse, [replace(who, drops=(2,)) for who in college])  # the next term, as the one before
    withdraw(warehouse, "ps_enrollment", 1)
    link(warehouse, refresh_id=2)
    assert drift(warehouse, 2) == at_first

    # an export that has cut first names to a letter, for one pupil in three
    cut = [
        replace(who, first=(who.first or "")[0] if number % 3 == 0 else who.first, drops=(3,))
        for number, who in enumerate(college)
    ]
    fill(warehouse, cut)
    withdraw(warehouse, "ps_enrollment", 2)
    link(warehouse, refresh_id=3)
    now = drift(warehouse, 3)
    assert now["first_name"] > MUCH
    assert max(value for name, value in now.items() if name != "first_name") < 0.1
