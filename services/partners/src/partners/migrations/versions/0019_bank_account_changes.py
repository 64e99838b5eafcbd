"""The account that payouts go to is changed by two people, after a cooling time."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_account_change",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("partner_id", sa.Uuid(), sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.Uuid(), nullable=True),
        sa.Column("stopped_as", sa.String(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(), nullable=False, server_default=""),
        sa.CheckConstraint("confirmed_by <> proposed_by", name="bank_account_change_by_two"),
        sa.CheckConstraint(
            "num_nonnulls(confirmed_by, confirmed_at, effective_at) IN (0, 3)", name="bank_account_change_confirmed"
        ),
        sa.CheckConstraint("effective_at >= confirmed_at + interval '23 hours'", name="bank_account_change_cools"),
        sa.CheckConstraint(
            "in_force_at IS NULL OR (effective_at IS NOT NULL AND in_force_at >= effective_at AND stopped_at IS NULL)",
            name="bank_account_change_in_force",
        ),
        sa.CheckConstraint(
            "num_nonnulls(stopped_by, stopped_at, stopped_as) IN (0, 3) AND (stopped_at IS NULL) = (stop_reason = '')"
            " AND stopped_as IN ('partner', 'operator')",
            name="bank_account_change_stopped",
        ),
    )
    is_open = sa.text("in_force_at IS NULL AND stopped_at IS NULL")
    op.create_index(
        "bank_account_change_one_open", "bank_account_change", ["partner_id"], unique=True, postgresql_where=is_open
    )
    op.create_index("bank_account_change_of", "bank_account_change", ["partner_id", "id"])
    op.create_index("bank_account_change_due", "bank_account_change", ["effective_at"], postgresql_where=is_open)
    for statement in (STAYS, IN_ORDER, IS_NOT_REMOVED):
        op.execute(statement)


STAYS = """
    CREATE FUNCTION bank_account_change_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE later text[] := '{confirmed_by,confirmed_at,effective_at,in_force_at,stopped_by,stopped_as,stopped_at,stop_reason}';
    BEGIN
        IF TG_OP NOT IN ('INSERT', 'UPDATE')
            OR (TG_OP = 'INSERT' AND num_nonnulls(NEW.confirmed_at, NEW.in_force_at, NEW.stopped_at) > 0) THEN
            RAISE EXCEPTION 'a change of a bank account begins as a proposal, and stays' USING ERRCODE = 'check_violation';
        END IF;
        IF TG_OP = 'UPDATE' AND (
            num_nonnulls(OLD.in_force_at, OLD.stopped_at) > 0 OR to_jsonb(OLD) - later <> to_jsonb(NEW) - later
            OR (OLD.confirmed_at IS NOT NULL AND (NEW.confirmed_by, NEW.confirmed_at, NEW.effective_at)
                IS DISTINCT FROM (OLD.confirmed_by, OLD.confirmed_at, OLD.effective_at))
            OR (OLD.confirmed_at IS NULL AND NEW.in_force_at IS NOT NULL)) THEN
            RAISE EXCEPTION 'a change of a bank account is confirmed, and then in force or stopped, each once'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
IN_ORDER = """
    CREATE TRIGGER bank_account_change_in_order BEFORE INSERT OR UPDATE OR DELETE ON bank_account_change
    FOR EACH ROW EXECUTE FUNCTION bank_account_change_stays()
"""
IS_NOT_REMOVED = """
    CREATE TRIGGER bank_account_change_is_not_removed BEFORE TRUNCATE ON bank_account_change
    FOR EACH STATEMENT EXECUTE FUNCTION bank_account_change_stays()
"""
