"""Sessions are cancelled one by one, each for its own fee; slots are withdrawn."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entitlement", sa.Column("given_up", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint("entitlement_given_up", "entitlement", "given_up BETWEEN 0 AND granted - used")
    op.add_column("order_line", sa.Column("fees_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint("line_fees", "order_line", "fees_minor >= 0")
    op.add_column("slot", sa.Column("withdrawn", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("slot", "withdrawn")
    op.drop_constraint("line_fees", "order_line")
    op.drop_column("order_line", "fees_minor")
    op.drop_constraint("entitlement_given_up", "entitlement")
    op.drop_column("entitlement", "given_up")
