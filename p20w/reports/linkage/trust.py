"""How far links can be trusted: the self-test, its course over time, and what reviewers say.

Not here: whether it works equally well for all (fairness), who cannot be found (reach).
"""

from collections.abc import Mapping

from p20w.contracts import FeedContract
from p20w.reports import charts
from p20w.reports.blocks import Block, Figure, Prose, Section, Table, columns, row
from p20w.reports.linkage import words
from p20w.reports.linkage.record import Record

FOUND, CONFIRMED = "Found without the SSN", "Confirmed by the SSN"
EVIDENCE = {
    "ssn": "The same Social Security number",
    "id": "The same id at one agency",
    "near_ssn": "SSNs one or two digits apart",
    "employer": "Names and an employer",
    "model": "Names and birth date",
    "household": "Names and an address, without a birth date",
}
STRATA = {
    "under 10 bits": "Evidence little more than enough",
    "10 to 15 bits": "Clear evidence",
    "15 to 20 bits": "Very clear evidence",
    "20 bits and more": "Overwhelming evidence",
}


def section(record: Record, contracts: Mapping[str, FeedContract]) -> Section:
    """The self-test in words, by pair of feeds and over time; reviewers' verdicts."""
    title = "How far the links can be trusted"
    precision, recall = record.find("masked_precision"), record.find("masked_recall")
    if precision is None or recall is None:
        return Section(
            "trust", title, "There were too few records with a birth date to test the links.", [_reviewers(record)]
        )
    lead = (
        "Nobody knows the truth about who is who. But many records have a Social Security number (SSN), and that makes "
        "a test possible: hide every SSN, link the records by names, birth dates and addresses only, and then look at "
        "the SSNs."
    )
    confirmed, found = (words.told(item, record.mask) for item in (precision, recall))
    confirmed_span, found_span = (words.span(item, record.mask) for item in (precision, recall))
    return Section("trust", title, lead, [
        Prose(
            f"Of the links made without SSNs, {confirmed} were confirmed by the SSNs; allowing for chance, "
            f"between {confirmed_span.replace(' to ', ' and ')}. Of the pairs that SSNs prove, {found} were found "
            f"without them, between {found_span.replace(' to ', ' and ')}. School records have no SSN, so this is "
            "about how well they are linked. It says nothing about links by SSN; the next table does."
        ),
        _by_evidence(record),
        _by_feeds(record, contracts),
        *_over_time(record),
        _reviewers(record),
    ])  # fmt: skip


def _by_evidence(record: Record) -> Table:
    items = [item for item in record.figures if item.figure == "link_precision"]
    return Table(
        "Links by their strongest evidence, tested with middle names and birth dates",
        columns("Evidence", "Links #", "Right #", "Between (95%) #"),
        [
            row(
                EVIDENCE.get(item.subject, item.subject),
                record.mask.people(item.whole),
                words.told(item, record.mask),
                words.span(item, record.mask),
            )
            for item in items
            if (item.whole or 0) >= record.mask.floor
        ],
        "Middle names of one person agree except for errors; those of two people mostly differ. If they differ more "
        "often where a link is less certain, more links join two people than the evidence suggested. Birth dates test "
        "links by SSN or id in the same way. Where few records have either, the range is wide.",
        "too few links to test",
    )


def _by_feeds(record: Record, contracts: Mapping[str, FeedContract]) -> Table:
    return Table(
        "Of the pairs that an SSN proves, those found without it",
        columns("Records of", "Found #", "Between (95%) #"),
        [
            row(words.pair(item.subject, contracts), words.told(item, record.mask), words.span(item, record.mask))
            for item in record.by_subject("masked_recall")
        ],
        "Between: if the test were done on many such states, 95 of 100 intervals would contain the true share.",
    )


def _over_time(record: Record) -> list[Block]:
    values = [
        {"column": item.label, "series": name, "value": item.value}
        for figure, name in (("masked_recall", FOUND), ("masked_precision", CONFIRMED))
        for item in words.shown(record.over_time(figure), record.mask)
    ]
    labels = list(dict.fromkeys(str(value["column"]) for value in values))
    if len(labels) < 2:
        return []
    wide, narrow = charts.lines(values, labels, [FOUND, CONFIRMED], "Share of pairs", ".1%", zero=False)
    return [
        Figure(
            "The self-test over the refreshes",
            "A fall means that a file had names or dates in a form that linkage does not know, or lost some.",
            wide,
            narrow,
            Table(
                "The self-test by refresh",
                columns("Refresh", "Figure", "Share #"),
                [
                    row(str(item["column"]), str(item["series"]), words.percent(float(str(item["value"]))))
                    for item in values
                ],
            ),
        )
    ]


def _reviewers(record: Record) -> Block:
    whole = next((item for item in record.figures if item.figure == "reviewed_precision" and not item.dimension), None)
    if whole is None or whole.value is None:
        return Prose(
            "Reviewers have not judged any random links yet. A few dozen verdicts would say how many of all links are "
            "right, including links by SSN. Stewards can draw such links and judge them."
        )
    strata = [item for item in record.figures if item.figure == "reviewed_precision" and item.dimension == "stratum"]
    rows = [
        row(
            STRATA.get(item.trait, item.trait),
            f"{item.persons or 0:,}",
            f"{item.whole or 0:,}",
            "–" if item.value is None else words.percent(item.value),
        )
        for item in strata
    ]
    between = "" if whole.low is None or whole.high is None else (
        f" (between {100 * whole.low:.1f}% and {100 * whole.high:.1f}%)"
    )  # fmt: skip
    return Table(
        f"Random links judged by reviewers: {words.percent(whole.value)} of all links are right{between}",
        columns("Evidence", "Links #", "Judged #", "Right #"),
        rows,
        "Each kind is weighted by its number of links. Kinds without a verdict are left out of the estimate.",
    )
