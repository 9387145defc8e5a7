"""Headline figures from the marts, with what they could not see and which are too early to tell."""

from p20w.reports.blocks import Section
from p20w.reports.sections import career, college_work, leavers
from p20w.reports.state import State


def section(state: State) -> Section:
    """High-school leavers, career and technical education, and work during college."""
    title = "First figures"
    if not state.headlines.are_there:
        return Section("figures", title, "No figures have been published yet.")
    of = f" The figures are those of refresh {state.ledger.published.label}." if state.ledger.published else ""
    lead = (
        "Three questions that no agency can answer alone. “At work” means wages from an employer in this state that "
        "pays unemployment insurance. Work elsewhere, for the federal government, in the military or as self-employed "
        f"is not seen, so “not found at work” is not “out of work”.{of}"
    )
    return Section(
        "figures",
        title,
        lead,
        [
            *leavers.blocks(state.headlines, state.mask),
            *career.blocks(state.headlines, state.mask),
            *college_work.blocks(state.headlines.terms, state.mask),
        ],
    )
