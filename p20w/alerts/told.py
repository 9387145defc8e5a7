"""What each channel was told, so that nothing is told twice.

Here: one private file in the installation's folder. Not here: what there is to tell (`news`).
"""

import json
from collections.abc import Iterable
from pathlib import Path

from p20w.private import replace_whole
from p20w.settings import Settings


class Told:
    """The keys of news that a channel was told."""

    def __init__(self, settings: Settings, channel: str) -> None:
        self._file: Path = settings.private_folder("alerts") / f"{channel}.json"

    def keys(self) -> frozenset[str]:
        """Those told so far; none where nothing was, or the file cannot be understood."""
        try:
            return frozenset(json.loads(self._file.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return frozenset()

    def keep(self, keys: Iterable[str]) -> None:
        """Keep these alone, whole or not at all."""
        replace_whole(self._file, json.dumps(sorted(keys)))
