"""The quarantine desk: lines that were set aside go back to their agency, and come back corrected.

Here: what is set aside in active drops, one line for a steward, an encrypted archive for the agency, and the next
submission made of the drop and of what the agency corrected. Not here: why lines are set aside (`p20w.intake.conform`,
`p20w.intake.readers`), taking the next submission in (`p20w.intake.receive`, as every drop).
"""

from p20w.quarantine.archive import WEAKEST, ArchiveError, password_in
from p20w.quarantine.compose import NotReplayable
from p20w.quarantine.export import Exported, export
from p20w.quarantine.line import read_line
from p20w.quarantine.overview import Overview, overview
from p20w.quarantine.record import NotQuarantined
from p20w.quarantine.replay import Replayed, replay
from p20w.quarantine.returned import Returned, is_encrypted, read_returned

__all__ = [
    "WEAKEST",
    "ArchiveError",
    "Exported",
    "NotQuarantined",
    "NotReplayable",
    "Overview",
    "Replayed",
    "Returned",
    "export",
    "is_encrypted",
    "overview",
    "password_in",
    "read_line",
    "read_returned",
    "replay",
]
