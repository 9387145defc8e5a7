"""What is different about the columns of two versions of a contract.

Here: columns gone, renamed and new; types, limits, codes, who is identified. Not here: the contract's other terms
(`changed_terms`).
"""

from collections.abc import Iterator

from p20w.contracts import Column, FeedContract
from p20w.onboarding.change import Change

_FIXED_FIELDS = ("delimited", "fixed", "parquet")
"""Formats in which a file without a column of the contract is refused."""
_ORDER = {"integer": 1, "number": 2, "string": 3}


def changed_columns(old: FeedContract, new: FeedContract) -> Iterator[Change]:
    """Differences of the columns, in the order of the earlier version; those that are new come last."""
    now = {column.name: column for column in new.columns}
    before = {column.name for column in old.columns}
    renamed = _renamed(old, new)
    for column in old.columns:
        if column.name in now:
            yield from _changed(column, now[column.name])
        elif column.name in renamed:
            yield Change("models", f"{column.name} is now called {renamed[column.name].name}", True, column.name)
            yield from _changed(column, renamed[column.name])
        else:
            yield Change("models", f"{column.name} is gone", True, column.name)
            yield Change("files", f"files of the earlier version still have {column.header}", True, column.name)
    taken = {column.name for column in renamed.values()}
    for column in new.columns:
        if column.name not in before | taken:
            breaks = column.required or (new.layout.kind in _FIXED_FIELDS and not column.may_be_absent)
            needed = "required" if column.required else "optional"
            tail = "; files without it are refused" if breaks else ""
            yield Change("files", f"{column.name} is new and {needed}{tail}", breaks, column.name)
            if column.identifies:
                yield Change("linkage", f"{column.name} is new and identifies ({column.identifies})", True, column.name)


def _renamed(old: FeedContract, new: FeedContract) -> dict[str, Column]:
    """Columns of the new version by the names that they had: the file calls them the same."""
    before, now = {c.name for c in old.columns}, {c.name for c in new.columns}
    by_header = {header: c for c in new.columns if c.name not in before for header in (c.header, *c.aliases)}
    return {c.name: by_header[c.header] for c in old.columns if c.name not in now and c.header in by_header}


def _changed(old: Column, new: Column) -> Iterator[Change]:
    yield from _in_files(old, new)
    yield from _in_models(old, new)
    yield from _of_persons(old, new)


def _in_files(old: Column, new: Column) -> Iterator[Change]:
    """What the agency writes differently, or what is quarantined now."""
    name = old.name

    def said(words: str, *, breaks: bool) -> Change:
        return Change("files", f"{name} {words}", breaks, name)

    if old.header != new.header:
        known = old.header in new.aliases
        yield said(
            f"is {new.header} in the file, was {old.header}" + (" (an alias now)" if known else ""), breaks=not known
        )
    if gone := set(old.aliases) - {new.header, *new.aliases}:
        yield said(f"is no longer read under {', '.join(sorted(gone))}", breaks=True)
    if more := set(new.aliases) - {old.header, *old.aliases}:
        yield said(f"is read under {', '.join(sorted(more))}, too", breaks=False)
    if (old.position, old.places) != (new.position, new.places):
        yield said("lies elsewhere in the record", breaks=True)
    if old.physical_format != new.physical_format:
        yield said(f"is written {new.physical_format}, was {old.physical_format}", breaks=True)
    if old.required != new.required:
        yield said("is required now" if new.required else "is optional now", breaks=new.required)
    yield from _codes(old, new)
    if narrower := _narrower(old, new):
        yield said(f"is narrower: {', '.join(narrower)}", breaks=True)
    elif _narrower(new, old):
        yield said("is wider", breaks=False)
    if old.may_be_absent != new.may_be_absent:
        yield said("may be absent now" if new.may_be_absent else "may no longer be absent", breaks=old.may_be_absent)
    if old.contradicts != new.contradicts:
        words = f"contradicts its line where {new.contradicts}" if new.contradicts else "contradicts nothing any more"
        yield said(words, breaks=new.contradicts is not None)
    if old.unreadable != new.unreadable:
        yield said(f"sets aside its {new.unreadable} where it cannot be read", breaks=new.unreadable == "line")


