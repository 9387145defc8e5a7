"""Put the linkage page together and print it with the report's own template.

Here: cards, notices, order of sections. Not here: what sections say.
"""

from collections.abc import Mapping

from p20w.contracts import FeedContract
from p20w.reports.blocks import Notice, Section
from p20w.reports.ledger import Refresh
from p20w.reports.linkage import answers, fairness, reach, steady, trust, words
from p20w.reports.linkage.record import Record
from p20w.reports.masking import Mask
from p20w.reports.page import print_page
from p20w.reports.sections.summary import Card

TITLE = "How well records are joined"


def render(record: Record, refresh: Refresh | None, contracts: Mapping[str, FeedContract]) -> str:
    """The page as one HTML document."""
    return print_page(
        title=TITLE,
        kicker="P-20W data system · data quality · linkage",
        subtitle=f"Refresh {record.label}" if record.label else "Nothing has been measured yet",
        refresh=refresh,
        cards=_cards(record),
        notices=_notices(record),
        sections=sections(record, contracts) if record.label else [],
        others=[("index.html", "Back to the report to the board")],
    )


def sections(record: Record, contracts: Mapping[str, FeedContract]) -> list[Section]:
    """The numbered parts of the page, in order."""
    return [
        trust.section(record, contracts),
        fairness.section(record),
        reach.section(record, contracts),
        answers.section(record),
        steady.section(record, contracts),
        _reading(record.mask),
    ]


def _cards(record: Record) -> list[Card]:
    precision, recall = record.find("masked_precision"), record.find("masked_recall")
    bridged = record.find("school_in_wages")
    share = record.mask.share_of(bridged.part, bridged.whole) if bridged else None
    return [
        Card(words.told(precision, record.mask), "of links confirmed", "self-test without SSNs", "#trust",
             _tone(precision.value if precision else None, 0.99)),
        Card(words.told(recall, record.mask), "of pairs found", "self-test without SSNs", "#trust",
             _tone(recall.value if recall else None, 0.9)),
        Card(share.share if share else "not measured", "of school leavers found in wages",
             "18 and older, licenses included", "#reach"),
    ]  # fmt: skip


def _tone(value: float | None, enough: float):
    return None if value is None else "good" if value >= enough else "warn"


def _notices(record: Record) -> list[Notice]:
    if not record.label:
        return [Notice("calm", "Nothing has been measured yet", "The next refresh will.")]
    found: list[Notice] = []
    precision = record.find("masked_precision")
    if precision and precision.value is not None and precision.value < 0.99:
        found.append(Notice("bad", "More than one in a hundred links made without SSNs was wrong in the self-test",
                            "Do not trust links of schools until the cause is known.", "#trust"))  # fmt: skip
    gap = next((item for item in record.figures if item.figure == "masked_recall_gap"), None)
    if gap and (gap.low or 0.0) > 0.03:
        found.append(Notice("warn", "One group is found clearly less often than another", "", "#fairness"))
    if any((item.value or 0.0) > steady.MUCH for item in record.by_subject("drift")):
        found.append(Notice("warn", "Names or dates agree in other ways than when weights were frozen", "", "#steady"))
    if any((item.value or 0.0) < -0.1 for item in record.by_subject("match_rate_change")):
        found.append(
            Notice("warn", "A match rate fell by more than a tenth", "Ask the agency what changed.", "#steady")
        )
    return found or [Notice("good", "Nothing about linkage needs attention")]


def _reading(mask: Mask) -> Section:
    from p20w.reports.blocks import Prose

    return Section(
        "reading",
        "How to read this page",
        "These are estimates, so each share has an interval that allows for chance.",
        [
            Prose(
                "The self-test covers records like those with a Social Security number (SSN). People without one in "
                "any file (some recent immigrants, some children) may be linked better or worse; nothing here shows "
                "it."
            ),
            Prose(
                "Two different SSNs prove two people only if both are right. A few are not, so a link counted as wrong "
                "may be right; the truth is likely a little better than the share of links confirmed."
            ),
            Prose(
                f"Figures of groups of {mask.few} people are left out, and numbers of people and records are rounded, "
                "here as on the report. This page is for the board and the agencies that send data; it is not a public "
                "release."
            ),
        ],
    )
