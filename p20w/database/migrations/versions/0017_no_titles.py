"""Titles of awards that an earlier version kept go: nothing reads them, and free words can name a person."""

from pathlib import Path

from alembic import op

revision = "0017"
down_revision = "0016"

SQL = Path(__file__).parent.parent / "sql" / "0017_no_titles.sql"


def upgrade() -> None:
    """Empty the column where there is one."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
