"""One difference between two versions of a contract, and whom it concerns.

Here: the words for it. Not here: finding differences (`changed_columns`, `changed_terms`), what stands on a feed
(`reach`).
"""

from dataclasses import dataclass
from typing import Literal

Concerns = Literal["files", "models", "linkage", "agreement"]


@dataclass(frozen=True)
class Change:
    """What is different, and whether it breaks something that worked under the earlier version.

    It concerns files that the agency sends, models that read the columns, who is who, or what the agreement allows.
    """

    concerns: Concerns
    words: str
    breaks: bool
    column: str | None = None  # by its name in the earlier version; in the new one, if it is new
