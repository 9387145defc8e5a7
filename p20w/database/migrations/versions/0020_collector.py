"""Reading the server's log takes the password of the auditor alone."""

from pathlib import Path

from alembic import op

revision = "0020"
down_revision = "0019"

SQL = Path(__file__).parent.parent / "sql" / "0020_collector.sql"


def upgrade() -> None:
    """Make the lock and the function."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
