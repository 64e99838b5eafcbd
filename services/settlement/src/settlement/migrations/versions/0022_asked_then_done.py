"""what is asked of the provider is done or failed, and what nobody can settle but a person is a case"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATUSES = (
    "'awaiting_method', 'authorising', 'authorised', 'advancing', 'advanced', 'capturing', 'captured', 'voiding',"
    " 'voided', 'failed', 'partly_refunded', 'refunded', 'refunding', 'refund_failed', 'capture_failed', 'void_failed'"
)


def upgrade() -> None:
    op.drop_constraint("payment_status", "payment")
    op.create_check_constraint("payment_status", "payment", f"status IN ({STATUSES})")
    op.add_column("payment", sa.Column("owed_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("refund", sa.Column("state", sa.String(), server_default="asked", nullable=False))
    op.add_column("refund", sa.Column("kind", sa.String(), server_default="refund", nullable=False))
    op.add_column("refund", sa.Column("failure", sa.String(), server_default="", nullable=False))
    op.add_column("refund", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.execute("UPDATE refund SET state = 'done' WHERE paid_at IS NOT NULL")
    op.execute("UPDATE refund SET kind = 'advance' WHERE reason = 'taken in advance, and not used'")
    op.execute(
        "UPDATE refund SET state = 'failed', failure = 'the provider refused' FROM provider_call AS call"
        " WHERE call.subject_id = refund.id AND call.state = 'refused' AND refund.paid_at IS NULL"
    )
    op.create_check_constraint("refund_state", "refund", "state IN ('asked', 'done', 'failed')")
    op.create_check_constraint("refund_kind", "refund", "kind IN ('refund', 'advance', 'chargeback')")
    op.create_check_constraint("refund_paid", "refund", "(state = 'done') = (paid_at IS NOT NULL)")
    op.create_index("refund_open", "refund", ["asked_at"], postgresql_where=sa.text("state <> 'done'"))
    op.add_column("payee", sa.Column("returns_since", MOMENT, nullable=True))
    op.drop_constraint("call_state", "provider_call")
    op.create_check_constraint("call_state", "provider_call", "state IN ('due', 'done', 'refused', 'held', 'dropped')")
    op.add_column("provider_call", sa.Column("created_at", MOMENT, server_default=sa.text("now()"), nullable=False))
    op.add_column("provider_call", sa.Column("tries", sa.Integer(), server_default="0", nullable=False))
    op.add_column("provider_call", sa.Column("unknown_since", MOMENT, nullable=True))
    op.create_index(
        "provider_call_unknown",
        "provider_call",
        ["unknown_since"],
        postgresql_where=sa.text("unknown_since IS NOT NULL"),
    )
    op.create_table(
        "money_case",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", MOMENT, nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('refund_failed', 'void_failed', 'capture_failed', 'payouts_stopped', 'no_answer',"
            " 'amount_differs', 'contradicted', 'charged_beyond')",
            name="money_case_kind",
        ),
        sa.CheckConstraint("resolved_by IS NULL OR resolved_at IS NOT NULL", name="money_case_resolved"),
    )
    op.create_index(
        "money_case_open",
        "money_case",
        ["kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index("money_case_by_age", "money_case", ["id"], postgresql_where=sa.text("resolved_at IS NULL"))
    # Refunds that the provider refused, and nobody was told of.
    op.execute(
        "INSERT INTO money_case (id, kind, subject_id, order_id, partner_id, amount_minor, currency, detail, opened_at,"
        " resolution) SELECT gen_random_uuid(), 'refund_failed', refund.id, payment.order_id, payment.partner_id,"
        " refund.amount_minor, payment.currency, refund.failure, now(), ''"
        " FROM refund JOIN payment ON payment.id = refund.payment_id WHERE refund.state = 'failed'"
    )
    op.execute(
        "UPDATE payment SET status = 'refund_failed' WHERE status IN ('refunded', 'partly_refunded') AND EXISTS"
        " (SELECT FROM refund WHERE refund.payment_id = payment.id AND state = 'failed' AND kind = 'refund')"
    )
