"""Names that Faker's weighted lists lack: `name_lists.yaml`, typed.

Here: reading the lists. Not here: how often they are drawn (`names`).
"""

from pathlib import Path
from typing import Any

import yaml

_LISTS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "name_lists.yaml").read_text(encoding="utf-8"))

NICKNAMES: dict[str, list[str]] = _LISTS["nicknames"]
STREET_SHORT: dict[str, str] = _LISTS["street_kinds"]


def name_list(name: str) -> list[str]:
    """One list of names, in the order of the file."""
    return [entry.strip() for entry in str(_LISTS[name]).split(",")]
