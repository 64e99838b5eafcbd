"""What a payment provider asks of who pays is kept while its call waits, and a promise that nobody waits for is let go"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("call_step", "provider_call", type_="check")
    op.create_check_constraint(
        "call_step",
        "provider_call",
        "step IN ('authorise', 'advance', 'capture', 'void', 'refund', 'pay_out', 'let_go')",
    )
    op.create_table(
        "next_step",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('redirect', 'scan', 'confirm')", name="next_step_kind"),
        sa.CheckConstraint("length(target) <= 1024", name="next_step_target"),
        sa.ForeignKeyConstraint(["call_id"], ["provider_call.id"]),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"]),
        sa.PrimaryKeyConstraint("call_id"),
    )
    op.create_index("next_step_of_payment", "next_step", ["payment_id"])
    op.create_index(
        "provider_call_let_go", "provider_call", ["subject_id"], postgresql_where=sa.text("step = 'let_go'")
    )
    op.execute(STEP_STAYS)
    op.execute(STEPS_STAY)


# What was asked of somebody stays as it was asked; that another way was chosen is said once.
STEP_STAYS = """
    CREATE FUNCTION next_step_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.superseded_at IS NOT NULL
            OR to_jsonb(OLD) - 'superseded_at' <> to_jsonb(NEW) - 'superseded_at' THEN
            RAISE EXCEPTION 'what a provider asked of who pays stays as it was' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
STEPS_STAY = """
    CREATE TRIGGER next_steps_stay BEFORE UPDATE OR DELETE ON next_step
    FOR EACH ROW EXECUTE FUNCTION next_step_stays()
"""
