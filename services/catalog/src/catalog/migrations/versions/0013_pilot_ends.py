"""Each end of a pilot is announced once: which one was."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offering_revision", sa.Column("pilot_end_told", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE offering_revision SET pilot_end_told = pilot_ends_at WHERE pilot_ends_at <= now()")
    op.create_index(
        "revision_pilots",
        "offering_revision",
        ["offering_id"],
        postgresql_where=sa.text("cardinality(pilot_districts) > 0"),
    )
    op.create_index(
        "revision_pilot_ends",
        "offering_revision",
        ["pilot_ends_at"],
        postgresql_where=sa.text("pilot_ends_at IS DISTINCT FROM pilot_end_told"),
    )
