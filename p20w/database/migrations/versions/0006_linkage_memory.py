"""Refreshes that can be looked back at and gone back from, and weights that stay the same from one to the next."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"

SQL = Path(__file__).parent.parent / "sql" / "0006_linkage_memory.sql"


def upgrade() -> None:
    """Run the revision's script in its transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead: what refreshes replaced must not get lost."""
    raise NotImplementedError
