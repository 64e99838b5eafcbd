"""Pilots: revisions that are on sale in some districts first, and until a moment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    codes = postgresql.ARRAY(sa.TEXT())
    op.add_column("offering_revision", sa.Column("pilot_districts", codes, nullable=False, server_default="{}"))
    op.add_column("offering_revision", sa.Column("pilot_ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("offering_revision", sa.Column("pilot_changed_by", sa.Uuid(), nullable=True))
    op.add_column("offering_revision", sa.Column("pilot_reason", sa.String(), nullable=True))
    op.create_check_constraint(
        "revision_pilot", "offering_revision", "pilot_ends_at IS NULL OR cardinality(pilot_districts) > 0"
    )
