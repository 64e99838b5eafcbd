"""Orders go by the contract that was in effect when they were placed."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contract", sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True))
