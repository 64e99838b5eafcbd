"""Partners that leave, whose consents are to be ended."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("standing", sa.Column("consents_end_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "standing_leaving", "standing", ["partner_id"], postgresql_where=sa.text("consents_end_at IS NOT NULL")
    )
