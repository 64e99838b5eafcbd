"""Which resources are of a category that is apart unless a consent names it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "record",
        sa.Column("sensitive", postgresql.ARRAY(sa.TEXT()), server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("record", sa.Column("classified_by", sa.String(), server_default=sa.text("''"), nullable=False))
