"""What codes are called in other languages."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "code_entry",
        sa.Column("designations", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
