"""Checkpoints that nobody was told of are seen without those that stay, of which there is one more every ten seconds."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "checkpoint_unannounced",
        "access_log_checkpoint",
        ["signed_at"],
        postgresql_where=sa.text("announced_at IS NULL"),
    )
