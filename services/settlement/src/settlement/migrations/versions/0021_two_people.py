"""what one operator may not decide alone, and partners with whom nothing is agreed yet"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("act", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name="proposal_status"),
        sa.CheckConstraint("(status = 'proposed') = (decided_by IS NULL)", name="proposal_decided"),
        sa.CheckConstraint("status <> 'approved' OR decided_by IS DISTINCT FROM proposed_by", name="proposal_by_two"),
    )
    op.create_index("proposal_open", "proposal", ["id"], postgresql_where=sa.text("status = 'proposed'"))
    op.add_column("refund", sa.Column("approved_by", sa.Uuid(), nullable=True))
    op.add_column("refund", sa.Column("beyond_minor", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint("refund_by_two", "refund", "approved_by <> asked_by")
    op.create_index("refund_beyond", "refund", ["asked_by", "asked_at"], postgresql_where=sa.text("beyond_minor > 0"))
    for table in ("dispute", "payout_terms", "exchange", "invoice_payment"):
        op.add_column(table, sa.Column("approved_by", sa.Uuid(), nullable=True))
    # Whoever was paid before keeps what held until now; who comes from now on waits for a week.
    op.execute("INSERT INTO risk_tier VALUES ('new', 7, 0, 0)")
    op.execute(
        "INSERT INTO payout_terms (partner_id, hold_days, minimum_minor, reserve_basis_points, reserve_days, frozen,"
        " set_by, set_at) SELECT DISTINCT partner_id, 0, 0, 0, 0, '', uuid_nil, now() FROM payout,"
        " (VALUES ('00000000-0000-0000-0000-000000000000'::uuid)) AS nobody (uuid_nil) ON CONFLICT DO NOTHING"
    )
    op.execute(TERMS_IN_FORCE)


TERMS_IN_FORCE = """
    CREATE OR REPLACE VIEW terms_in_force AS
    SELECT payee.partner_id,
        greatest(coalesce(terms.hold_days, 0), tier.hold_days) AS hold_days,
        coalesce(terms.minimum_minor, 0) AS minimum_minor,
        greatest(coalesce(terms.reserve_basis_points, 0), tier.reserve_basis_points) AS reserve_basis_points,
        greatest(coalesce(terms.reserve_days, 0), tier.reserve_days) AS reserve_days,
        coalesce(terms.frozen, '') AS frozen, coalesce(terms.rail, 'provider') AS rail,
        coalesce(terms.schedule, 'daily') AS schedule, coalesce(terms.schedule_day, 0) AS schedule_day
    FROM (SELECT partner_id FROM payee UNION SELECT partner_id FROM payout_terms) AS payee
    LEFT JOIN payout_terms AS terms USING (partner_id)
    JOIN risk_tier AS tier ON tier.name = coalesce(terms.risk_tier, 'new')
"""
