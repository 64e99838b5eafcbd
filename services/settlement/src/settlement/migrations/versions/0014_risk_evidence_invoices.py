"""risk tiers, evidence of disputes and their currencies, payments of invoices"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "risk_tier",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("hold_days", sa.Integer(), nullable=False),
        sa.Column("reserve_basis_points", sa.Integer(), nullable=False),
        sa.Column("reserve_days", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", MOMENT, nullable=True),
        sa.CheckConstraint("hold_days BETWEEN 0 AND 365", name="tier_hold"),
        sa.CheckConstraint("reserve_basis_points BETWEEN 0 AND 10000", name="tier_reserve"),
        sa.CheckConstraint("reserve_days BETWEEN 0 AND 365", name="tier_reserve_days"),
    )
    op.execute("INSERT INTO risk_tier VALUES ('standard', 0, 0, 0), ('watched', 7, 500, 30), ('high', 14, 2000, 90)")
    op.add_column(
        "payout_terms",
        sa.Column("risk_tier", sa.String(), sa.ForeignKey("risk_tier.name"), server_default="standard", nullable=False),
    )
    op.execute(TERMS_IN_FORCE)
    op.add_column("dispute", sa.Column("excess_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("dispute", sa.Column("claimed_minor", sa.BigInteger(), nullable=True))
    op.add_column("dispute", sa.Column("claimed_currency", sa.String(), nullable=True))
    op.create_check_constraint("dispute_excess", "dispute", "excess_minor BETWEEN 0 AND amount_minor")
    op.create_check_constraint("dispute_claimed", "dispute", "(claimed_minor IS NULL) = (claimed_currency IS NULL)")
    op.create_table(
        "dispute_evidence",
        sa.Column("dispute_id", sa.Uuid(), sa.ForeignKey("dispute.id"), primary_key=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="evidence_hash"),
    )
    op.create_table(
        "consent_receipt",
        sa.Column("consent_id", sa.Uuid(), primary_key=True),
        sa.Column("order_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("artefact_hash", sa.LargeBinary(), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
    )
    op.add_column("invoice", sa.Column("paid_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint("invoice_paid", "invoice", "paid_minor BETWEEN 0 AND amount_minor")
    op.create_table(
        "invoice_payment",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("invoice_id", sa.Uuid(), sa.ForeignKey("invoice.id"), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("bank_reference", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), sa.ForeignKey("journal_entry.id"), nullable=False),
        sa.Column("paid_at", MOMENT, nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.UniqueConstraint("invoice_id", "bank_reference"),
        sa.CheckConstraint("amount_minor > 0", name="invoice_payment_amount"),
    )
    for table in ("dispute_evidence", "invoice_payment"):
        op.execute(
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()"
        )


# What holds for a payee: the stricter of what was agreed with it and what is asked of its risk.
TERMS_IN_FORCE = """
    CREATE VIEW terms_in_force AS
    SELECT payee.partner_id,
        greatest(coalesce(terms.hold_days, 0), tier.hold_days) AS hold_days,
        coalesce(terms.minimum_minor, 0) AS minimum_minor,
        greatest(coalesce(terms.reserve_basis_points, 0), tier.reserve_basis_points) AS reserve_basis_points,
        greatest(coalesce(terms.reserve_days, 0), tier.reserve_days) AS reserve_days,
        coalesce(terms.frozen, '') AS frozen, coalesce(terms.rail, 'provider') AS rail,
        coalesce(terms.schedule, 'daily') AS schedule, coalesce(terms.schedule_day, 0) AS schedule_day
    FROM (SELECT partner_id FROM payee UNION SELECT partner_id FROM payout_terms) AS payee
    LEFT JOIN payout_terms AS terms USING (partner_id)
    JOIN risk_tier AS tier ON tier.name = coalesce(terms.risk_tier, 'standard')
"""
