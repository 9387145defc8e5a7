"""Who is judged does not hold the stamp: verdicts, states and receipts by functions; rights as described."""

from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0014"

SQL = Path(__file__).parent.parent / "sql" / "0015_described_rights.sql"


def upgrade() -> None:
    """Make the functions and triggers, and give up rights that p20w/database/roles.yaml gives instead."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
