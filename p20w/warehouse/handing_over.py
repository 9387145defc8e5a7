"""Give the publisher what is published, in a warehouse that was made when transform owned it.

Here: done once, by the rights transform and publisher have themselves, and safe to repeat after a crash. Not here:
publishing (`publication`).
"""

import json
from typing import Any

import psycopg
from psycopg import sql

from p20w.database import Warehouse
from p20w.database.access import settle
from p20w.warehouse.publication import copy_set, put_aside, show


def hand_over(warehouse: Warehouse) -> None:
    """Copy vintages of transform's to the publisher, let go of transform's other schemas, see that `marts` is there.

    Views of `marts` show the newest vintage. What else transform made in schemas of its own each refresh builds anew.

    Args:
        warehouse: migrated, with the publisher allowed to make schemas.
    """
    with warehouse.connect("owner") as owner:
        schemas = [row[0] for row in owner.execute(_OF_TRANSFORM).fetchall()]
        is_missing = owner.execute("select to_regnamespace('marts') is null").fetchone() == (True,)
    if not schemas and not is_missing:
        return
    vintages = [schema for schema in schemas if schema.startswith("marts_r")]
    for vintage in vintages:
        _hand_over(warehouse, vintage)
    with warehouse.connect("transform") as transform:
        for schema in set(schemas) - set(vintages):
            transform.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(schema)))
    with warehouse.connect("publisher") as publisher:
        for draft, vintage in publisher.execute(_DRAFTS).fetchall():
            words = sql.SQL("alter schema {} rename to {}")
            publisher.execute(words.format(sql.Identifier(draft), sql.Identifier(vintage)))
        newest = publisher.execute(_NEWEST).fetchone()
        vintage = newest[0] if newest else None
        show(publisher, vintage or "", _mark(publisher, vintage)["marts"] if vintage else ())
        settle(publisher)


def _hand_over(warehouse: Warehouse, vintage: str) -> None:
    """Copy one vintage to a draft of the publisher's; only then is transform's gone."""
    schema = sql.Identifier(vintage)
    with warehouse.connect("transform") as transform:
        transform.execute(sql.SQL("grant usage on schema {} to p20w_publisher").format(schema))
        transform.execute(sql.SQL("grant select on all tables in schema {} to p20w_publisher").format(schema))
    draft = vintage.replace("marts_", "marts_draft_")
    with warehouse.connect("publisher") as publisher:
        put_aside(publisher, draft)
        mark = _mark(publisher, vintage)
        copy_set(publisher, vintage, draft, mark["marts"], mark)
    with warehouse.connect("transform") as transform:
        transform.execute(sql.SQL("drop schema {} cascade").format(schema))


def _mark(connection: psycopg.Connection, vintage: str) -> dict[str, Any]:
    ((text,),) = connection.execute("select obj_description(%s::regnamespace, 'pg_namespace')", (vintage,)).fetchall()
    return json.loads(text)


_OF_TRANSFORM = "select nspname from pg_namespace where nspowner = 'p20w_transform'::regrole and nspname !~ '^pg_'"

_DRAFTS = """
select nspname, replace(nspname, 'draft_', '')
from pg_namespace
where starts_with(nspname, 'marts_draft_') and to_regnamespace(replace(nspname, 'draft_', '')) is null
"""

_NEWEST = """
select nspname
from pg_namespace
where nspname ~ '^marts_r[0-9]+$' and nspowner = 'p20w_publisher'::regrole
order by substr(nspname, 8)::bigint desc
limit 1
"""
