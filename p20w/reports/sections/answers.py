"""The headline answers on the first pages: a line each, then the chart of high-school leavers."""

from p20w.reports import words
from p20w.reports.blocks import Block, Cell, Section, Table, columns, row
from p20w.reports.sections import career, college_work, leavers
from p20w.reports.sections.outcomes import Pool
from p20w.reports.state import State


def section(state: State) -> Section:
    """What the questions of the board come to."""
    title = "The answers in short"
    if not state.headlines.are_there:
        return Section("answers", title, "No figures have been published yet.")
    of = f" Figures of refresh {state.ledger.published.label}." if state.ledger.published else ""
    lead = (
        "Questions that no agency can answer alone. “At work” means wages from an employer in this state that pays "
        "unemployment insurance. Work elsewhere, for the federal government, in the military or as self-employed is "
        f"not seen, so “not found at work” is not “out of work”.{of}"
    )
    blocks: list[Block] = [_table(state)]
    if chart := leavers.figure(state.headlines, state.mask):
        blocks.append(chart)
    return Section("answers", title, lead, blocks)


def _table(state: State) -> Table:
    pools = [*leavers.pools(state.headlines, state.mask), *career.pools(state.headlines, state.mask)]
    return Table(
        "Headline answers",
        columns("Who", "Left in, or term", "People #", "At work #", "In college #", "Could not be seen #"),
        [*(_of_pool(item) for item in pools), *college_work.newest(state.headlines.terms, state.mask)],
        "Those who left high school are taken together by fixed years. “Could not be seen”: in no agency's files then "
        "or later, or for students, never in wage records; the files do not say why.",
        "no group has been out of school long enough",
    )


def _of_pool(item: Pool) -> list[Cell]:
    who = f"{item.name}, {words.counted(item.years, 'year')} on"
    return row(who, item.cohorts, item.size, item.at_work.share, item.in_college.share, item.unseen)
