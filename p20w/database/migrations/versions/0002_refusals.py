"""Refusals: a row of their own, and a way to take a refused drop's identities out of the vault."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

SQL = Path(__file__).parent.parent / "sql" / "0002_refusals.sql"


def upgrade() -> None:
    """Run the revision's script in its transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """There is no way back: two refusals of one submission cannot share a row."""
    raise NotImplementedError
