"""${message}."""

from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """What this revision brings."""


def downgrade() -> None:
    """What it takes away again."""
