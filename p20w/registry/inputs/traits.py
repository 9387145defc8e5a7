"""What accepted lines say of people beside who they are: race, place, learning English, having no home.

Here: reading it, whatever feeds say it. Not here: what marts may know of a person (`persons/profile.sql`), which group
a person belongs to (`p20w.registry.quality.groups`).
"""

import duckdb

from p20w.database.bulk import Read
from p20w.registry.statements import execute

TRAITS = ("is_english_learner", "is_foster_care", "is_homeless", "race_ethnicity", "locale_code")
"""Columns of any feed."""


def read_traits(con: duckdb.DuckDBPyConnection, read: Read) -> None:
    """Make table `trait`: one row an identity and a value that lines of accepted drops give it."""
    lines = [_LINES.format(**table) for table in read(_COLUMNS).to_pylist()]
    traits = read("\nunion all\n".join([_NO_LINES, *lines]))
    execute(con, "create table trait as from read_trait order by all", read_trait=traits)


_COLUMNS = f"""
select
    table_name as feed,
    string_agg(format('(%L, line.%I::text)', column_name, column_name), ', ' order by column_name) as traits
from information_schema.columns
where table_schema = 'intake' and column_name = any(array{list(TRAITS)})
group by table_name
order by table_name
"""

_NO_LINES = "select null::bytea as identity_id, null as name, null as value, 0::bigint as lines where false"

_LINES = """
select uuid_send(line.identity_id), said.name, said.value, count(*)
from intake.{feed} as line
inner join governance.drop on line.drop_id = governance.drop.drop_id
cross join lateral (values {traits}) as said (name, value)
where governance.drop.status = 'accepted' and line.identity_id is not null and said.value is not null
group by line.identity_id, said.name, said.value
"""
