"""Until when the dues of a cancelled order wait, since its resident may object to what the partner alone says."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("dues_after", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        "orders_dues_wait", "orders", "dues_after IS NULL OR (status = 'cancelled' AND dues_after >= objection_until)"
    )
    waits = sa.text("dues_after IS NOT NULL")
    op.create_index("orders_dues_waiting", "orders", ["dues_after"], postgresql_where=waits)
