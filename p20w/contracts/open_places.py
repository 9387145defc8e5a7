"""Places of a contract that a person has yet to fill in.

Here: the mark, and where it stands. Not here: who puts it there (`p20w.onboarding.draft`).
"""

from collections.abc import Iterator, Mapping
from typing import cast

MARK = "FILL IN:"
"""How a value begins that a person has yet to write; what follows says what, and why."""


def open_places(item: object, path: str = "") -> Iterator[tuple[str, str]]:
    """The marked places of a contract as read from YAML: path, and what is to be filled in."""
    if isinstance(item, str) and item.startswith(MARK):
        yield path, item.removeprefix(MARK).strip()
    elif isinstance(item, Mapping):
        for key, value in cast("Mapping[object, object]", item).items():
            yield from open_places(value, f"{path}.{key}".lstrip("."))
    elif isinstance(item, list):
        for place, value in enumerate(cast("list[object]", item)):
            yield from open_places(value, f"{path}.{place}")
