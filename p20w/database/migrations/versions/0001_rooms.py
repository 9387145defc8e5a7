"""The rooms: schemas, tables, privileges."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

SQL = Path(__file__).parent.parent / "sql" / "0001_rooms.sql"


def upgrade() -> None:
    """Create every room. Statements are sent as one script, in the revision's transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """There is no way back from the first revision but a new database."""
    raise NotImplementedError
