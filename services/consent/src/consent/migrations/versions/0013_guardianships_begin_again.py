"""A guardianship that has ended may begin again: then nothing is known to have ended."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("ended_guardianship", "ended_at", nullable=True)
