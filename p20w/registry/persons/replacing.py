"""Replace what is active by a candidate row by row, and keep what was taken away, so that it can be put back.

Here: the SQL for edges, review queue and profiles, forth and back. Not here: assignments, which carry their own dates
(`promotion`, `rollback`). Rows that stay as they are are left alone: a small delivery changes few of them.
"""

from typing import NamedTuple


class Replaced(NamedTuple):
    """An active table, its candidate, the place for what is taken away; `since`: the refresh that put a row there."""

    active: str
    candidate: str
    former: str
    key: str
    values: str
    since: str


PAIR = "identity_left, identity_right"
LINK = "tier, match_weight, match_probability, model_version"
WHY = "reason, match_weight, worth, evidence"
WHO = "birth_year, sex, race_ethnicity"

TABLES = (
    Replaced("edge", "candidate_edge", "former_edge", PAIR, LINK, "since_refresh"),
    Replaced("review_queue", "candidate_review", "former_review", PAIR, WHY, "refresh_id"),
    Replaced("person_profile", "candidate_profile", "former_profile", "person_id", WHO, "since_refresh"),
)


def forth(item: Replaced) -> tuple[str, ...]:
    """Statements that make the candidate of refresh `%(refresh)s` active.

    What this very refresh put there and now replaces was never seen by another, and is not kept.
    """
    columns = f"{item.key}, {item.values}"
    return (
        f"""
        with changed as (
            select {columns} from registry.{item.active}
            except
            select {columns} from registry.{item.candidate} where refresh_id = %(refresh)s
        ),

        gone as (
            delete from registry.{item.active} where ({item.key}) in (select {item.key} from changed) returning *
        )

        insert into registry.{item.former} (replaced_refresh, {columns}, {item.since})
        select %(refresh)s, {columns}, {item.since} from gone where {item.since} is distinct from %(refresh)s
        """,
        f"""
        insert into registry.{item.active} ({columns}, {item.since})
        select {columns}, refresh_id from registry.{item.candidate} where refresh_id = %(refresh)s
        order by {item.key}
        on conflict do nothing
        """,
    )


def back(item: Replaced) -> tuple[str, ...]:
    """Statements that put back what was active before refresh `%(refresh)s`."""
    columns = f"{item.key}, {item.values}, {item.since}"
    return (
        f"delete from registry.{item.active} where {item.since} = %(refresh)s",
        f"""
        with former as (delete from registry.{item.former} where replaced_refresh = %(refresh)s returning *)
        insert into registry.{item.active} ({columns}) select {columns} from former
        """,
    )
