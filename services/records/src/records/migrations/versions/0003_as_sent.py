"""as_sent"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OUT_OF_RANGE = "effective_at < '1900-01-01T00:00:00Z' OR effective_at >= '2200-01-01T00:00:00Z'"


def upgrade() -> None:
    op.add_column("record", sa.Column("status", sa.String(), nullable=False, server_default=sa.text("'final'")))
    op.add_column("record", sa.Column("source_version", sa.BigInteger(), nullable=True))
    op.add_column("record", sa.Column("source_updated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("record", sa.Column("content", sa.String(), nullable=True))
    op.execute("UPDATE record SET status = coalesce(resource ->> 'status', 'unknown')")
    op.create_index("record_unreadable", "record", ["id"], postgresql_where=sa.text(OUT_OF_RANGE))
    # Rows of before stay, to be left out and counted: nobody's record is lost by an upgrade. No new one comes in.
    op.execute(f"ALTER TABLE record ADD CONSTRAINT record_readable CHECK (NOT ({OUT_OF_RANGE})) NOT VALID")
    op.create_check_constraint(
        "record_source_readable",
        "record",
        "source_updated_at >= '1900-01-01T00:00:00Z' AND source_updated_at < '2200-01-01T00:00:00Z'",
    )
