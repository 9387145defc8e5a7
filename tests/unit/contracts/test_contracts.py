"""The contracts, and what loading one demands."""

import copy
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from p20w.contracts import ContractError, FeedContract, load_contract, load_contracts
from p20w.settings import PROJECT

CONTRACTS = load_contracts(PROJECT / "contracts")
FEEDS = ["employer", "dmv_license", "k12_enrollment", "k12_cte", "ps_enrollment", "ps_award", "ui_wage"]
FEEDS += ["early_childhood", "wioa_participant", "nsc_studenttracker", "k12_program", "k12_course", "ps_transcript"]
FEEDS += ["ps_aid", "k12_wbl", "apprenticeship", "credential_award", "ui_claim", "price_index", "living_wage"]
FEEDS += ["labor_demand", "in_demand_occupation", "program_cost", "training_provider"]
FEEDS += ["tanf_report", "social_services", "adult_education", "other_state_wage", "federal_wage"]
FEEDS += ["k12_staff", "wbl_listing"]
FEEDS += ["k12_assessment", "child_welfare", "ps_noncredit", "credential_definition"]
FEEDS += ["edfi_enrollment"]
LISTS = {"cip_list": 40, "soc_list": 41, "naics_list": 42}
"""Lists of codes and their places, behind a gap that other feeds may fill."""


BLANK_MEANS_SOMETHING = {
    "enrollment_exit_date",
    "exit_or_withdrawal_type",
    "high_school_diploma_type",
    "diploma_or_credential_award_date",
    "program_participation_exit_date",
    "is_cte_completer",
    "exit_date",
    "date_of_program_exit",
    "apprenticeship_exit_date",
    "credential_award_end_date",
    "successor_ui_account_number",
}
"""Still enrolled, no diploma, no successor: an unreadable value must not turn into such a statement."""


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_an_unreadable_value_sets_aside_its_line_where_the_line_needs_it(contract: FeedContract) -> None:
    for column in contract.columns:
        if column.required or column.key_position or column.identifies in ("ssn", "first_name", "last_or_surname"):
            assert column.unreadable == "line", column.name
        if column.name in BLANK_MEANS_SOMETHING:
            assert column.unreadable == "line", column.name
        if column.name in ("birthdate", "sex", "middle_name", "generation_code_or_suffix", "address_state"):
            assert column.unreadable == "field", column.name


def test_an_optional_column_that_says_nothing_sets_aside_the_line(contract: Callable[..., FeedContract]) -> None:
    def silent(d: dict[str, Any]) -> None:
        item = next(p for p in properties(d) if p["name"] == "career_cluster")
        item["customProperties"] = [c for c in item["customProperties"] if c["property"] != "unreadable"]

    assert CONTRACTS["k12_cte"].column("career_cluster").unreadable == "field"
    assert contract(silent).column("career_cluster").unreadable == "line"


def test_a_feed_keeps_its_place_among_the_drops_of_a_day() -> None:
    """Drop ids of existing warehouses are made of it."""
    assert {feed: contract.intake_order for feed, contract in CONTRACTS.items()} == {
        **{feed: place for place, feed in enumerate(FEEDS, 1)},
        **LISTS,
    }


def test_feeds_others_attach_to_come_first() -> None:
    parents = {feed: contract.parent for feed, contract in CONTRACTS.items() if contract.parent}
    assert parents == {
        "k12_cte": "k12_enrollment",
        "ps_award": "ps_enrollment",
        "nsc_studenttracker": "k12_enrollment",
        "k12_program": "k12_enrollment",
        "k12_wbl": "k12_enrollment",
        "ps_aid": "ps_enrollment",
        "ps_transcript": "ps_enrollment",
        "k12_course": "k12_enrollment",
        "k12_assessment": "k12_enrollment",
        "edfi_enrollment": "k12_enrollment",
    }
    assert all(list(CONTRACTS).index(parent) < list(CONTRACTS).index(feed) for feed, parent in parents.items())


def test_the_licensing_agency_alone_has_seen_a_document_of_the_birth_date() -> None:
    assert [feed for feed, contract in CONTRACTS.items() if contract.has_proven_birthdate] == ["dmv_license"]


