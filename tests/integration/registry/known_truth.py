"""A dozen identities with a known truth and a registry that errs in known ways.

Here: putting them where intake, linkage and the simulator would have. Not here: what is expected of the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

import polars as pl

from p20w.database import Warehouse
from tests.integration.registry.small_vault import Who, drop_of, fill

KIM, KIM_COLLEGE, KIM_WAGES = (
    Who("k12_enrollment", "KIM", "VOSS", "2004-03-01", sex="Female", source_id="1"),
    Who("ps_enrollment", "KIM", "VOSS", "2004-03-01", sex="Female", ssn="412345001", source_id="9", space="ps_id:1"),
    Who("ui_wage", "KIM", "VOSS", ssn="412345001"),
)
LEE, LEE_WAGES = (
    Who("k12_enrollment", "LEE", "MARSH", "2003-05-05", sex="Male", source_id="2"),
    Who("ui_wage", "LEE", "MARSH", ssn="412345002"),
)
BOB, ROBERT, ROBERT_WAGES = (
    Who("k12_enrollment", "BOB", "QUILL", "2002-07-07", sex="Male", source_id="3"),
    Who("dmv_license", "ROBERT", "QUILL", "2002-07-07", sex="Male", ssn="412345003", source_id="L3", verified=True),
    Who("ui_wage", "ROBERT", "QUILL", ssn="412345003"),
)
HOME = {"street": "12 Elm St", "postal_code": "00101"}
ANA, ANA_LICENSE, ANE = (
    Who("k12_enrollment", "ANA", "REED", "2005-01-09", sex="Female", source_id="4", **HOME),
    Who(
        "dmv_license", "ANA", "REED", "2005-01-09", sex="Female", ssn="412345004", source_id="L4", drops=(1, 2), **HOME
    ),
    Who("k12_enrollment", "ANE", "REED", "2005-01-09", sex="Female", source_id="5", **HOME),
)
LENT = Who("ui_wage", "MAX", "STONE", ssn="412345006", drops=(1, 2, 3, 4))


@dataclass(frozen=True)
class Known:
    """An identity, whose lines it is on (one true person a drop), its person in the registry, and how it got there."""

    who: Who
    true_persons: Sequence[int]
    person: int
    method: str = "model"


IDENTITIES = (
    Known(KIM, [1], 1),
    Known(KIM_COLLEGE, [1], 1, "ssn"),
    Known(KIM_WAGES, [1], 1, "ssn"),
    Known(LEE, [2], 2, "alone"),
    Known(LEE_WAGES, [2], 3, "alone"),
    Known(BOB, [3], 4, "alone"),
    Known(ROBERT, [3], 5, "ssn"),
    Known(ROBERT_WAGES, [3], 5, "ssn"),
    Known(ANA, [4], 6, "alone"),
    Known(ANA_LICENSE, [4, 4], 7),
    Known(ANE, [5], 7),
    Known(LENT, [6, 6, 7, 6], 8, "alone"),
)

EDGES = (
    (KIM_COLLEGE, KIM_WAGES, "ssn", None),
    (KIM, KIM_COLLEGE, "model", 15.0),
    (ROBERT, ROBERT_WAGES, "ssn", None),
    (ANA_LICENSE, ANE, "model", 8.0),
)
ASKED = ((BOB, ROBERT, "nearly enough evidence", 4.5),)

PERSONS = pl.DataFrame(
    {
        "true_person": [1, 2, 3, 4, 5, 6, 7],
        "birthdate": [date(2004, 3, 1), date(2003, 5, 5), date(2002, 7, 7), *[date(2005, 1, 9)] * 2, *[None] * 2],
        "sex": ["Female", "Male", "Male", "Female", "Female", "Male", "Male"],
        "race_ethnicity": ["White", "Asian", "White", "White", "White", "White", "White"],
        "name_origin": ["european"] * 7,
        "mother": [None, None, None, 90, 90, None, None],
        "father": [None] * 7,
        "is_named_after_father": [False] * 7,
        "has_former_surname": [False] * 7,
        "household": [1, 2, 3, 4, 4, 5, 6],
        "is_twin": [False, False, False, True, True, False, False],
    },
    schema_overrides={"mother": pl.Int64, "father": pl.Int64},
)


def settle(warehouse: Warehouse, truth: Path, *, with_persons: bool = True) -> None:
    """Everything above, into the warehouse's tables and the truth's files."""
    fill(warehouse, [known.who for known in IDENTITIES])
    lines: dict[tuple[str, int], list[int]] = {}
    with warehouse.connect("owner") as connection:
        connection.execute(
            "insert into governance.refresh (refresh_id, label, cutoff, status) "
            "values (1, '2022Q4', '2022-12-31', 'running')"
        )
        for known in IDENTITIES:
            identity = UUID(bytes=known.who.identity_id)
            for drop, person in zip(known.who.drops, known.true_persons, strict=True):
                told = lines.setdefault((known.who.feed, drop), [])
                told.append(person)
                connection.execute(
                    f"insert into intake.{known.who.feed} (drop_id, line_number, identity_id) values (%s, %s, %s)",
                    (drop_of(known.who.feed, drop), len(told), identity),
                )
            connection.execute(
                "insert into registry.assignment (identity_id, person_id, valid_from_refresh, method) "
                "values (%s, %s, 1, %s)",
                (identity, UUID(int=known.person), known.method),
            )
        connection.execute(
            "update intake.k12_enrollment "
            "set is_english_learner = line_number <= 2, is_homeless = false, locale_code = '41'"
        )
        for left, right, tier, weight in EDGES:
            connection.execute(
                "insert into registry.edge (identity_left, identity_right, tier, match_weight, model_version) "
                "values (%s, %s, %s, %s, 'v2')",
                (*_pair(left, right), tier, weight),
            )
        for left, right, reason, weight in ASKED:
            connection.execute(
                "insert into registry.review_queue (refresh_id, identity_left, identity_right, reason, match_weight) "
                "values (1, %s, %s, %s, %s)",
                (*_pair(left, right), reason, weight),
            )
        connection.commit()
    for (feed, drop), people in lines.items():
        folder = truth / feed / f"period {drop}"
        folder.mkdir(parents=True, exist_ok=True)
        pl.DataFrame({"line_number": range(1, len(people) + 1), "true_person": people}).write_parquet(
            folder / "1.parquet"
        )
    if with_persons:
        PERSONS.write_parquet(truth / "persons.parquet")


def _pair(left: Who, right: Who) -> tuple[UUID, UUID]:
    one, other = sorted((left.identity_id, right.identity_id))
    return UUID(bytes=one), UUID(bytes=other)
