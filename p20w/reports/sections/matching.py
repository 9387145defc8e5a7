"""How well the same person is recognized across agencies: match rates by pair of feeds, explained.

A feed that carries the numbers of another one, its parent, is linked through it: it stands beside its parent alone.
"""

from p20w.reports import charts
from p20w.reports.blocks import Block, Cell, Figure, Fold, Prose, Section, Table, columns, row
from p20w.reports.ledger import MatchRate
from p20w.reports.masking import NO_SHARE, Mask, Share
from p20w.reports.sections.pair_notes import PAIRS, STILL_YOUNG
from p20w.reports.state import State


def section(state: State) -> Section:
    """Who is known in two feeds at once: the matrix, the pairs, and the change since the last refresh."""
    rates = _rates(state, state.ledger.refresh.refresh_id if state.ledger.refresh else None)
    title = "Recognizing the same person across agencies"
    if not rates:
        return Section("matching", title, "No records have been linked yet.")
    carried = {
        pair: rate
        for pair, rate in rates.items()
        if _parent(state, pair[0]) == pair[1] or _parent(state, pair[1]) == pair[0]
    }
    apart = {pair: rate for pair, rate in rates.items() if not any(_parent(state, feed) for feed in pair)}
    empty = [
        rate
        for pair, rate in (apart | carried).items()
        if not rate.persons_both and rate.persons_left and rate.persons_right and PAIRS.get(pair) != STILL_YOUNG
    ]
    lead = (
        "Each agency knows people by its own numbers. The warehouse works out which records belong to one person, "
        "by Social Security number (never stored, only as a token), student number, name and birth date. "
        "A low rate is not always an error: the notes say what it can mean."
    )
    blocks: list[Block] = [_matrix(state, apart)] if apart else []
    if carried:
        blocks.append(_carried(state, carried))
    if empty:
        pairs = [f"{state.name(pair.left_feed)} with {state.name(pair.right_feed)}" for pair in empty]
        blocks.append(Prose(f"Nobody was found in both of: {'; '.join(pairs)}."))
    if trend := _trend(state):
        blocks.append(trend)
    if apart:
        blocks.append(Fold("Every pair, with what to know about it", [_pairs(state, apart)]))
    return Section("matching", title, lead, blocks)


def _rates(state: State, refresh_id: int | None) -> dict[tuple[str, str], MatchRate]:
    """Rates of a refresh, a pair once, keyed by feeds in alphabetical order."""
    found: dict[tuple[str, str], MatchRate] = {}
    for rate in state.ledger.match_rates:
        if rate.refresh_id == refresh_id and rate.left_feed != rate.right_feed:
            if rate.left_feed > rate.right_feed:
                rate = MatchRate(
                    rate.refresh_id,
                    rate.right_feed,
                    rate.left_feed,
                    rate.persons_right,
                    rate.persons_left,
                    rate.persons_both,
                )
            found[rate.left_feed, rate.right_feed] = rate
    return dict(sorted(found.items()))


def _parent(state: State, feed: str) -> str | None:
    """The feed whose numbers this one carries."""
    return state.contracts[feed].parent if feed in state.contracts else None


def _overlap(mask: Mask, rate: MatchRate) -> tuple[Share, Share]:
    return mask.overlap(rate.persons_both, rate.persons_left, rate.persons_right)


