"""What marts make use of follows from the lineage of their models, and agreements are held against it."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from dbt.contracts.graph.manifest import Manifest

from p20w.contracts import FeedContract, load_contracts
from p20w.settings import PROJECT, Settings
from p20w.warehouse import dbt_runs
from p20w.warehouse.uses import SOURCE, UNSTATED, Use, lineage, not_allowed, uses

CONTRACTS = load_contracts(PROJECT / "contracts")


def project(**models: tuple[list[str], str | None]) -> Manifest:
    """A project of models, each with what it stands on and the purpose it says; names that begin with m_ are marts."""
    nodes = {
        name: SimpleNamespace(
            unique_id=name,
            name=name,
            fqn=["p20w", "marts" if name.startswith("m_") else "core", name],
            resource_type="model",
            config=SimpleNamespace(meta={"purpose": purpose} if purpose else {}),
            depends_on_nodes=parents,
        )
        for name, (parents, purpose) in models.items()
    }
    return cast("Manifest", SimpleNamespace(nodes=nodes))


def agreed(feed: str, **terms: Any) -> dict[str, FeedContract]:
    """The contracts, with other terms of one agreement."""
    contract = CONTRACTS[feed]
    return CONTRACTS | {feed: replace(contract, agreement=replace(contract.agreement, **terms))}


def test_a_mart_uses_the_feeds_below_all_its_models_for_its_own_purpose() -> None:
    found = uses(
        project(
            m_one=(["middle"], "outcome_reporting"),
            middle=([f"{SOURCE}ui_wage", "low"], None),
            low=([f"{SOURCE}k12_cte", "seed.p20w.ref_cip", "source.p20w.registry.assignment"], None),
            aside=([f"{SOURCE}ps_award"], None),
        )
    )
    assert found == [Use("m_one", "k12_cte", "outcome_reporting"), Use("m_one", "ui_wage", "outcome_reporting")]


def test_a_model_on_the_way_that_says_a_purpose_of_its_own_is_believed_about_what_lies_below_it() -> None:
    found = uses(
        project(
            m_one=(["bridge", "fact"], "outcome_reporting"),
            bridge=(["fact", f"{SOURCE}dmv_license"], "linkage"),
            fact=([f"{SOURCE}ps_enrollment"], None),
        )
    )
    assert found == [
        Use("m_one", "dmv_license", "linkage"),
        Use("m_one", "ps_enrollment", "linkage"),
        Use("m_one", "ps_enrollment", "outcome_reporting"),
    ]


def test_a_mart_without_a_purpose_serves_none_that_any_agreement_grants() -> None:
    (found,) = uses(project(m_one=([f"{SOURCE}ui_wage"], None)))
    assert found.purpose == UNSTATED
    assert "uses ui_wage for unstated; DOL-2014-003 grants" in not_allowed([found], CONTRACTS)[0]


@pytest.mark.parametrize(
    ("contracts", "said"),
    [
        (
            agreed("ui_wage", purposes=("research",)),
            "one uses ui_wage for outcome_reporting; DOL-2014-003 grants research.",
        ),
        (
            agreed("ui_wage", permitted_linkages=()),
            "one joins ui_wage with k12_cte; DOL-2014-003 does not permit that.",
        ),
        (
            agreed("k12_cte", permitted_linkages=("k12_enrollment",)),
            "one joins k12_cte with ui_wage; SEA-2014-001 does ",
        ),
    ],
)
def test_what_either_agreement_does_not_allow_is_said(contracts: dict[str, FeedContract], said: str) -> None:
    found = [Use("one", "k12_cte", "outcome_reporting"), Use("one", "ui_wage", "outcome_reporting")]
    assert not_allowed(found, CONTRACTS) == []
    (told,) = not_allowed(found, contracts)
    assert told.startswith(said)


def test_the_digest_changes_with_every_use() -> None:
    one, other = Use("one", "k12_cte", "linkage"), Use("one", "k12_cte", "research")
    assert len({lineage([one]), lineage([other]), lineage([one, other]), lineage([])}) == 4


def test_the_marts_of_the_project_keep_to_the_agreements_of_its_feeds(tmp_path: Path) -> None:
    found = uses(dbt_runs.parse(Settings(home=tmp_path)))
    assert not_allowed(found, CONTRACTS) == []
    assert {use.feed for use in found if use.purpose == "linkage"} == {"dmv_license", "ps_enrollment"}


def test_no_mart_of_the_project_may_read_wages_of_other_states(tmp_path: Path) -> None:
    found = uses(dbt_runs.parse(Settings(home=tmp_path)))
    for mart in {use.mart for use in found}:
        told = not_allowed([*found, Use(mart, "other_state_wage", "outcome_reporting")], CONTRACTS)
        assert f"{mart} uses other_state_wage for outcome_reporting; DOL-2019-011 grants federal_reporting." in told
        assert any(sentence.startswith(f"{mart} joins other_state_wage with ") for sentence in told)


def test_a_report_on_workforce_programs_may_not_either_before_their_agreements_say_so() -> None:
    report = [Use("report", feed, "federal_reporting") for feed in ("other_state_wage", "wioa_participant")]
    assert [sentence for sentence in not_allowed(report, CONTRACTS) if "DOL-2019-011" in sentence] == []
    (told,) = not_allowed(report, CONTRACTS)
    assert told.startswith("report joins wioa_participant with other_state_wage; ")


@pytest.mark.parametrize("other", ["ui_wage", "other_state_wage", "federal_wage", "k12_enrollment", "k12_course"])
def test_no_mart_may_join_school_staff_with_wages_or_students(other: str) -> None:
    told = not_allowed([Use("one", feed, "program_evaluation") for feed in ("k12_staff", other)], CONTRACTS)
    assert any(sentence.startswith(f"one joins k12_staff with {other}; SEA-2017-003") for sentence in told)
