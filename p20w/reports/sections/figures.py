"""The figures behind the headline answers, with what they could not see and which are too early to tell."""

from p20w.reports.blocks import Section
from p20w.reports.sections import bridges, career, college_work, leavers, outcomes
from p20w.reports.state import State

KINDS = (
    outcomes.LeaverOutcome,
    leavers.Cohort,
    bridges.Bridged,
    outcomes.ClusterOutcome,
    college_work.TermEmployment,
)
"""Rows of marts that the report reads."""


def section(state: State) -> Section:
    """High-school leavers, career and technical education, and work during college."""
    title = "The answers in full"
    if not state.headlines.are_there:
        return Section("figures", title, "No figures have been published yet.")
    lead = "Groups, fields of study and terms behind the answers on the first pages."
    return Section(
        "figures",
        title,
        lead,
        [
            *leavers.blocks(state.headlines, state.mask),
            *career.blocks(state.headlines, state.mask),
            *college_work.blocks(state.headlines.of(college_work.TermEmployment), state.mask),
        ],
    )
