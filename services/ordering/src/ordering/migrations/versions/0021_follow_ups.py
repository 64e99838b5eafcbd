"""An order says which follow-up its resident booked it for."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("follow_up_id", sa.Uuid(), nullable=True))
