"""Purge drops for good: what the warehouse holds, feed by feed, then their files, then a certificate for each feed.

Here: the one order in which a purge goes. What the database holds goes in one transaction a feed, with a record of what
will be certified; files are deleted after its commit. Whatever a crash leaves, `finish` finishes. Not here: which drops
(`choosing`), what goes (`removing`, `files`), the words of a certificate (`certificates`).
"""

import getpass
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import psycopg

from p20w.database import Warehouse
from p20w.failpoints import reach
from p20w.governance.retention import certificates, files, removing
from p20w.governance.retention.choosing import demand_decided, demand_due
from p20w.governance.retention.due import Held
from p20w.governance.retention.frozen_values import forget_values
from p20w.progress import tell
from p20w.settings import Settings


def purge(
    warehouse: Warehouse, settings: Settings, drops: Sequence[Held], reason: str, *, is_early: bool = False
) -> list[int]:
    """Purge drops; the numbers of their certificates, one a feed.

    Args:
        warehouse: the caller is its one writer.
        settings: where files are.
        drops: what `choose` gave, or all that are due.
        reason: why, in words that name nobody; it is in the certificate.
        is_early: purge what may still be kept, too, because its agreement ended or the file should never have come.

    Raises:
        MayBeKept: a drop is not due, and it was not said that this is meant.
        NotWhole: a file lies there that nobody has decided on.
        FilesRemain: files could not be deleted; the database holds nothing of them any more, and a rerun goes on.
    """
    if not is_early:
        demand_due(drops)
    finish(warehouse, settings)
    ordered = sorted(drops, key=lambda drop: (drop.feed, drop.drop_id))
    by_feed = {feed: list(mine) for feed, mine in groupby(ordered, key=lambda drop: drop.feed)}
    for feed, mine in by_feed.items():
        demand_decided(warehouse, settings, feed, {drop.scope for drop in mine})
    for feed, mine in by_feed.items():
        _begin(warehouse, settings, feed, mine, reason, is_early=is_early)
        reach("retention.committed")
    finish(warehouse, settings)
    with warehouse.connect("report") as connection:
        ids = [drop.drop_id for drop in drops]
        rows = connection.execute(
            "select distinct purge_id from governance.drop where drop_id = any(%s) order by purge_id", (ids,)
        ).fetchall()
    return [number for (number,) in rows]


def finish(warehouse: Warehouse, settings: Settings) -> list[int]:
    """Delete the files of purges that are not over, forget frozen values, and certify; their numbers.

    Raises:
        FilesRemain: a folder could not be deleted.
        NotWhole: another file lies there by now.
    """
    with warehouse.connect("owner") as connection:
        begun = connection.execute(_BEGUN).fetchall()
    for _, said in begun:
        tell(f"deleting files of {said['feed']}")
        scopes = {f"{said['feed']}/{drop['period']}/{drop['submission']}" for drop in said["drops"]}
        demand_decided(warehouse, settings, said["feed"], scopes, is_begun=True)
        for scope in sorted(scopes):
            files.delete(files.folder_of(settings, scope))
    if begun:  # once for all feeds: it reads the whole vault
        forget_values(warehouse, settings)
        with warehouse.connect("owner") as connection:
            connection.execute("analyze vault.term_frequency")
            for number, said in begun:
                _certify(connection, number, said)
    return [number for number, _ in begun]


def _begin(
    warehouse: Warehouse, settings: Settings, feed: str, drops: Sequence[Held], reason: str, *, is_early: bool
) -> None:
    """All that the database holds of the drops goes, and what will be certified is written down."""
    tell(f"purging {feed}")
    found = {drop.drop_id: files.look(files.folder_of(settings, drop.scope)) for drop in drops}
    with warehouse.connect("owner") as connection:
        removed = removing.remove(connection, [drop.drop_id for drop in drops])
        said = {
            **_agreement(connection, feed),
            "reason": reason,
            "purged_by": getpass.getuser(),
            "purged_at": _now(),
            "drops": [_told(drop, found[drop.drop_id]) for drop in drops],
            "rows_removed": removed,
        }
        ((number,),) = connection.execute(_RECORD, (feed, json.dumps(said))).fetchall()
        for drop in drops:
            connection.execute("select governance.purge_drop(%s, %s, %s)", (drop.drop_id, number, is_early))
        connection.execute(_AUDIT, (number, feed, [drop.scope for drop in drops], reason, said["purged_by"], is_early))
        connection.commit()


def _certify(connection: psycopg.Connection, number: int, said: Mapping[str, Any]) -> None:
    last = connection.execute("select hash from governance.certificate order by purge_id desc limit 1").fetchone()
    text = certificates.write(number, last[0] if last else None, said, _now())
    connection.execute("select governance.certify_purge(%s, %s)", (number, text))
    connection.commit()


def _agreement(connection: psycopg.Connection, feed: str) -> dict[str, Any]:
    """Whose data it was and what it came under, as the catalog says."""
    ((title, agency, agreement, authority, years),) = connection.execute(_AGREEMENT, (feed,)).fetchall()
    terms = {"id": agreement, "legal_authority": authority, "retention_years": years}
    return {"feed": feed, "title": title, "agency": agency, "agreement": terms}


def _told(drop: Held, found: Sequence[files.RawFile]) -> dict[str, Any]:
    return {
        "period": drop.period,
        "submission": drop.submission,
        "status_before": drop.status,
        "file_sha256": drop.file_sha256,
        "lines": drop.lines,
        "held_since": drop.held_since.isoformat(),
        "kept_until": drop.kept_until.isoformat(),
        "files_deleted": [asdict(file) for file in found],
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


_BEGUN = """
select purge.purge_id, purge.said
from governance.purge
where not exists (select from governance.certificate where certificate.purge_id = purge.purge_id)
order by purge.purge_id
"""

_RECORD = """
insert into governance.purge (purge_id, feed, said)
select coalesce(max(purge_id), 0) + 1, %s, %s from governance.purge
returning purge_id
"""

_AUDIT = """
insert into governance.audit (action, subject)
values (
    'drops purged',
    jsonb_build_object(
        'certificate', %s::bigint, 'feed', %s::text, 'drops', %s::text[], 'reason', %s::text, 'person', %s::text,
        'is_early', %s::boolean
    )
)
"""

_AGREEMENT = """
select title, authoritative_source, agreement_id, legal_authority, retention_years
from governance.feed
where feed = %s
"""
