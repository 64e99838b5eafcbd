"""Each look of an operator or a regulator at a resident is in the access log once a minute."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "look",
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Integer(), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minute = date_trunc('minute', minute, 'UTC')", name="look_minute"),
        sa.PrimaryKeyConstraint("subject_id", "resident_id", "act", "minute"),
    )
    op.create_index("ix_look_minute", "look", ["minute"])
