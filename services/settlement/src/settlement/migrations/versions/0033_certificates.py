"""a line says what was ordered, and under which certificates"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("line_split", sa.Column("offering_id", sa.Uuid(), nullable=True))
    op.add_column(
        "line_split", sa.Column("offering_revision", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column(
        "line_split",
        sa.Column("certificate_ids", postgresql.ARRAY(sa.TEXT()), nullable=False, server_default="{}"),
    )
