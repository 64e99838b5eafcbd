"""money taken in advance, before the provider's promise of it ends"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATUSES = (
    "'awaiting_method', 'authorising', 'authorised', 'advancing', 'advanced', 'capturing', 'captured', 'voiding',"
    " 'voided', 'failed', 'partly_refunded', 'refunded'"
)


def upgrade() -> None:
    op.add_column("payment", sa.Column("authorised_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("payment", sa.Column("advanced_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint("payment_advanced", "payment", "advanced_minor BETWEEN 0 AND amount_minor")
    op.create_index("payment_promised", "payment", ["authorised_at"], postgresql_where=sa.text("status = 'authorised'"))
    op.drop_constraint("payment_status", "payment", type_="check")
    op.create_check_constraint("payment_status", "payment", f"status IN ({STATUSES})")
    op.drop_constraint("call_step", "provider_call", type_="check")
    op.create_check_constraint(
        "call_step", "provider_call", "step IN ('authorise', 'advance', 'capture', 'void', 'refund', 'pay_out')"
    )
    op.execute("UPDATE payment SET authorised_at = now() WHERE status = 'authorised'")
