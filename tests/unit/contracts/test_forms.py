"""How a contract wants values written, in words."""

import pytest

from p20w.contracts import form, load_contracts
from p20w.settings import PROJECT

CONTRACTS = load_contracts(PROJECT / "contracts")
FORMS = {
    ("ui_wage", "hours_worked"): "a whole number from 0 to 2,208",
    ("ui_wage", "ui_account_number"): "text of the form [0-9]{10}",
    ("ui_wage", "first_name"): "text",
    ("dmv_license", "birthdate"): "a day as yyyymmdd, like 20240630, 1900-01-01 or later",
    ("dmv_license", "sex"): "one of 1, 2, 9",
    ("dmv_license", "is_ssn_verified"): "0 for no or 1 for yes",
    ("dmv_license", "address_city"): "up to 30 characters",
    ("k12_cte", "career_cluster"): "one of the 16 codes of the contract",
    ("ps_enrollment", "credits_earned"): "a number with up to 2 decimals after a point from 0 to 60",
}


@pytest.mark.parametrize(("place", "words"), FORMS.items(), ids=[".".join(place) for place in FORMS])
def test_a_column_says_how_it_is_written(place: tuple[str, str], words: str) -> None:
    feed, column = place
    assert form(CONTRACTS[feed].column(column)) == words