def two_contracts(folder: Path, **changes: object) -> Path:
    """A folder with the CTE contract, and with the K-12 one after changes of its custom properties."""
    shutil.copy(PROJECT / "contracts" / "k12_cte.yaml", folder)
    data = yaml.safe_load((PROJECT / "contracts" / "k12_enrollment.yaml").read_text())
    for item in data["customProperties"]:
        item["value"] = changes.get(item["property"], item["value"])
    (folder / "k12_enrollment.yaml").write_text(yaml.safe_dump(data))
    return folder


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"intakeOrder": 4}, "intakeOrder 4 is also that of k12_.*; the next one that is free is 5"),
        ({"intakeOrder": 8}, "an intakeOrder above 8"),
        ({"shortName": "Career and technical education"}, "shortName Career and technical education is also"),
        ({"usual": {"lines": 2}}, "a factor of 2 is warned about; refuse at more than that"),
    ],
    ids=["a place twice", "a child before its parent", "a name twice", "a refusal where a warning is"],
)
def test_contracts_that_do_not_go_together_are_refused_for(
    changes: dict[str, object], words: str, tmp_path: Path
) -> None:
    assert list(load_contracts(two_contracts(tmp_path))) == ["k12_enrollment", "k12_cte"]
    with pytest.raises(ContractError, match=words):
        load_contracts(two_contracts(tmp_path, **changes))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_direct_identifiers_are_restricted_and_attributes_are_not(contract: FeedContract) -> None:
    for column in contract.columns:
        assert (column.classification == "restricted") == (column.identifies not in (None, "sex", "is_ssn_verified"))


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=list(CONTRACTS))
def test_the_agreement_holds_what_the_board_signed(contract: FeedContract) -> None:
    agreement = contract.agreement
    assert agreement.minimum_cell_size == 10
    assert agreement.purposes
    assert agreement.legal_authority
    assert agreement.retention_years >= 5
    assert set(agreement.permitted_linkages) <= set(CONTRACTS)
    assert agreement.in_force_from < agreement.in_force_to


def test_feeds_of_one_agreement_are_under_the_same_terms() -> None:
    by_id = defaultdict(set)
    for contract in CONTRACTS.values():
        by_id[contract.agreement.id].add(contract.agreement)
    assert {name: len(terms) for name, terms in by_id.items()} == dict.fromkeys(by_id, 1)


def test_columns_of_one_name_carry_one_ceds_element() -> None:
    elements = defaultdict(set)
    for contract in CONTRACTS.values():
        for column in contract.columns:
            elements[column.name].add(column.ceds)
    assert {name: found for name, found in elements.items() if len(found) > 1} == {}
    assert all(re.fullmatch(r"\d{6}", found) for names in elements.values() for found in names if found)


def test_the_wage_record_has_no_gap_and_no_overlap() -> None:
    wage = CONTRACTS["ui_wage"]
    place = 1
    for column in wage.columns:
        assert column.position is not None
        assert column.position[0] == place
        place += column.position[1]
    assert place - 1 == wage.layout.record_length == 92


def test_value_maps_turn_agency_codes_into_one_vocabulary() -> None:
    for feed in ("dmv_license", "ps_enrollment", "k12_enrollment"):
        assert set((CONTRACTS[feed].column("sex").enum or {}).values()) == {"Male", "Female", "NotSelected"}
    assert CONTRACTS["dmv_license"].column("sex").labels["NotSelected"] == "Not selected"


@pytest.fixture
def contract(tmp_path: Path) -> Callable[[Callable[[dict[str, Any]], None]], FeedContract]:
    """Loads the CTE contract after a change."""
    original = yaml.safe_load((PROJECT / "contracts" / "k12_cte.yaml").read_text())

    def load(change: Callable[[dict[str, Any]], None]) -> FeedContract:
        data = copy.deepcopy(original)
        change(data)
        path = tmp_path / "k12_cte.yaml"
        path.write_text(yaml.safe_dump(data))
        return load_contract(path)

    return load


def properties(data: dict[str, Any]) -> list[dict[str, Any]]:
    return data["schema"][0]["properties"]


def say(data: dict[str, Any], name: str, what: str, value: object) -> None:
    """Say something of a column in place of what the contract says of it."""
    item = next(p for p in properties(data) if p["name"] == name)
    others = [c for c in item.get("customProperties", []) if c["property"] != what]
    item["customProperties"] = [*others, {"property": what, "value": value}]


