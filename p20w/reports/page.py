"""Put the sections together and print them as one HTML page that needs no network and no script.

Here: the order of the sections and the template. Not here: what they say (sections), how charts are drawn (charts).
"""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from p20w.reports import words
from p20w.reports.blocks import Notice, Section
from p20w.reports.ledger import Refresh
from p20w.reports.sections import (
    answers,
    arrived,
    changes,
    checks,
    figures,
    matching,
    missing,
    quarantined,
    reading,
    refused,
    since,
    summary,
)
from p20w.reports.state import State

TEMPLATES = Path(__file__).parent / "templates"
SIGNS = {"good": "✓", "warn": "!", "bad": "✕", "calm": "·"}


def render(state: State) -> str:
    """The report as one HTML document."""
    return print_page(
        title="Report to the governance board",
        kicker="P-20W data system · data quality",
        subtitle=_subtitle(state),
        refresh=state.ledger.refresh,
        cards=summary.cards(state),
        notices=summary.notices(state),
        sections=[since.section(state), answers.section(state)],
        appendix=appendix(state),
        others=[("linkage.html", "How well records are joined")],
    )


def print_page(
    *,
    title: str,
    kicker: str,
    subtitle: str,
    refresh: Refresh | None,
    cards: Sequence[summary.Card],
    notices: Sequence[Notice],
    sections: Sequence[Section],
    appendix: Sequence[Section] = (),
    others: Sequence[tuple[str, str]],
) -> str:
    """One page of the report.

    Args:
        title: heading of the page.
        kicker: the small line above it.
        subtitle: the line below it.
        refresh: whose report it is, for the foot of the page.
        cards: numbers at the top.
        notices: what needs attention, the gravest first.
        sections: the parts everybody reads.
        appendix: those for a closer look; they begin on a new sheet of paper.
        others: other pages in the same folder, as file name and title.
    """
    return print_template(
        "report.html.j2",
        title=title,
        kicker=kicker,
        refresh=refresh,
        subtitle=subtitle,
        cards=cards,
        notices=notices,
        sections=sections,
        appendix=appendix,
        others=others,
    )


def print_template(name: str, **values: object) -> str:
    """A page by one of our templates, in the one style."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["svg"] = Markup  # drawn by charts.svg, from numbers and our own words
    style = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))  # noqa: S704 (our own file)
    return environment.get_template(name).render(signs=SIGNS, style=style, **values)


def appendix(state: State) -> list[Section]:
    """What lies behind the first pages, in order."""
    return [
        figures.section(state),
        arrived.section(state),
        missing.section(state),
        refused.section(state),
        quarantined.section(state),
        checks.section(state),
        matching.section(state),
        changes.section(state),
        reading.section(state),
    ]


def _subtitle(state: State) -> str:
    refresh = state.ledger.refresh
    if refresh is None:
        return "No refresh has been run yet"
    return f"Refresh {refresh.label} · files delivered through {words.day(refresh.cutoff)}"
