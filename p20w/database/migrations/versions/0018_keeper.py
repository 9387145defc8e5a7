"""The lock of the one writer and the fingerprints of keys get a login of their own."""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0017"

SQL = Path(__file__).parent.parent / "sql" / "0018_keeper.sql"


def upgrade() -> None:
    """Make the table and the functions."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
