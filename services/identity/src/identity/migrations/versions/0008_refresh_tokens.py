"""Sessions are continued with refresh tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Sessions of the release before have none: they end with their token, within the hour.
    op.add_column("access_session", sa.Column("lasts_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_access_session_lasts_until", "access_session", ["lasts_until"])
    op.create_table(
        "refresh_token",
        sa.Column("sha256", sa.LargeBinary(), primary_key=True),
        sa.Column(
            "session_id", sa.Uuid(), sa.ForeignKey("access_session.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("follows", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("octet_length(sha256) = 32", name="refresh_token_sha256"),
        sa.CheckConstraint("used_at IS NULL OR replaced_at IS NULL", name="refresh_token_used_or_replaced"),
    )
    op.create_index(
        "refresh_token_current",
        "refresh_token",
        ["session_id"],
        unique=True,
        postgresql_where=sa.text("used_at IS NULL AND replaced_at IS NULL"),
    )
