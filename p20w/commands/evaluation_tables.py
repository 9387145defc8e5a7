"""An evaluation against the truth as tables for the terminal.

Here: rows, columns and a line on how to read each table. Not here: what is measured (`p20w.registry.evaluation`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table

from p20w.registry.evaluation.against_truth import Evaluation
from p20w.registry.evaluation.calibration import LEAST_PAIRS
from p20w.registry.evaluation.causes import Cause
from p20w.registry.quality.groups import DIMENSIONS
from p20w.registry.quality.intervals import LEAST_PERSONS, Gap, Share


def every(evaluation: Evaluation) -> Iterator[RenderableType]:
    """All tables, the whole before its parts."""
    yield _whole(evaluation)
    yield _feeds(evaluation)
    yield _classes(evaluation)
    yield _bands(evaluation)
    if evaluation.relatives:
        yield _relatives(evaluation)
    yield _groups(evaluation)
    for gap, words in (
        (evaluation.subgroups.widest_within, "Widest gap within one division"),
        (evaluation.subgroups.widest, "Widest gap between any two groups"),
    ):
        if gap:
            yield _gap(gap, words)
    yield ""
    yield _causes("Two people joined, by cause", evaluation.wrongly_joined, "wrong")
    yield _causes("One person split, by cause", evaluation.left_apart, "missing")


def percent(share: float | None, digits: int = 3) -> str:
    """A share in percent; never rounded to all or nothing when it is neither."""
    if share is None:
        return "–"
    text = f"{100 * share:.{digits}f}"
    if 0 < share < 1 and float(text) in (0.0, 100.0):
        edge = 10.0**-digits
        return f"under {edge:g} %" if share < 0.5 else f"over {100 - edge:.{digits}f} %"
    return f"{text} %"


def interval(share: Share, digits: int = 3) -> str:
    """The 95 % interval of a share."""
    return f"{100 * share.low:.{digits}f} to {100 * share.high:.{digits}f}" if share.whole else "–"


def _table(title: str, caption: str, *columns: str) -> Table:
    table = Table(title=title, caption=caption or None, title_justify="left", caption_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 or column.endswith(":") else "right")
    return table


def _whole(evaluation: Evaluation) -> Table:
    table = _table(
        f"{evaluation.identities:,} identities of {evaluation.true_persons:,} people, linked into "
        f"{evaluation.persons:,} persons",
        "Pairs are of identities of different feeds. Intervals are 95 %, clustered by person.",
        "figure",
        "value",
        "interval",
        "counted",
    )
    score, found = evaluation.overall, evaluation.clusters
    shares = (
        ("precision over pairs", evaluation.precision, f"{score.correct:,} of {score.predicted:,}"),
        ("recall of reachable pairs", evaluation.recall, f"{score.found:,} of {score.reachable:,}"),
        (
            "precision under an SSN that a household shares",
            evaluation.under_one_ssn,
            f"{evaluation.under_one_ssn.part:,.0f} of {evaluation.under_one_ssn.whole:,.0f}",
        ),
        ("B-cubed precision", found.b_cubed_precision, ""),
        ("B-cubed recall", found.b_cubed_recall, ""),
        ("people exactly right", found.exact, f"{found.exact.part:,.0f} of {found.exact.whole:,.0f}"),
        ("identities under a wrong person", found.wrong, f"{found.wrong.part:,.0f} of {found.wrong.whole:,.0f}"),
    )
    for name, share, counted in shares:
        table.add_row(name, percent(share.value), interval(share), counted)
    table.add_row("F1 over pairs", percent(score.f1), "", "")
    at_once = evaluation.calibration
    table.add_row("identities with others, all decided at once", "", "", f"{at_once.moved:,} of {at_once.identities:,}")
    table.add_row("identities used by several people", "", "", f"{evaluation.shared_identities:,}")
    table.add_row("their lines under another's name", "", "", f"{evaluation.lines_misplaced:,}")
    return table


def _feeds(evaluation: Evaluation) -> Table:
    table = _table(
        "By pair of feeds",
        "Coverage: of all true pairs, including those that cannot be joined.",
        "feeds",
        "predicted",
        "reachable",
        "precision",
        "recall",
        "F1",
        "coverage",
    )
    for score in evaluation.by_feeds:
        if score.predicted or score.every_true:
            table.add_row(
                f"{score.left_feed} – {score.right_feed}",
                f"{score.predicted:,}",
                f"{score.reachable:,}",
                *(percent(value, 2) for value in (score.precision, score.recall, score.f1, score.coverage)),
            )
    return table


def _classes(evaluation: Evaluation) -> Table:
    table = _table(
        "Estimated and true precision",
        "Of all links between records of one person, scored at or above the threshold.",
        "links by",
        "links",
        "estimated precision",
        "interval",
        "true precision",
        "interval contains it",
    )
    for item in evaluation.calibration.classes:
        between = None if item.low is None or item.high is None else Share(0, 1, item.low, item.high, 0)
        table.add_row(
            item.tier,
            f"{item.true.whole:,.0f}",
            "too few links" if item.value is None else percent(item.value),
            interval(between) if between else "",
            percent(item.true.value),
            {None: "", True: "yes", False: "no"}[item.is_covered],
        )
    return table


def _bands(evaluation: Evaluation) -> Table:
    table = _table(
        "Expected and observed precision, by score",
        f"Candidate pairs by score; bands of fewer than {LEAST_PAIRS} pairs are left out.",
        "bits",
        "pairs",
        "expected precision",
        "observed precision",
    )
    for band in evaluation.calibration.bands:
        if band.pairs >= LEAST_PAIRS:
            table.add_row(
                f"{band.bits} to {band.bits + 1}", f"{band.pairs:,}", percent(band.expected), percent(band.observed)
            )
    return table


def _relatives(evaluation: Evaluation) -> Table:
    table = _table(
        "Among relatives at one address",
        "Precision: of the links of their identities, those that stay within one person.",
        "relatives",
        "people",
        "links",
        "precision",
        "interval",
        "mixed up with the relative",
    )
    for item in evaluation.relatives:
        table.add_row(
            item.about,
            f"{item.people:,}",
            f"{item.precision.whole:,.0f}",
            percent(item.precision.value),
            interval(item.precision),
            f"{item.mixed_up:,}",
        )
    return table


def _groups(evaluation: Evaluation) -> Table:
    table = _table(
        "By group",
        f"Groups of fewer than {LEAST_PERSONS} people with something to find are not compared.",
        "group",
        "people",
        "recall",
        "interval",
        "precision",
        "interval",
        "under a wrong person",
    )
    last = ""
    for group in evaluation.subgroups.groups:
        if group.dimension != last:
            table.add_section()
            last = group.dimension
        table.add_row(
            f"{DIMENSIONS[group.dimension]}: {group.group}",
            f"{group.persons:,}",
            percent(group.recall.value, 2),
            interval(group.recall, 2),
            percent(group.precision.value, 2),
            interval(group.precision, 2),
            percent(group.wrong.value),
        )
    return table


def _gap(gap: Gap, words: str) -> str:
    better, worse = (f"{DIMENSIONS[side[0]]}: {side[1]}" for side in (gap.better, gap.worse))
    return (
        f"{words}: recall of “{better}” over “{worse}” by {100 * gap.difference:.2f} points "
        f"(95 %: {100 * gap.low:.2f} to {100 * gap.high:.2f})."
    )


def _causes(title: str, causes: Sequence[Cause], word: str) -> Table:
    table = _table(title, "", "cause", "people", f"pairs {word}")
    for cause in causes:
        table.add_row(f"{cause.cause}: {cause.about}", f"{cause.people:,}", f"{cause.pairs:,}")
    if not causes:
        table.add_row("none", "0", "0")
    return table
