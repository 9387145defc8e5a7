"""The figures behind the headline answers, with what they could not see and which are too early to tell."""

from p20w.reports.blocks import Section
from p20w.reports.sections import career, college_work, leavers
from p20w.reports.state import State


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
            *college_work.blocks(state.headlines.terms, state.mask),
        ],
    )
