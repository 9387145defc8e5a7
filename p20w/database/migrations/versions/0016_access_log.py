"""Who read what: statements of people's logins without values, in a chain that shows what was changed."""

from pathlib import Path

from alembic import op

revision = "0016"
down_revision = "0015"

SQL = Path(__file__).parent.parent / "sql" / "0016_access_log.sql"


def upgrade() -> None:
    """Make the table, its triggers, and give up the owner's rights to change it."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
