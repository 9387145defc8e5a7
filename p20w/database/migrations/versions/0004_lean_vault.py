"""What the vault need not do while it is loaded."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"

SQL = Path(__file__).parent.parent / "sql" / "0004_lean_vault.sql"


def upgrade() -> None:
    """Run the revision's script in its transaction."""
    op.get_bind().connection.cursor().execute(SQL.read_text())


def downgrade() -> None:
    """Indexes can be made again by hand; nothing else is lost."""
    raise NotImplementedError
