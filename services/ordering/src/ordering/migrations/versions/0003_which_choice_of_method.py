"""an order keeps at which version its payment method was last chosen"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("payment_version", sa.BigInteger(), server_default="0", nullable=False))
