"""Accounts have a second factor."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "access_session", sa.Column("factors", ARRAY(sa.TEXT), server_default=sa.text("'{}'"), nullable=False)
    )
    op.create_table(
        "second_factor",
        sa.Column("subject_id", sa.Uuid(), primary_key=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_table(
        "recovery_code",
        sa.Column("sha256", sa.LargeBinary(), primary_key=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
    )
