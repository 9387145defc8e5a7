"""Linkage keeps what it read and cleaned."""

from pathlib import Path

from alembic import op

revision = "0010"
down_revision = "0009"

SQL = Path(__file__).parent.parent / "sql" / "0010_prepared_columns.sql"


def upgrade() -> None:
    """Add a table and its triggers. Statements are sent as one script, in the revision's transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
