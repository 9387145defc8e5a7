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
        columns("Who", "At work #", "Bounds #", "95% interval #", "In college #", "People #", "Left in, or term"),
        [
            *(_of_pool(item) for item in pools),
            *college_work.newest(state.headlines.of(college_work.TermEmployment), state.mask),
        ],
        "“At work” is corrected: only people with a license or college record that carries an SSN can be found in wage "
        "records, and some groups have one less often; those who can be found stand for others like them. The interval "
        "allows for chance. The bounds assume nothing: none, or all, of those who could not be found were at work.",
        "no group has been out of school long enough",
    )


def _of_pool(item: Pool) -> list[Cell]:
    who = f"{item.name}, {words.counted(item.years, 'year')} on"
    return row(
        who,
        item.at_work.corrected.share,
        item.at_work.bounds,
        item.at_work.interval,
        item.in_college.share,
        item.size,
        item.cohorts,
    )
