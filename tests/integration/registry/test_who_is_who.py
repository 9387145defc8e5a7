"""Who becomes one person, who stays apart, and what goes to review."""

from collections.abc import Callable

import pytest

from p20w.database import Warehouse
from tests.integration.registry.small_vault import Who, are_one, crowd, fill, link, persons, reviews

# one child of each family below is told apart from the others by the rule its test names
ANA = Who("k12_enrollment", "ANABELLE", "WHITLOCK", "2004-03-09", "J", sex="Female", source_id="1", drops=(1, 2, 3))
ANA_LICENSED = Who(
    "dmv_license",
    "ANABELLE",
    "WHITLOCK",
    "2004-03-09",
    "JUNE",
    sex="Female",
    ssn="412345678",
    source_id="A1",
    verified=True,
    drops=(3, 4),
)
ANA_EARNING = Who("ui_wage", "A", "WHITLOCK", ssn="412345678", drops=(5, 6))
ANA_MISTYPED = Who("ui_wage", "ANABELLE", "WHITLOCK", ssn="412345687", drops=(7,))
ANA_COURSES = Who("k12_cte", source_id="1", drops=(1,))

TWIN_ONE = Who(
    "k12_enrollment",
    "JADEN",
    "OKAFOR",
    "2005-06-01",
    sex="Male",
    source_id="21",
    drops=(1, 2),
    street="4 ELM ST",
    postal_code="00101",
)
TWIN_TWO = Who(
    "k12_enrollment",
    "JAYDEN",
    "OKAFOR",
    "2005-06-01",
    sex="Male",
    source_id="22",
    drops=(1, 2),
    street="4 ELM ST",
    postal_code="00101",
)
TWIN_ONE_LICENSED = Who(
    "dmv_license",
    "JADEN",
    "OKAFOR",
    "2005-06-01",
    sex="Male",
    ssn="423456789",
    source_id="B1",
    verified=True,
    drops=(3,),
    street="4 ELM ST",
    postal_code="00101",
)
TWIN_THREE = Who(
    "k12_enrollment",
    "SELMA",
    "OKAFOR",
    "2005-06-01",
    sex="Female",
    source_id="23",
    drops=(1, 2),
    street="4 ELM ST",
    postal_code="00101",
)

FATHER = Who(
    "dmv_license",
    "HORATIO",
    "BLANCH",
    "1970-02-02",
    suffix="SR",
    sex="Male",
    ssn="434567891",
    source_id="C1",
    verified=True,
    drops=(1, 2),
)
SON = Who(
    "ps_enrollment",
    "HORATIO",
    "BLANCH",
    "1970-02-20",
    suffix="JR",
    sex="Male",
    source_id="P1",
    space="ps_id:990001",
    drops=(1, 2),
)

LENDER = Who(
    "dmv_license",
    "PRUDENCE",
    "ABERNATHY",
    "1980-05-05",
    sex="Female",
    ssn="445678912",
    source_id="D1",
    verified=True,
    drops=(1, 2),
)
BORROWER = Who("ui_wage", "ESTEBAN", "QUINTERO", ssn="445678912", drops=(3, 4, 5))

PUPIL = Who("k12_enrollment", "THEODORA", "VANTERPOOL", "2003-01-15", sex="Female", source_id="31", drops=(1, 2))
NAMESAKE_AT_WORK = Who("ui_wage", "THEODORA", "VANTERPOOL", ssn="456789123", drops=(5, 6))

MARRIED = Who(
    "ps_enrollment",
    "GWENDOLYN",
    "ESPINOZA",
    "1999-09-19",
    sex="Female",
    ssn="467891234",
    source_id="P2",
    space="ps_id:990001",
    drops=(1,),
)
MARRIED_LATER = Who(
    "dmv_license",
    "GWENDOLYN",
    "HALVORSEN",
    "1999-09-19",
    sex="Female",
    ssn="467891234",
    source_id="E1",
    verified=True,
    drops=(3, 4),
)

SWAPPED = Who("ui_wage", "KRZYZEWSKI", "BARTHOLOMEW", ssn="478912345", drops=(5,))
STRAIGHT = Who(
    "dmv_license",
    "BARTHOLOMEW",
    "KRZYZEWSKI",
    "1966-06-06",
    sex="Male",
    ssn="478912345",
    source_id="F1",
    verified=True,
    drops=(1,),
)

DAY_AND_MONTH = Who(
    "ps_enrollment", "WILHELMINA", "ASTOR", "1998-11-03", sex="Female", source_id="P3", space="ps_id:990001", drops=(1,)
)
MONTH_AND_DAY = Who(
    "dmv_license",
    "WILHELMINA",
    "ASTOR",
    "1998-03-11",
    sex="Female",
    ssn="489123456",
    source_id="G1",
    verified=True,
    drops=(1, 2),
)

FIRST_OF_ID = Who("k12_enrollment", "AUGUST", "FENWICK", "2006-08-08", sex="Male", source_id="41", drops=(1, 2, 3))
SECOND_OF_ID = Who("k12_enrollment", "BEATRIX", "LOCKHART", "2008-12-01", sex="Female", source_id="41", drops=(4,))

