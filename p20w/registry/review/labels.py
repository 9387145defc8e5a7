"""Reviewed pairs as labels for evaluation.

Here: verdicts that hold, by the identities' ids. Not here: what is computed from them.
"""

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from p20w.database import Role, Warehouse


@dataclass(frozen=True)
class Label:
    """A pair about which the reviewers who could tell are of one mind."""

    identity_left: UUID
    identity_right: UUID
    is_match: bool
    reviewers: int


def labels(warehouse: Warehouse, role: Role = "linkage") -> list[Label]:
    """Pairs with a verdict that holds, in the order of their ids; disputed and undecided pairs are no labels.

    Pairs come from the review queue, which holds hard cases: a share of errors among them is none of all links
    unless the sample is weighted by how it was drawn.

    Args:
        warehouse: where the verdicts are.
        role: who reads; `linkage` and `steward` may.
    """
    with warehouse.connect(role) as connection, connection.cursor(row_factory=class_row(Label)) as cursor:
        return cursor.execute(
            """
            select identity_left, identity_right, verdict = 'must_link' as is_match, reviewers
            from registry.standing_decision
            order by identity_left, identity_right
            """
        ).fetchall()
