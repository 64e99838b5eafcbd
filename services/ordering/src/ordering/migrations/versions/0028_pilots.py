"""Pilots: offerings that only residents of some districts order, until a moment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    codes = postgresql.ARRAY(sa.TEXT())
    op.add_column("offering", sa.Column("pilot_districts", codes, nullable=False, server_default="{}"))
    op.add_column("offering", sa.Column("pilot_ends_at", sa.DateTime(timezone=True), nullable=True))
