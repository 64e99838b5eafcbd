"""A guardianship can be ended before the dependant is of age."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("guardian", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("guardian", sa.Column("ended_by", sa.Uuid(), nullable=True))
    op.add_column("guardian", sa.Column("ended_because", sa.String(), server_default="", nullable=False))
