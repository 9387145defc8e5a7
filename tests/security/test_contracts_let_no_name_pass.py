"""What stays outside the vault has a form that a name does not have."""

import re

import pytest

from p20w.contracts import Column, load_contracts
from p20w.settings import PROJECT

NAMES = ("QUETZALBRAND", "Zephyrquill", "de la Cruz", "O'Brien", "Lee-Ann")
WORDS_OF_THE_AGENCY = {("ps_award", "academic_award_title")}
"""Free words about a program. Its file names nobody; no number of a student passes."""


@pytest.mark.parametrize("feed", load_contracts(PROJECT / "contracts"))
def test_no_text_column_outside_the_vault_takes_a_name(feed: str) -> None:
    contract = load_contracts(PROJECT / "contracts")[feed]
    for column in contract.attributes:
        if column.logical_type == "string" and (feed, column.name) not in WORDS_OF_THE_AGENCY:
            assert not any(takes(column, name) for name in NAMES), column.name


@pytest.mark.parametrize(("feed", "name"), sorted(WORDS_OF_THE_AGENCY))
def test_free_words_take_no_number_of_a_person(feed: str, name: str) -> None:
    contract = load_contracts(PROJECT / "contracts")[feed]
    (column,) = [column for column in contract.attributes if column.name == name]
    assert takes(column, "Associate of Science")
    assert not takes(column, "S01379872")
    assert not {item.identifies for item in contract.columns} & {"first_name", "last_or_surname", "ssn", "birthdate"}


def takes(column: Column, text: str) -> bool:
    """Whether the contract lets `text` stand in the column."""
    if column.enum is not None:
        return text in column.enum
    return bool(re.fullmatch(column.pattern or ".*", text)) and len(text) <= (column.max_length or 999)
