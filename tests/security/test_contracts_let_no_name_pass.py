"""What stays outside the vault has a form that a name does not have."""

import re

import pytest

from p20w.contracts import Column, load_contracts
from p20w.intake.tables import intake_columns
from p20w.settings import PROJECT

NAMES = ("QUETZALBRAND", "Zephyrquill", "de la Cruz", "O'Brien", "Lee-Ann")
TITLES_OF_LISTS = {("cip_list", "cip_title"), ("soc_list", "soc_title"), ("naics_list", "naics_title")}
"""Words of published classifications, which are nobody's; the feeds have no identities."""


@pytest.mark.parametrize("feed", load_contracts(PROJECT / "contracts"))
def test_no_text_column_outside_the_vault_takes_a_name(feed: str) -> None:
    contract = load_contracts(PROJECT / "contracts")[feed]
    for column in contract.attributes:
        if column.logical_type == "string" and (feed, column.name) not in TITLES_OF_LISTS:
            assert not any(takes(column, name) for name in NAMES), column.name


def test_lists_whose_titles_are_kept_are_public_and_about_nobody() -> None:
    contracts = load_contracts(PROJECT / "contracts")
    for feed, title in TITLES_OF_LISTS:
        contract = contracts[feed]
        assert (contract.sector, contract.has_identities) == ("reference", False)
        assert {column.classification for column in contract.columns} == {"public"}
        assert contract.column(title).max_length


def test_free_words_about_an_award_are_not_kept() -> None:
    contract = load_contracts(PROJECT / "contracts")["ps_award"]
    assert takes(contract.column("academic_award_title"), NAMES[0])
    assert contract.column("academic_award_title") not in contract.attributes
    assert "academic_award_title" not in intake_columns(contract)


def takes(column: Column, text: str) -> bool:
    """Whether the contract lets `text` stand in the column."""
    if column.enum is not None:
        return text in column.enum
    return bool(re.fullmatch(column.pattern or ".*", text)) and len(text) <= (column.max_length or 999)
