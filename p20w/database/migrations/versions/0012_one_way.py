"""A refresh decides about everybody by one way; what others kept for it goes."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"

SQL = Path(__file__).parent.parent / "sql" / "0012_one_way.sql"


def upgrade() -> None:
    """Drop two tables, and candidates that may be partial. Statements are one script, in the revision's transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
