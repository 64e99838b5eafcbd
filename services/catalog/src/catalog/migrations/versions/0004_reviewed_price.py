"""The price that was last reviewed: later ones may rise only so far above it without another review."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # 0 for revisions the release before writes meanwhile: their next rise is reviewed.
    op.add_column(
        "offering_revision", sa.Column("reviewed_price_minor", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute("UPDATE offering_revision SET reviewed_price_minor = price_minor")
    op.create_check_constraint("revision_reviewed_price", "offering_revision", "reviewed_price_minor >= 0")


def downgrade() -> None:
    op.drop_constraint("revision_reviewed_price", "offering_revision")
    op.drop_column("offering_revision", "reviewed_price_minor")
