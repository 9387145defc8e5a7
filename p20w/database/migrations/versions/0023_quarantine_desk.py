"""Lines that leave for their agency and come back corrected, on record."""

from pathlib import Path

from alembic import op

revision = "0023"
down_revision = "0022"

SQL = Path(__file__).parent.parent / "sql" / "0023_quarantine_desk.sql"


def upgrade() -> None:
    """Add the two functions of the quarantine desk; who may call them is in roles.yaml."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
