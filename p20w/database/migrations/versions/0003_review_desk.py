"""The review desk: what a steward sees of a pair, and how verdicts are given."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"

SQL = Path(__file__).parent.parent / "sql" / "0003_review_desk.sql"


def upgrade() -> None:
    """Add functions and columns. Statements are sent as one script, in the revision's transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead: verdicts must not get lost."""
    raise NotImplementedError
