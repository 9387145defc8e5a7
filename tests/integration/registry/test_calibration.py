"""Beliefs of linkage beside the truth are those one would count by hand."""

from dataclasses import replace

import pyarrow as pa
import pytest

from p20w.database import Warehouse
from p20w.registry.evaluation.calibration import Calibration, calibration
from tests.integration.registry.small_vault import crowd, fill, link, persons

HOLDERS = crowd(200)
STUDENTS = [
    replace(holder, feed="ps_enrollment", source_id=f"{number}", space="ps_id:1", verified=None, drops=(1,))
    for number, holder in enumerate(HOLDERS)
]
TAKEN_FOR_ANOTHER = 10
"""Of the students, the first are somebody else under the holder's number, so the truth of this test says."""


@pytest.fixture(scope="module")
def town(module_warehouse: Warehouse) -> Warehouse:
    fill(module_warehouse, [*HOLDERS, *STUDENTS])
    link(module_warehouse)
    return module_warehouse


def known(town: Warehouse) -> pa.Table:
    numbers = {person: number for number, person in enumerate(sorted(set(persons(town).values())))}
    whose = {who.identity_id: number for number, who in enumerate(HOLDERS)}
    whose |= {who.identity_id: number + 1_000 * (number < TAKEN_FOR_ANOTHER) for number, who in enumerate(STUDENTS)}
    rows = [
        {"identity_id": identity, "person": numbers[person], "true_person": whose[identity]}
        for identity, person in persons(town).items()
    ]
    return pa.Table.from_pylist(rows)


@pytest.fixture(scope="module")
def found(town: Warehouse) -> Calibration:
    return calibration(town, town.settings, known(town))


def test_deciding_everybody_at_once_moves_nobody(found: Calibration) -> None:
    assert (found.moved, found.identities) == (0, 400)


def test_the_true_precision_of_a_kind_of_links_stands_beside_its_estimate(found: Calibration) -> None:
    by_ssn = next(item for item in found.classes if item.tier == "ssn")
    assert (by_ssn.true.part, by_ssn.true.whole) == (190, 200)
    assert by_ssn.value is not None
    assert by_ssn.value > 0.99  # middle names and birth dates agree, and cannot know
    assert by_ssn.is_covered is False


def test_bands_hold_every_pair_whose_truth_is_known(found: Calibration) -> None:
    assert sum(band.pairs for band in found.bands) == 200
    assert sum(band.pairs * band.observed for band in found.bands) == pytest.approx(190)
    assert all(band.expected >= 1 - 2.0**-band.bits for band in found.bands)


def test_the_widest_difference_is_among_bands_of_a_hundred_pairs(found: Calibration) -> None:
    wide = [band for band in found.bands if band.pairs >= 100]
    assert found.widest == max((abs(band.expected - band.observed) for band in wide), default=None)


def test_all_whose_company_changed_are_counted(town: Warehouse) -> None:
    mine, theirs = (persons(town)[who.identity_id] for who in HOLDERS[:2])
    with town.connect("owner") as connection:
        move = "update registry.assignment set person_id = %s where identity_id = %s"
        student = STUDENTS[0].identity_id
        connection.execute(move, (theirs, student.hex()))
        connection.commit()
        moved = calibration(town, town.settings, known(town)).moved
        connection.execute(move, (mine, student.hex()))
        connection.commit()
    assert moved == 4  # the two who were alone together, and the two who now have a third
