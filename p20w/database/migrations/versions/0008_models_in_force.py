"""Which linkage model is in force."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"

SQL = Path(__file__).parent.parent / "sql" / "0008_models_in_force.sql"


def upgrade() -> None:
    """Add a table. Statements are sent as one script, in the revision's transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead: who put which model in force is a record."""
    raise NotImplementedError
