"""Person maps on less and on more evidence."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"

SQL = Path(__file__).parent.parent / "sql" / "0007_other_maps.sql"


def upgrade() -> None:
    """Add a table. Statements are sent as one script, in the revision's transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, or drop the table: it is made anew by each refresh."""
    raise NotImplementedError
