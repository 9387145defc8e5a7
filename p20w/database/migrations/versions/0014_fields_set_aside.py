"""An unreadable value sets aside its line or only its field."""

from pathlib import Path

from alembic import op

revision = "0014"
down_revision = "0013"

SQL = Path(__file__).parent.parent / "sql" / "0014_fields_set_aside.sql"


def upgrade() -> None:
    """Say of each row of the quarantine what it sets aside. One script, in the revision's transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
