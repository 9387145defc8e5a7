"""What is left of drops that were purged: facts until the next refresh, and a file that came again.

Here: looking, as any role that reads governance. Not here: purging (`purging`), the proof of a certificate
(`certificates`).
"""

import psycopg

from p20w.governance.retention.certificates import Certificate
from p20w.governance.retention.files import folder_of
from p20w.settings import Settings


def remains(connection: psycopg.Connection, settings: Settings, certificate: Certificate) -> list[str]:
    """A sentence for each thing that is left; none where nothing is."""
    found: list[str] = []
    published = connection.execute(_HELD_BY_PUBLISHED, (certificate.number,)).fetchone()
    if published:
        found.append(f"Facts of its drops are still those of refresh {published[0]}. They leave with: p20w refresh")
    feed = certificate.said["feed"]
    for drop in certificate.said["drops"]:
        folder = folder_of(settings, f"{feed}/{drop['period']}/{drop['submission']}")
        if folder.exists():
            found.append(f"{folder} is there again. Purge it, too: docs/ops/retention.md")
    return found


_HELD_BY_PUBLISHED = """
with published as (
    select refresh_id, label from governance.refresh where status = 'published' order by refresh_id desc limit 1
)

select published.label
from published
inner join governance.refresh_drop as held on published.refresh_id = held.refresh_id
inner join governance.drop as gone on held.drop_id = gone.drop_id
where gone.purge_id = %s
limit 1
"""
