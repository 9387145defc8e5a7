"""Destroy what agreements no longer allow to be kept, and prove that it was done.

Here: until when drops may be kept (`due`), which are meant (`choosing`), the one way in which they are purged
(`purging`), what goes of them (`removing`), their files (`files`), frozen values that nobody has any more
(`frozen_values`), certificates and their proof (`certificates`), what is left (`remaining`). Not here: taking a drop
out of force (`p20w.intake.withdraw`), terms of agreements (`p20w.contracts`), the certificate's page
(`p20w.reports.certificate`).
"""

from p20w.governance.retention.certificates import Certificate, Proof, issued, prove
from p20w.governance.retention.choosing import choose, demand_due
from p20w.governance.retention.due import Held, purged, read
from p20w.governance.retention.purging import finish, purge
from p20w.governance.retention.remaining import remains

__all__ = [
    "Certificate",
    "Held",
    "Proof",
    "choose",
    "demand_due",
    "finish",
    "issued",
    "prove",
    "purge",
    "purged",
    "read",
    "remains",
]
