"""a payout that the bank sent back, an invoice, and all that one operator gives back are bounded or take two people"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

ALONE = sa.text("approved_by IS NULL")


def upgrade() -> None:
    op.add_column("payout", sa.Column("return_told_by", sa.Uuid(), nullable=True))
    op.add_column("payout", sa.Column("return_approved_by", sa.Uuid(), nullable=True))
    op.create_check_constraint("payout_return_by_two", "payout", "return_approved_by <> return_told_by")
    op.add_column("invoice", sa.Column("approved_by", sa.Uuid(), nullable=True))
    op.create_check_constraint("invoice_by_two", "invoice", "approved_by <> issued_by")
    op.create_index("invoice_alone", "invoice", ["issued_by", "issued_at"], postgresql_where=ALONE)
    op.create_index("refund_alone", "refund", ["asked_by", "asked_at"], postgresql_where=ALONE)
    op.drop_index("refund_beyond", "refund")
    op.drop_constraint("money_case_kind", "money_case")
    op.create_check_constraint(
        "money_case_kind",
        "money_case",
        "kind IN ('refund_failed', 'void_failed', 'capture_failed', 'payouts_stopped', 'no_answer',"
        " 'amount_differs', 'contradicted', 'charged_beyond', 'statement_gap')",
    )
