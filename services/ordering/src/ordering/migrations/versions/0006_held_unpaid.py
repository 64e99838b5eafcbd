"""Who holds how much unpaid is looked up whenever somebody orders."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    held = "status = 'placed' AND NOT money_in OR total_minor = 0 AND status IN ('placed', 'confirmed', 'accepted')"
    op.create_index("orders_held_unpaid", "orders", ["placed_by"], postgresql_where=sa.text(held))
    gone = "status IN ('cancelled', 'expired') AND NOT money_in AND begins_at IS NOT NULL"
    op.create_index("orders_called_off_unpaid", "orders", ["placed_by", "changed_at"], postgresql_where=sa.text(gone))


def downgrade() -> None:
    op.drop_index("orders_called_off_unpaid", "orders")
    op.drop_index("orders_held_unpaid", "orders")
