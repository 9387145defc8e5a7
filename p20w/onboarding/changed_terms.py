"""What is different about two versions of a contract, columns aside, and what its version must say.

Here: layout, periods, rules, linkage terms and the agreement. Not here: columns (`changed_columns`).
"""

from collections.abc import Iterator

from p20w.contracts import Agreement, FeedContract, QualityRule
from p20w.onboarding.change import Change, Concerns
from p20w.onboarding.changed_columns import changed_columns


def changes(old: FeedContract, new: FeedContract) -> list[Change]:
    """All differences between two versions of a feed's contract; breaking ones first."""
    found = [
        *changed_columns(old, new),
        *_terms(old, new),
        *_rules(old, new),
        *_agreement(old.agreement, new.agreement),
    ]
    return sorted(found, key=lambda change: not change.breaks)


def version_fault(old: FeedContract, new: FeedContract, found: list[Change]) -> str | None:
    """Why the new version's number does not say what has changed, if it does not.

    A breaking change takes a new first number, as files that say the earlier one no longer fit (`FeedContract.covers`);
    any other change a higher version.
    """
    before, now = ([int(part) for part in contract.version.split(".")] for contract in (old, new))
    if any(change.breaks for change in found) and now[0] <= before[0]:
        return f"{new.feed}: a breaking change takes version {before[0] + 1}.0.0, and it says {new.version}"
    if found and now <= before:
        return f"{new.feed}: a change takes a version above {old.version}, and it says {new.version}"
    return None


def _terms(old: FeedContract, new: FeedContract) -> Iterator[Change]:
    plain: tuple[tuple[Concerns, str, object, object], ...] = (
        ("files", "how files are written (layout)", old.layout, new.layout),
        ("files", "how periods are written", old.calendar.kind, new.calendar.kind),
        ("files", "columns that repeat the period", old.period_columns, new.period_columns),
        ("files", "the column that no line may have after the period's end", old.latest_column, new.latest_column),
        ("models", "what a new file takes the place of (content)", old.content, new.content),
        ("models", "what a row is", old.granularity, new.granularity),
        ("linkage", "whose numbers its ids are", (old.id_space, old.parent), (new.id_space, new.parent)),
        ("linkage", "whether records are of people", old.has_identities, new.has_identities),
        (
            "models",
            "its place among the drops of a day, which drop ids are made of",
            old.intake_order,
            new.intake_order,
        ),
    )
    for concerns, what, before, now in plain:
        if before != now:
            yield Change(concerns, f"{what} changed", True)
    if old.groups != new.groups:
        how = "was added" if old.groups is None else "changed"
        yield Change("files", f"how other files are written (otherLayout) {how}", old.groups is not None)
    before_parts = {part.name or "period": part for part in old.calendar.parts}
    now_parts = {part.name or "period": part for part in new.calendar.parts}
    if gone := sorted(before_parts.keys() - now_parts.keys()):
        yield Change("files", f"there is no {', '.join(gone)} any more", True)
    if added := sorted(now_parts.keys() - before_parts.keys()):
        yield Change("files", f"{', '.join(added)} comes, too", False)
    for name in before_parts.keys() & now_parts.keys():
        one, two = before_parts[name], now_parts[name]
        if (one.starts, one.ends) != (two.starts, two.ends):
            yield Change("models", f"{name} has other days", True)
        if one.due_after_days != two.due_after_days:
            words = f"is due after {two.due_after_days} days, was {one.due_after_days}"
            yield Change("files", f"{name} {words}", two.due_after_days < one.due_after_days)
    if old.missing != new.missing or old.usual != new.usual:
        yield Change(
            "files", "marks for no value, or what is usual, changed", bool(new.usual.items() - old.usual.items())
        )
    if old.refresh_waits != new.refresh_waits:
        yield Change("files", f"a refresh {'waits' if new.refresh_waits else 'no longer waits'} for its files", False)
    if (old.title, old.short_name, old.sector, old.purpose, old.limitations) != (
        *(new.title, new.short_name, new.sector, new.purpose, new.limitations),
    ):
        yield Change("models", "it is described differently", False)


def _rules(old: FeedContract, new: FeedContract) -> Iterator[Change]:
    before, now = ({rule.name: rule for rule in contract.rules} for contract in (old, new))
    for name, rule in now.items():
        if name not in before:
            yield Change("files", f"rule {name} is new ({rule.severity})", rule.severity == "critical")
        elif _judged(rule) != _judged(before[name]):
            stricter = "critical" in (rule.severity, before[name].severity) and rule.severity != "info"
            yield Change("files", f"rule {name} is judged differently ({rule.severity})", stricter)
    for name in before.keys() - now.keys():
        yield Change("files", f"rule {name} is gone", False)


def _judged(rule: QualityRule) -> tuple[object, ...]:
    bounds = (rule.minimum, rule.maximum, rule.strict_minimum, rule.strict_maximum)
    return rule.severity, rule.metric, rule.query, rule.column, rule.percent, bounds


def _agreement(old: Agreement, new: Agreement) -> Iterator[Change]:
    """What is allowed less, or otherwise, breaks; what is allowed more does not."""

    def said(words: str, *, breaks: bool) -> Change:
        return Change("agreement", words, breaks)

    if old.id != new.id:
        yield said(
            f"the agreement is {new.id}, was {old.id}: manifests that name the earlier one are refused", breaks=True
        )
    if old.legal_authority != new.legal_authority:
        yield said("the legal authority is another", breaks=True)
    for what, before, now in (
        ("purpose", set(old.purposes), set(new.purposes)),
        ("linkage with", set(old.permitted_linkages), set(new.permitted_linkages)),
    ):
        if gone := sorted(before - now):
            yield said(f"{what} {', '.join(gone)} is no longer permitted", breaks=True)
        if added := sorted(now - before):
            yield said(f"{what} {', '.join(added)} is permitted, too", breaks=False)
    if old.minimum_cell_size != new.minimum_cell_size:
        more = new.minimum_cell_size > old.minimum_cell_size
        words = f"cells of fewer than {new.minimum_cell_size} are hidden, was {old.minimum_cell_size}"
        yield said(words + ("; figures shown so far may not be" if more else ""), breaks=more)
    if old.retention_years != new.retention_years:
        less = new.retention_years < old.retention_years
        yield said(f"data is kept {new.retention_years} years, was {old.retention_years}", breaks=less)
    if (old.in_force_from, old.in_force_to) != (new.in_force_from, new.in_force_to):
        shorter = new.in_force_from > old.in_force_from or new.in_force_to < old.in_force_to
        yield said(f"it is in force from {new.in_force_from} to {new.in_force_to}", breaks=shorter)
