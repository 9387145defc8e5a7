"""Figures about linkage, and what error does to answers."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"

SQL = Path(__file__).parent.parent / "sql" / "0005_linkage_figures.sql"


def upgrade() -> None:
    """Add two tables. Statements are sent as one script, in the revision's transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead: figures of past refreshes cannot be measured again."""
    raise NotImplementedError
