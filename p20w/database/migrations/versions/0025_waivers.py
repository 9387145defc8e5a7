"""A refresh goes on without a file that it waits for only by a waiver."""

from pathlib import Path

from alembic import op

revision = "0025"
down_revision = "0024"

SQL = Path(__file__).parent.parent / "sql" / "0025_waivers.sql"


def upgrade() -> None:
    """Add waivers, and what refreshes wait for; who may waive is in roles.yaml."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
