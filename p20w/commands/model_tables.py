"""Versions of the linkage model, and two of them held against each other, as tables for the terminal.

Here: rows, columns, and a line on how to read them. Not here: what is counted (`p20w.registry.models.comparison`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import RenderableType
from rich.table import Table

from p20w.commands.evaluation_tables import percent
from p20w.registry.models.comparison import Difference, ModelComparison
from p20w.registry.models.versions import Active, Version


def versions(found: Sequence[Version], standing: Active) -> Table:
    """One row a version."""
    table = Table("model", "from", "active", "trained on", "values")
    for item in sorted(found, key=lambda item: (item.is_own, item.name)):
        model = item.load()
        since = ""
        if item.name == standing.name:
            since = f"since {standing.since:%Y-%m-%d}, {standing.by}" if standing.since else "yes, from the start"
        table.add_row(item.name, "here" if item.is_own else "shipped", since, model.trained_on, model.digest[:12])
    return table


def comparison(found: ModelComparison) -> Iterator[RenderableType]:
    """What the other model would change: the whole, by pair of feeds, by what joins."""
    yield _whole(found)
    if found.changes_nothing:
        yield "No identity changes its person."
        return
    yield _differences(
        "Pairs under one person, by the feeds of their identities",
        found,
        {" – ".join(feeds): item for feeds, item in found.by_feeds.items()},
    )
    yield _differences("Links, by what joins them", found, found.by_tier)


def _whole(found: ModelComparison) -> Table:
    table = _table(f"{found.identities:,} identities under two models", found)
    if found.unsettled:
        table.caption = f"{found.unsettled:,} identities change person in the next refresh under either model."
    table.add_row("persons", f"{found.persons_before:,}", f"{found.persons_after:,}")
    table.add_row("pairs under one person", *_counts(found.pairs))
    table.add_row("pairs queued for review", f"{found.review_before:,}", f"{found.review_after:,}")
    table.add_row("person ids", "", "", f"{found.ids_minted:,}", f"{found.ids_ended:,}")
    table.add_row("identities that change id", "", f"{found.identities_moved:,}")
    if found.score_before and found.score_after:
        for name in ("precision", "recall", "f1"):
            shares = (percent(getattr(score, name)) for score in (found.score_before, found.score_after))
            table.add_row(f"{name.capitalize()} against the truth", *shares)
    return table


def _differences(title: str, found: ModelComparison, parts: Mapping[str, Difference]) -> Table:
    table = _table(title, found)
    for name, item in parts.items():
        table.add_row(name, *_counts(item))
    return table


def _table(title: str, found: ModelComparison) -> Table:
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column("")
    for name in (found.standing, found.proposed, "gained", "lost"):
        table.add_column(name, justify="right")
    return table


def _counts(item: Difference) -> tuple[str, ...]:
    return tuple(f"{count:,}" for count in (item.before, item.after, item.gained, item.lost))