def _matrix(state: State, rates: dict[tuple[str, str], MatchRate]) -> Table:
    feeds = [feed for feed in state.contracts if any(feed in pair for pair in rates)]
    feeds += sorted({feed for pair in rates for feed in pair} - set(feeds))
    size = {feed: count for rate in rates.values() for feed, count in (
        (rate.left_feed, rate.persons_left), (rate.right_feed, rate.persons_right))}  # fmt: skip
    rows = []
    for left in feeds:
        cells: list[str | Cell] = [state.name(left), state.mask.people(size[left])]
        for right in feeds:
            rate = rates.get((min(left, right), max(left, right)))
            if left == right or rate is None:
                cells.append(Cell("·" if left == right else NO_SHARE, "calm"))
                continue
            share = _overlap(state.mask, rate)[0 if left == rate.left_feed else 1]
            cells.append(Cell(share.share, shade=share.value))
        rows.append(row(*cells))
    return Table(
        "Of the people in the feed on the left, the share also found in the feed above",
        columns("Feed", "People #", *(f"{state.name(feed)} #" for feed in feeds)),
        rows,
        "The stronger the tint, the larger the share.",
    )


def _carried(state: State, rates: dict[tuple[str, str], MatchRate]) -> Table:
    rows = []
    for rate in rates.values():
        left, right = _overlap(state.mask, rate)
        sides = ((rate.left_feed, rate.persons_left, left), (rate.right_feed, rate.persons_right, right))
        for feed, persons, share in sides:
            if (parent := _parent(state, feed)) in (rate.left_feed, rate.right_feed):
                rows.append(row(state.name(feed), state.name(parent), state.mask.people(persons), share.share))
    return Table(
        "Feeds that carry the numbers of another feed",
        columns("Feed", "Carries the numbers of", "People #", "Found there #"),
        rows,
        "They are linked to all others through that feed. Nearly all of their people should be found there.",
    )


def _pairs(state: State, rates: dict[tuple[str, str], MatchRate]) -> Table:
    before = _rates(state, state.ledger.previous.refresh_id if state.ledger.previous else None)
    rows = []
    for pair, rate in rates.items():
        left, right = _overlap(state.mask, rate)
        was = _overlap(state.mask, before[pair])[0] if pair in before else None
        rows.append(
            row(
                f"{state.name(pair[0])} and {state.name(pair[1])}",
                left.part,
                f"{left.share} of {state.name(pair[0])}",
                f"{right.share} of {state.name(pair[1])}",
                _change(left, was),
                _explained(pair),
            )
        )
    return Table(
        "People known in two feeds",
        columns(
            "Pair", "People in both #", "Share of the first", "Share of the second", "First, change", "What to know"
        ),
        rows,
    )


def _change(now: Share, before: Share | None) -> str:
    if before is None or now.value is None or before.value is None:
        return NO_SHARE
    points = 100 * (now.value - before.value)
    return "no change" if abs(points) < 0.05 else f"{points:+.1f} points"


def _explained(pair: tuple[str, str]) -> str:
    return PAIRS.get(pair, "No note has been written for this pair.")


def _trend(state: State) -> Figure | None:
    """Share of the first feed's people found in the second, over the refreshes that were published."""
    refreshes = [refresh for refresh in state.ledger.refreshes if refresh.is_published][-12:]
    pairs = [("k12_enrollment", "ps_enrollment"), ("k12_enrollment", "ui_wage"), ("ps_enrollment", "ui_wage")]
    values = []
    for refresh in refreshes:
        rates = _rates(state, refresh.refresh_id)
        for pair in pairs:
            if pair in rates and (share := _overlap(state.mask, rates[pair])[0]).value is not None:
                name = f"{state.name(pair[0])} in {state.name(pair[1]).lower()}"
                values.append({"column": refresh.label, "series": name, "value": share.value, "label": share.share})
    labels = [refresh.label for refresh in refreshes]
    series = list(dict.fromkeys(str(value["series"]) for value in values))
    if len({value["column"] for value in values}) < 2:
        return None
    wide, narrow = charts.lines(values, labels, series, "Share found in both")
    return Figure(
        "Match rates over the refreshes",
        "The share of people of the first feed who were also found in the second, after each refresh.",
        wide,
        narrow,
        Table(
            "Match rates by refresh",
            columns("Refresh", "Pair", "Share #"),
            [row(str(item["column"]), str(item["series"]), str(item["label"])) for item in values],
        ),
    )
