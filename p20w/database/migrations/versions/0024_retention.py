"""What may no longer be kept is purged, and certified."""

from pathlib import Path

from alembic import op

revision = "0024"
down_revision = "0023"

SQL = Path(__file__).parent.parent / "sql" / "0024_retention.sql"


def upgrade() -> None:
    """Add what a purge leaves on record; who may read it is in roles.yaml, and only the owner purges."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
