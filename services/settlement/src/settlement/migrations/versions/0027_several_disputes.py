"""a payment may have several disputes, and what a bank took counts against refunds that are due"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("dispute_open", "dispute")
    op.create_index(
        "dispute_open",
        "dispute",
        ["payment_id"],
        unique=True,
        postgresql_where=sa.text("status = 'open' AND provider_reference IS NULL"),
    )
    op.create_index("dispute_of_payment", "dispute", ["payment_id"])
    op.add_column("dispute", sa.Column("beyond_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint("dispute_beyond", "dispute", "beyond_minor >= 0")
    # What is on the suspense account for disputes of before.
    op.execute(
        "UPDATE dispute SET beyond_minor = held.minor FROM (SELECT entry_id, sum(amount_minor) AS minor FROM posting"
        " WHERE account = 'suspense' AND amount_minor > 0 GROUP BY entry_id) AS held"
        " WHERE held.entry_id = dispute.entry_id AND dispute.status <> 'won'"
    )
    op.add_column("refund", sa.Column("by_bank_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint("refund_by_bank", "refund", "by_bank_minor BETWEEN 0 AND amount_minor")
