"""How many students work while in college."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from p20w.reports import charts
from p20w.reports.blocks import Block, Cell, Figure, Prose, Table, columns, row
from p20w.reports.headlines import Outcome
from p20w.reports.masking import NO_SHARE, Mask
from p20w.reports.sections.corrected import AtWork, at_work
from p20w.reports.sections.outcomes import unseen, wages

TERMS_SHOWN = 9


@dataclass(frozen=True)
class TermEmployment(Outcome):
    """How many students of one kind of institution worked during a term."""

    mart = "employment_while_enrolled"
    headline = "terms"

    institution_level: str
    academic_year: str
    academic_term: str
    reference_quarter: str
    median_quarterly_wages_usd: Decimal | None
    median_quarterly_wages_real_usd: Decimal | None
    median_quarterly_wages_reweighted_real_usd: Decimal | None
    median_hours_weekly: Decimal | None
    persons_never_in_wages: int
    is_wage_held: bool


def blocks(terms: Sequence[TermEmployment], mask: Mask) -> list[Block]:
    """Share at work by fall and spring term and kind of college."""
    told = shown(terms)
    if not told:
        return [Prose("Work during college: no term is complete yet.")]
    order = list(dict.fromkeys(_term(item) for item in told))
    kinds = sorted({_kind(item) for item in told if item.institution_level != "unknown"})
    values = [
        {"column": _term(item), "series": _kind(item), "value": share.value}
        for item in told
        if _kind(item) in kinds and (share := at_work(mask, item).corrected).value is not None
    ]
    wide, narrow = charts.lines(values, order, kinds, "Share at work in the quarter")
    last = [
        f"{at_work(mask, item).said} at {_kind(item)}"
        for item in told
        if _term(item) == order[-1] and _kind(item) in kinds
    ]
    return [
        Figure(
            "How many students work while in college?",
            f"Of undergraduates in {order[-1]}, {' and '.join(last)} worked in the same quarter.",
            wide,
            narrow,
            _table(told, mask),
        )
    ]


def newest(terms: Sequence[TermEmployment], mask: Mask) -> list[list[Cell]]:
    """Rows of the newest complete term for the table of headline answers."""
    told = shown(terms)
    return [
        row(
            f"Undergraduates, {_kind(item)}",
            *_forms(at_work(mask, item)),
            NO_SHARE,
            mask.people(item.persons),
            _term(item),
        )
        for item in told
        if _term(item) == _term(told[-1]) and item.institution_level != "unknown"
    ]


def _forms(found: AtWork) -> list[str]:
    return [found.corrected.share, found.bounds, found.interval]


def shown(terms: Sequence[TermEmployment]) -> list[TermEmployment]:
    """The rows of the newest fall and spring terms that are complete."""
    complete = [
        item for item in terms if item.is_mature and item.is_wage_held and item.academic_term in ("Fall", "Spring")
    ]
    newest_terms = list(dict.fromkeys(_term(item) for item in complete))[-TERMS_SHOWN:]
    return [item for item in complete if _term(item) in newest_terms]


def _table(told: Sequence[TermEmployment], mask: Mask) -> Table:
    return Table(
        "Undergraduates at work, by term",
        columns(
            "Term",
            "Colleges",
            "Students #",
            "At work #",
            "Bounds #",
            "95% interval #",
            f"Median wages in the quarter, {told[0].price_base_year} dollars #",
            "As paid #",
            "Hours a week #",
            "Never in wage records #",
        ),
        [_row(item, mask) for item in told],
        "“Never in wage records” are students with no wage in this state in any quarter on file.",
    )


def _row(item: TermEmployment, mask: Mask) -> list[Cell]:
    return row(
        _term(item),
        _kind(item),
        mask.people(item.persons),
        *_forms(at_work(mask, item)),
        wages(
            mask,
            item.persons_employed,
            item.median_quarterly_wages_reweighted_real_usd or item.median_quarterly_wages_real_usd,
        ),
        wages(mask, item.persons_employed, item.median_quarterly_wages_usd),
        _hours(item, mask),
        unseen(mask, item.persons, item.persons_never_in_wages, item.persons_employed),
    )


def _term(item: TermEmployment) -> str:
    return f"{item.academic_term} {item.academic_year}"


def _kind(item: TermEmployment) -> str:
    return f"{item.institution_level} colleges"


def _hours(item: TermEmployment, mask: Mask) -> str:
    if item.median_hours_weekly is None or (item.persons_employed or 0) < mask.floor:
        return NO_SHARE
    return f"{item.median_hours_weekly:.0f}"