def _codes(old: Column, new: Column) -> Iterator[Change]:
    before, now = old.enum, new.enum
    if old.codes != new.codes:
        yield Change("models", f"what codes of {old.name} mean on which days changed", bool(old.codes), old.name)
    if before is None and now is not None:
        yield Change("files", f"{old.name} allows only {len(now)} codes now", True, old.name)
    if before is not None and now is None:
        yield Change("models", f"{old.name} is no longer one of codes", True, old.name)
    if before is None or now is None:
        return
    if gone := sorted(before.keys() - now.keys()):
        yield Change("files", f"{old.name} no longer allows {', '.join(gone)}", True, old.name)
    if added := sorted(now.keys() - before.keys()):
        yield Change("models", f"{old.name} allows {', '.join(added)} too", False, old.name)
    if other := sorted(code for code in before.keys() & now.keys() if before[code] != now[code]):
        yield Change("models", f"{old.name} is stored differently for {', '.join(other)}", True, old.name)


def _narrower(old: Column, new: Column) -> list[str]:
    """Which limits let less through than before."""
    found: list[str] = []
    if new.pattern is not None and new.pattern != old.pattern:
        found.append(f"of the form {new.pattern}")
    if new.max_length is not None and (old.max_length is None or new.max_length < old.max_length):
        found.append(f"up to {new.max_length} characters")
    if new.minimum is not None and (old.minimum is None or _over(new.minimum, old.minimum)):
        found.append(f"from {new.minimum}")
    if new.maximum is not None and (old.maximum is None or _over(old.maximum, new.maximum)):
        found.append(f"up to {new.maximum}")
    return found


def _over(left: float | str, right: float | str) -> bool:
    """Whether a limit is beyond another: numbers by size, days as they are written in contracts (year first)."""
    if isinstance(left, str) or isinstance(right, str):
        return str(left) > str(right)
    return left > right


def _in_models(old: Column, new: Column) -> Iterator[Change]:
    """What changes in `intake.<feed>`."""
    if old.in_intake != new.in_intake:
        words = "is in intake now" if new.in_intake else "is no longer in intake"
        yield Change("models", f"{old.name} {words}", True, old.name)
    elif new.in_intake and old.sql_type != new.sql_type:
        wider = old.sql_type == "integer" and new.sql_type == "bigint"
        less = _ORDER.get(new.logical_type, 0) < _ORDER.get(old.logical_type, 0) or new.sql_type == "integer"
        words = f"is {new.sql_type}, was {old.sql_type}" + (" (narrower)" if less else "")
        yield Change("models", f"{old.name} {words}", not wider, old.name)
    if (old.key_position is None) != (new.key_position is None):
        words = "is no longer part of the key" if new.key_position is None else "is part of the key now"
        yield Change("models", f"{old.name} {words}", True, old.name)
    described = ("labels", "description", "ceds", "pirl")
    if any(getattr(old, term) != getattr(new, term) for term in described):
        yield Change("models", f"{old.name} is described differently", False, old.name)


def _of_persons(old: Column, new: Column) -> Iterator[Change]:
    """Who can be told by the column, and who sees it."""
    if old.identifies != new.identifies:
        words = f"identifies {new.identifies or 'nobody'}, was {old.identifies or 'nobody'}"
        yield Change("linkage", f"{old.name} {words}", True, old.name)
    if (old.is_proven, old.reads_lost_zero) != (new.is_proven, new.reads_lost_zero):
        yield Change("linkage", f"{old.name} weighs or is read differently for linkage", True, old.name)
    if old.classification != new.classification:
        words = f"is {new.classification}, was {old.classification}"
        yield Change("agreement", f"{old.name} {words}", True, old.name)
