"""complaints hold payouts, banks take chargebacks themselves, and a reconciliation finds what is owed and not moved"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "complaint",
        sa.Column("complaint_id", sa.Uuid(), primary_key=True),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
    )
    op.create_index("complaint_open", "complaint", ["order_id"], postgresql_where=sa.text("NOT decided"))
    op.alter_column("dispute", "opened_by", nullable=True)
    op.add_column("dispute", sa.Column("provider_reference", sa.String(), nullable=True))
    op.add_column("dispute", sa.Column("taken_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint("dispute_taken", "dispute", "taken_minor BETWEEN 0 AND amount_minor")
    op.create_index("dispute_of_provider", "dispute", ["provider_reference"], unique=True)
    op.alter_column("webhook", "call_id", nullable=True)
    op.add_column("reconciliation", sa.Column("not_moved", sa.Boolean(), server_default="false", nullable=False))
    op.add_column("break", sa.Column("subject_id", sa.Uuid(), nullable=True))
    op.drop_constraint("break_kind", "break")
    op.create_check_constraint(
        "break_kind",
        "break",
        "kind IN ('not_in_ledger', 'not_told', 'amount_differs', 'payout_unconfirmed', 'refund_overdue',"
        " 'capture_overdue')",
    )
    op.create_index(
        "break_of_subject", "break", ["kind", "subject_id"], unique=True, postgresql_where=sa.text("status = 'open'")
    )
