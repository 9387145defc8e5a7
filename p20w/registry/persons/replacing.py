"""Replace what stands by a candidate row by row, and keep what was taken away, so that it can be put back.

Here: the SQL for edges, review queue and profiles, forth and back. Not here: assignments, which carry their own dates
(`promotion`, `rollback`).

Rows that stay as they are are not touched: a small delivery changes few of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Replaced:
    """A table of what stands, with its candidate and the place for what is taken away."""

    table: str
    candidate: str
    former: str
    key: tuple[str, ...]
    values: tuple[str, ...]
    since: str = "since_refresh"
    """The column that says which refresh put a row there."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the standing table."""
        return (*self.key, *self.values, self.since)


TABLES = (
    Replaced(
        "edge",
        "candidate_edge",
        "former_edge",
        ("identity_left", "identity_right"),
        ("tier", "match_weight", "match_probability", "model_version"),
    ),
    Replaced(
        "review_queue",
        "candidate_review",
        "former_review",
        ("identity_left", "identity_right"),
        ("reason", "match_weight", "worth", "evidence"),
        since="refresh_id",
    ),
    Replaced(
        "person_profile", "candidate_profile", "former_profile", ("person_id",), ("birth_year", "sex", "race_ethnicity")
    ),
)


def forth(item: Replaced) -> list[bytes]:
    """Statements that make the candidate of refresh `%(refresh)s` stand.

    What this very refresh put there and now replaces was never seen by another, and is not kept.
    """
    key, columns = ", ".join(item.key), ", ".join(item.columns)
    candidate_columns = ", ".join((*item.key, *item.values, "refresh_id"))
    one, other = (", ".join(f"{side}.{name}" for name in item.values) for side in ("standing", "candidate"))
    statements = (
        f"""
        create temporary table gone_{item.table} on commit drop as
        select standing.*
        from registry.{item.table} as standing
        left join registry.{item.candidate} as candidate
            on {_same(item, "standing", "candidate")} and candidate.refresh_id = %(refresh)s
        where candidate.refresh_id is null or ({one}) is distinct from ({other})
        """,
        f"""
        insert into registry.{item.former} (replaced_refresh, {columns})
        select %(refresh)s, {columns}
        from gone_{item.table}
        where {item.since} is distinct from %(refresh)s
        """,
        f"delete from registry.{item.table} using gone_{item.table} as gone where {_same(item, item.table, 'gone')}",
        f"""
        insert into registry.{item.table} ({columns})
        select {candidate_columns}
        from registry.{item.candidate} as candidate
        where refresh_id = %(refresh)s
            and not exists (
                select 1 from registry.{item.table} as standing where {_same(item, "standing", "candidate")}
            )
        order by {key}
        """,
    )
    return [statement.encode() for statement in statements]


def back(item: Replaced) -> list[bytes]:
    """Statements that put back what stood before refresh `%(refresh)s`."""
    columns = ", ".join(item.columns)
    statements = (
        f"delete from registry.{item.table} where {item.since} = %(refresh)s",
        f"""
        insert into registry.{item.table} ({columns})
        select {columns} from registry.{item.former} where replaced_refresh = %(refresh)s
        """,
        f"delete from registry.{item.former} where replaced_refresh = %(refresh)s",
    )
    return [statement.encode() for statement in statements]


def _same(item: Replaced, one: str, other: str) -> str:
    return " and ".join(f"{one}.{name} = {other}.{name}" for name in item.key)
