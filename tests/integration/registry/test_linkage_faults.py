"""What went wrong on files from elsewhere: each fault with a town of strangers around it, and variants.

The cases are those of the sample file of linkage faults that the project was given; all names are invented.
"""

from collections.abc import Callable

import pytest

from p20w.database import Warehouse
from tests.integration.registry.small_vault import Who, are_one, crowd, link, reviews

TOWN = crowd()


def license_of(first: str | None, middle: str | None, last: str, born: str | None, ssn: str, number: str) -> Who:
    return Who(
        "dmv_license", first, last, born, middle=middle, ssn=ssn, source_id=number, verified=True,
        street=f"{number[1:]} Quarry Ln", postal_code="00417", drops=(1, 2),
    )  # fmt: skip


def wages(first: str | None, middle: str | None, last: str, ssn: str, employer: str | None = None) -> Who:
    return Who("ui_wage", first, last, middle=middle, ssn=ssn, employer=employer, drops=(1, 2))


@pytest.mark.parametrize(
    ("first", "middle", "other_first", "other_middle", "surname"),
    [
        ("MARLA", "QUIN", "DEXTER", "M", "OSTRANDER"),
        ("TOBIAS", "ELI", "RENATA", "T", "VELLACOTT"),
    ],
)
def test_one_letter_is_nobodys_middle_name(
    make_town: Callable[..., Warehouse], first: str, middle: str, other_first: str, other_middle: str, surname: str
) -> None:
    holder = license_of(first, middle, surname, "1984-03-02", "611223341", "F1001")
    other = wages(other_first, other_middle, surname, "611223341")
    warehouse = make_town([holder, other, *TOWN])
    link(warehouse)
    assert not are_one(warehouse, holder, other)


@pytest.mark.parametrize("blank", [None, "L"])
def test_a_blank_or_initial_first_name_bridges_nobody(make_town: Callable[..., Warehouse], blank: str | None) -> None:
    holder = license_of("LORNA", "BETH", "HADWICK", "1979-11-20", "622334451", "F1002")
    bare = wages(blank, "B", "HADWICK", "622334451")
    other = wages("GRANT", "T", "HADWICK", "622334451")
    warehouse = make_town([holder, bare, other, *TOWN])
    link(warehouse)
    assert are_one(warehouse, holder, bare)
    assert not are_one(warehouse, holder, other)
    assert not are_one(warehouse, bare, other)


def test_a_weak_name_joins_nobody_across_surnames(make_town: Callable[..., Warehouse]) -> None:
    holder = license_of("PETRA", "SUE", "VANDERMOLEN", "1990-07-15", "633445561", "F1003")
    bare = wages(None, "S", "VANDERMOLEN", "633445561")
    other = wages("OTIS", "K", "FARWELL", "633445561")
    warehouse = make_town([holder, bare, other, *TOWN])
    link(warehouse)
    assert are_one(warehouse, holder, bare)
    assert not are_one(warehouse, holder, other)


@pytest.mark.parametrize("word", ["TENANT", "UNKNOWN", "BABY BOY", "REFUSED"])
def test_a_word_in_place_of_a_name_is_a_missing_name(make_town: Callable[..., Warehouse], word: str) -> None:
    holder = license_of("SELMA", "RUTH", "PICKFORD", "1968-01-30", "644556671", "F1004")
    worker = wages(word, "R", "PICKFORD", "644556671")
    warehouse = make_town([holder, worker, *TOWN])
    link(warehouse)
    assert are_one(warehouse, holder, worker)


def test_a_child_without_a_name_is_known_by_birth_date_and_address(make_town: Callable[..., Warehouse]) -> None:
    pupil = Who(
        "k12_enrollment", "CHILD", "ADAMO", "2004-05-06", middle="E", source_id="K5005", drops=(1, 2),
        street="5 Quarry Ln", postal_code="00417",
    )  # fmt: skip
    grown = Who(
        "dmv_license", "GAVIN", "ADAMO", "2004-05-06", middle="ETHAN", ssn="655667781", source_id="F1005",
        verified=True, street="5 Quarry Ln", postal_code="00417", drops=(1, 2),
    )  # fmt: skip
    warehouse = make_town([pupil, grown, *TOWN])
    link(warehouse)
    assert are_one(warehouse, pupil, grown)


def test_a_short_form_that_no_list_has_is_carried_by_the_rest(make_town: Callable[..., Warehouse]) -> None:
    holder = license_of("MARGARET", "JO", "TILLOTSON", "1957-09-09", "666778891", "F1006")
    worker = wages("MIDGE", "J", "TILLOTSON", "666778891")
    warehouse = make_town([holder, worker, *TOWN])
    link(warehouse)
    assert are_one(warehouse, holder, worker)


def test_a_stray_letter_is_carried_by_the_rest(make_town: Callable[..., Warehouse]) -> None:
    holder = license_of("CASSANDRA", "MICHAELA", "MULROONEY", "1988-12-01", "677889901", "F1007")
    worker = wages("P", "M", "MULROONEY", "677889901")
    warehouse = make_town([holder, worker, *TOWN])
    link(warehouse)
    assert are_one(warehouse, holder, worker)


def test_quarters_under_another_number_at_one_employer_are_joined_or_reviewed(
    make_town: Callable[..., Warehouse],
) -> None:
    before = Who("ui_wage", "CURTIS", "WEXHAM", middle="N", ssn="688990011", employer="E1", drops=(1, 2))
    after = Who("ui_wage", "CURTIS", "WEXHAM", middle="N", ssn="688940071", employer="E1", drops=(3, 4))
    warehouse = make_town([before, after, *TOWN])
    link(warehouse)
    pair = frozenset((before.identity_id, after.identity_id))
    assert are_one(warehouse, before, after) or pair in {asked for asked, _ in reviews(warehouse)}


@pytest.mark.parametrize("wrong", ["788940013", "708990013", "788990730"])
def test_two_wrong_digits_of_an_ssn_are_carried_by_a_rare_name(make_town: Callable[..., Warehouse], wrong: str) -> None:
    holder = license_of("CURTIS", "NORVELL", "WEXHAM", "1971-05-21", "788990010", "F1008")
    worker = wages("CURTIS", "N", "WEXHAM", wrong)
    warehouse = make_town([holder, worker, *TOWN])
    link(warehouse)
    pair = frozenset((holder.identity_id, worker.identity_id))
    assert are_one(warehouse, holder, worker) or pair in {asked for asked, _ in reviews(warehouse)}


def test_two_wrong_digits_join_no_namesake_with_another_middle_name(make_town: Callable[..., Warehouse]) -> None:
    holder = license_of("CURTIS", "NORVELL", "WEXHAM", "1971-05-21", "788990010", "F1008")
    other = wages("CURTIS", "B", "WEXHAM", "788940013")
    warehouse = make_town([holder, other, *TOWN])
    link(warehouse)
    assert not are_one(warehouse, holder, other)


def test_an_ssn_that_came_before_remainders_were_made_is_compared_without_them(
    make_town: Callable[..., Warehouse],
) -> None:
    holder = license_of("CURTIS", "NORVELL", "WEXHAM", "1971-05-21", "788990010", "F1008")
    worker = wages("CURTIS", "N", "WEXHAM", "788990010")
    warehouse = make_town([holder, worker, *TOWN])
    with warehouse.connect("owner") as connection:
        connection.execute("update vault.ssn set near_tokens = substr(near_tokens, 1, 144)")
    link(warehouse)
    assert are_one(warehouse, holder, worker)
