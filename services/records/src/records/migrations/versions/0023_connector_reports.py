"""What the connector of a source says of itself."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "connector_report",
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", MOMENT, nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("waiting_lines", sa.BigInteger(), nullable=False),
        sa.Column("waiting_batches", sa.Integer(), nullable=False),
        sa.Column("oldest_waiting_at", MOMENT, nullable=True),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("errors", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "waiting_lines >= 0 AND waiting_batches >= 0 AND last_number >= 0", name="connector_report_counts"
        ),
        sa.CheckConstraint(
            "(oldest_waiting_at IS NULL) = (waiting_lines = 0 AND waiting_batches = 0)", name="connector_report_oldest"
        ),
        sa.CheckConstraint("version ~ '^[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}$'", name="connector_report_version"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"]),
        sa.PrimaryKeyConstraint("source_id"),
    )
