"""Who read what: statements of people's logins, without their values, in a chain that shows what was changed.

Here: from the server's log into `governance.access_log`, the proof of the chain, and what it tells. Not here: which
logins are recorded (`roles.yaml`), the server's settings (`p20w.database.server_settings`), acts that the warehouse's
own functions write down (`governance.audit`).
"""

from p20w.governance.access_log.chain import Head, Proof, head, verify
from p20w.governance.access_log.collecting import NotRecording, collect, note
from p20w.governance.access_log.overdue import overdue
from p20w.governance.access_log.reading import Use, uses

__all__ = ["Head", "NotRecording", "Proof", "Use", "collect", "head", "note", "overdue", "uses", "verify"]
