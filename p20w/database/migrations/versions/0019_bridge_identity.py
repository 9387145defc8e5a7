"""Which identities carry a usable SSN, so that core can tell whose wages could be found."""

from pathlib import Path

from alembic import op

revision = "0019"
down_revision = "0018"

SQL = Path(__file__).parent.parent / "sql" / "0019_bridge_identity.sql"


def upgrade() -> None:
    """Make the view; who may read it is in roles.yaml."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Restore a backup instead, as for every revision."""
    raise NotImplementedError