def term(data: dict[str, Any], name: str, value: object) -> None:
    """Give a term of the contract another value."""
    next(item for item in data["customProperties"] if item["property"] == name)["value"] = value


def unreadable(data: dict[str, Any], name: str, value: str = "field") -> None:
    """Say of a column what an unreadable value sets aside."""
    say(data, name, "unreadable", value)


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a misspelled key in a column": (lambda d: properties(d)[1].update(clasification="public"), "clasification"),
    "an unknown top-level key": (lambda d: d.update(agreement="x"), "agreement"),
    "an unknown dimension": (lambda d: d["schema"][0]["quality"][0].update(dimension="validity"), "validity"),
    "an identifier that is not restricted": (lambda d: properties(d)[0].update(classification="public"), "restricted"),
    "a restricted column that identifies nobody": (
        lambda d: properties(d)[1].update(classification="restricted"),
        "identifies",
    ),
    "two columns of one name": (lambda d: properties(d).append(properties(d)[1]), "twice"),
    "a date without its format": (
        lambda d: next(p for p in properties(d) if p["logicalType"] == "date").pop("physicalType"),
        "physicalType",
    ),
    "a rule without severity": (lambda d: d["schema"][0]["quality"][0].update(severity="high"), "severity"),
    "a rule without bound": (lambda d: d["schema"][0]["quality"][0].pop("mustBeGreaterThan"), ""),
    "a key whose field alone would be set aside": (
        lambda d: unreadable(d, "student_identifier_state"),
        "its line means",
    ),
    "a required column whose field alone would be set aside": (
        lambda d: unreadable(d, "school_identifier_sea"),
        "its line means",
    ),
    "a word for what is set aside": (lambda d: unreadable(d, "career_cluster", "column"), "line or field"),
    "zeros lost by another column than the SSN's": (
        lambda d: say(d, "school_identifier_sea", "lostZero", "read"),
        "holds the SSN",
    ),
    "a word for what is kept": (lambda d: say(d, "career_cluster", "kept", "never"), "kept is false"),
    "a proof of something else than the birth date": (
        lambda d: say(d, "career_cluster", "proven", True),
        "birth date",
    ),
    "a column that is required and may be absent": (
        lambda d: say(d, "school_identifier_sea", "mayBeAbsent", True),
        "not required",
    ),
    "a column that may be absent where nothing would tell": (
        lambda d: (
            say(d, "career_cluster", "mayBeAbsent", True),
            term(d, "layout", {"kind": "delimited", "delimiter": ",", "encoding": "utf-8", "header": False}),
        ),
        "which only a header can tell",
    ),
    "a sector that is none": (lambda d: d.update(domain="k-12"), "early_learning"),
    "a place that has three digits": (lambda d: term(d, "intakeOrder", 100), "from 1 to 99"),
    "a place that is no number": (lambda d: term(d, "intakeOrder", "first"), "from 1 to 99"),
    "a parent of ids that the feed has not": (lambda d: term(d, "identity", {"parent": "k12_enrollment"}), "idSpace"),
    "a period that ends on no day": (
        lambda d: term(d, "period", {"kind": "school_year", "ends": "02-29", "dueAfterDays": 1}),
        "",
    ),
    "no agreement": (
        lambda d: d.update(customProperties=[p for p in d["customProperties"] if p["property"] != "agreement"]),
        "agreement",
    ),
    "another name than its file": (lambda d: d.update(id="k12_courses"), "one name"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_contract_is_refused_for(fault: str, contract: Callable[..., FeedContract]) -> None:
    change, words = BROKEN[fault]
    with pytest.raises(ContractError, match=r"k12_cte\.yaml") as caught:
        contract(change)
    assert words in str(caught.value)


def test_a_contract_alone_brings_a_new_feed(tmp_path: Path) -> None:
    text = (PROJECT / "contracts" / "ps_award.yaml").read_text().replace("ps_award", "adult_award")
    (tmp_path / "adult_award.yaml").write_text(text)
    assert list(load_contracts(tmp_path)) == ["adult_award"]


def test_a_folder_without_contracts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="no contract"):
        load_contracts(tmp_path)
