"""Which lines of orders were given back entirely, as settlement says: their reviews do not count."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refund",
        sa.Column("order_id", sa.Uuid(), primary_key=True),
        sa.Column("line_ids", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )
