"""Replace what is active by a candidate row by row, and keep what was taken away, so that it can be put back.

Here: the SQL for edges, review queue and profiles, forth and back. Not here: assignments, which carry their own dates
(`promotion`, `rollback`). Rows that stay as they are are left alone: a small delivery changes few of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Replaced:
    """An active table, its candidate, and the place for what is taken away; `since`: which refresh put a row there."""

    table: str
    candidate: str
    former: str
    key: tuple[str, ...]
    values: tuple[str, ...]
    since: str = "since_refresh"


TABLES = (
    Replaced(
        *("edge", "candidate_edge", "former_edge", ("identity_left", "identity_right")),
        ("tier", "match_weight", "match_probability", "model_version"),
    ),
    Replaced(
        *("review_queue", "candidate_review", "former_review", ("identity_left", "identity_right")),
        ("reason", "match_weight", "worth", "evidence"),
        since="refresh_id",
    ),
    Replaced(
        *("person_profile", "candidate_profile", "former_profile", ("person_id",)),
        ("birth_year", "sex", "race_ethnicity"),
    ),
)


def forth(item: Replaced) -> tuple[str, ...]:
    """Statements that make the candidate of refresh `%(refresh)s` active.

    What this very refresh put there and now replaces was never seen by another, and is not kept.
    """
    columns = ", ".join((*item.key, *item.values))
    same = " and ".join(f"standing.{name} = candidate.{name}" for name in item.key)
    one, other = (", ".join(f"{side}.{name}" for name in item.values) for side in ("standing", "candidate"))
    return (
        f"""
        with gone as (
            delete from registry.{item.table} as standing
            where not exists (
                select from registry.{item.candidate} as candidate
                where candidate.refresh_id = %(refresh)s and {same} and ({one}) is not distinct from ({other})
            )
            returning standing.*
        )

        insert into registry.{item.former} (replaced_refresh, {columns}, {item.since})
        select %(refresh)s, {columns}, {item.since} from gone where {item.since} is distinct from %(refresh)s
        """,
        f"""
        insert into registry.{item.table} ({columns}, {item.since})
        select {columns}, refresh_id from registry.{item.candidate} where refresh_id = %(refresh)s
        order by {", ".join(item.key)}
        on conflict do nothing
        """,
    )


def back(item: Replaced) -> tuple[str, ...]:
    """Statements that put back what was active before refresh `%(refresh)s`."""
    columns = ", ".join((*item.key, *item.values, item.since))
    return (
        f"delete from registry.{item.table} where {item.since} = %(refresh)s",
        f"""
        with former as (delete from registry.{item.former} where replaced_refresh = %(refresh)s returning *)
        insert into registry.{item.table} ({columns}) select {columns} from former
        """,
    )
