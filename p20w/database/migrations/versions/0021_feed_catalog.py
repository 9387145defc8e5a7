"""What the contracts say of feeds and periods, as tables."""

from pathlib import Path

from alembic import op

revision = "0021"
down_revision = "0020"

SQL = Path(__file__).parent.parent / "sql" / "0021_feed_catalog.sql"


def upgrade() -> None:
    """Make the tables; they are filled from the contracts, and who may read them is in roles.yaml."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