WITHOUT_SSN = Who("ui_wage", "ANABELLE", "WHITLOCK", drops=(8,))

EVERYONE = [
    *(ANA, ANA_LICENSED, ANA_EARNING, ANA_MISTYPED, ANA_COURSES, TWIN_ONE, TWIN_TWO, TWIN_ONE_LICENSED, TWIN_THREE),
    *(FATHER, SON, LENDER, BORROWER, PUPIL, NAMESAKE_AT_WORK, MARRIED, MARRIED_LATER, SWAPPED, STRAIGHT),
    *(DAY_AND_MONTH, MONTH_AND_DAY, FIRST_OF_ID, SECOND_OF_ID, WITHOUT_SSN),
]


@pytest.fixture(scope="module")
def town(make_warehouse: Callable[..., Warehouse]) -> Warehouse:
    warehouse = make_warehouse()
    fill(warehouse, [*EVERYONE, *crowd()])
    link(warehouse)
    return warehouse


def test_every_identity_of_a_drop_in_force_has_one_person(town: Warehouse) -> None:
    assert len(persons(town)) == len(EVERYONE) + 600


def test_a_pupil_reaches_wages_through_the_license_file(town: Warehouse) -> None:
    assert are_one(town, ANA, ANA_LICENSED, ANA_EARNING)


def test_an_identity_with_nothing_but_an_id_belongs_to_its_owner(town: Warehouse) -> None:
    assert are_one(town, ANA, ANA_COURSES)


def test_two_swapped_digits_of_an_ssn_do_not_part_a_person(town: Warehouse) -> None:
    assert are_one(town, ANA, ANA_MISTYPED)


def test_a_pupil_does_not_reach_wages_by_name_alone(town: Warehouse) -> None:
    assert not are_one(town, PUPIL, NAMESAKE_AT_WORK)


def test_wages_without_a_usable_ssn_stay_alone(town: Warehouse) -> None:
    assert not are_one(town, ANA, WITHOUT_SSN)


def test_twins_stay_apart_even_with_names_alike(town: Warehouse) -> None:
    assert are_one(town, TWIN_ONE, TWIN_ONE_LICENSED)
    for one, other in ((TWIN_ONE, TWIN_TWO), (TWIN_ONE, TWIN_THREE), (TWIN_TWO, TWIN_THREE)):
        assert not are_one(town, one, other)


def test_generations_of_one_name_stay_apart(town: Warehouse) -> None:
    assert not are_one(town, FATHER, SON)


def test_the_same_ssn_with_another_name_goes_to_review(town: Warehouse) -> None:
    assert not are_one(town, LENDER, BORROWER)
    assert (frozenset((LENDER.identity_id, BORROWER.identity_id)), "same SSN, other name") in reviews(town)


def test_two_students_under_one_id_go_to_review(town: Warehouse) -> None:
    assert not are_one(town, FIRST_OF_ID, SECOND_OF_ID)
    assert (frozenset((FIRST_OF_ID.identity_id, SECOND_OF_ID.identity_id)), "same id, other name") in reviews(town)


def test_a_surname_may_change_under_one_ssn(town: Warehouse) -> None:
    assert are_one(town, MARRIED, MARRIED_LATER)


def test_swapped_names_are_one_name(town: Warehouse) -> None:
    assert are_one(town, SWAPPED, STRAIGHT)


def test_day_and_month_may_be_swapped(town: Warehouse) -> None:
    assert are_one(town, DAY_AND_MONTH, MONTH_AND_DAY)


def test_an_edge_says_what_joined_two_identities(town: Warehouse) -> None:
    with town.connect("linkage") as connection:
        rows = connection.execute(
            "select tier, count(*), count(match_weight) from registry.edge group by tier"
        ).fetchall()
    found = {row[0]: (row[1], row[2]) for row in rows}
    assert set(found) == {"ssn", "id", "model", "near_ssn"}
    assert all(edges == weighed for edges, weighed in found.values())


def test_no_edge_joins_k12_and_wages(town: Warehouse) -> None:
    with town.connect("linkage") as connection:
        rows = connection.execute(
            """
            select one.feed, other.feed
            from registry.edge
            inner join vault.identity as one on edge.identity_left = one.identity_id
            inner join vault.identity as other on edge.identity_right = other.identity_id
            """
        ).fetchall()
    assert not [row for row in rows if "ui_wage" in row and any(feed.startswith("k12") for feed in row)]


def test_a_profile_knows_birth_year_and_sex_and_no_more(town: Warehouse) -> None:
    with town.connect("transform") as connection:
        row = connection.execute(
            "select birth_year, sex, race_ethnicity from registry.person_profile where person_id = %s",
            (persons(town)[ANA.identity_id],),
        ).fetchone()
    assert row == (2004, "Female", None)


def test_match_rates_count_persons_of_each_pair_of_feeds(town: Warehouse) -> None:
    with town.connect("report") as connection:
        row = connection.execute(
            "select persons_left, persons_right, persons_both from governance.match_rate "
            "where left_feed = 'k12_cte' and right_feed = 'k12_enrollment'"
        ).fetchone()
    assert row == (1, 7, 1)
