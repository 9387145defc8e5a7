"""Who everybody is: the truth about people themselves, beside the truth about lines.

Here: `truth/persons.parquet`, one row a person who ever lived in the state, for judging linkage by group and by cause.
Not here: names and numbers, which nobody needs to judge by, and which line is about whom (`deliver`).
"""

from pathlib import Path

import numpy as np
import polars as pl

from p20w.simulator.geography import RACES
from p20w.simulator.names import Heritage
from p20w.simulator.persons import SUFFIXES
from p20w.simulator.table import Column
from p20w.simulator.world import LONG_AGO, World

FILE = "persons.parquet"
SEXES = ("Male", "Female")


def persons(world: World) -> pl.DataFrame:
    """One row a person, as they are at this moment.

    Columns: true_person, birthdate, sex, race_ethnicity, name_origin, is_foreign_born, has_ssn, mother, father (true
    persons, null when nobody in the state), is_twin, is_named_after_father, suffix, surname_changed_on (null when
    never, or before the state was founded), has_former_surname, household.
    """
    table = world.people
    number = np.arange(table.size, dtype=np.int64) + 1
    father = np.maximum(table["father"], 0)
    named = (table["father"] >= 0) & (table["first"] == table["first"][father]) & (table["sex"] == 0)
    renamed = table["renamed"].astype(np.int64)
    frame = pl.DataFrame(
        {
            "true_person": number,
            "birthdate": pl.Series(table["birth"].astype(np.int32)).cast(pl.Date),
            "sex": _named(SEXES, table["sex"]),
            "race_ethnicity": _named(RACES, table["race"]),
            "name_origin": _named([origin.name.lower() for origin in Heritage], table["heritage"]),
            "is_foreign_born": table["foreign"] == 1,
            "has_ssn": table["ssn"] >= 0,
            "mother": _person(table["mother"]),
            "father": _person(table["father"]),
            "is_named_after_father": named,
            "suffix": _named(SUFFIXES, table["suffix"]),
            "surname_changed_on": pl.Series(renamed.clip(min=0).astype(np.int32)).cast(pl.Date),
            "has_former_surname": table["former"] > 0,
            "household": table["household"].astype(np.int64),
        }
    ).with_columns(pl.when(pl.Series(renamed > LONG_AGO)).then("surname_changed_on").alias("surname_changed_on"))
    born_together = pl.len().over("mother", "birthdate") > 1
    return frame.with_columns((pl.col("mother").is_not_null() & born_together).alias("is_twin"))


def write_persons(world: World, truth: Path, as_of: str) -> None:
    """Write the file as of quarter `as_of`, unless there is one of a later quarter of the same state."""
    path = truth / FILE
    if path.exists() and pl.read_parquet_metadata(path).get("as_of", "") > as_of:
        return
    partial = path.with_suffix(".partial")
    persons(world).write_parquet(partial, compression="zstd", metadata={"as_of": as_of})
    partial.replace(path)


def _named(names: "tuple[str, ...] | list[str]", codes: Column) -> pl.Series:
    return pl.Series(list(names), dtype=pl.String).gather(codes.astype(np.uint32))


def _person(rows: Column) -> pl.Series:
    known = rows >= 0
    return pl.Series(rows.astype(np.int64) + 1).set(pl.Series(~known), None)
