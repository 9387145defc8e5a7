"""What agreements allow, and what marts make use of."""

from pathlib import Path

from alembic import op

revision = "0022"
down_revision = "0021"

SQL = Path(__file__).parent.parent / "sql" / "0022_agreements.sql"


def upgrade() -> None:
    """Extend the catalog, which is filled from the contracts; who may read and add is in roles.yaml."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
