"""payouts by file: rail and schedule of a partner, files for the bank"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("payouts", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("exported_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="file_hash"),
        sa.CheckConstraint("payouts > 0 AND total_minor > 0", name="file_pays_something"),
        sa.CheckConstraint("(exported_at IS NULL) = (exported_by IS NULL)", name="file_exported_by_somebody"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.add_column("payout", sa.Column("rail", sa.String(), server_default="provider", nullable=False))
    op.add_column("payout", sa.Column("bank_file_id", sa.Uuid(), sa.ForeignKey("bank_file.id"), nullable=True))
    op.add_column("payout", sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_payout_bank_file_id"), "payout", ["bank_file_id"], unique=False)
    op.create_check_constraint("payout_rail", "payout", "rail IN ('provider', 'bank')")
    op.create_check_constraint("payout_by_file", "payout", "(rail = 'bank') = (bank_file_id IS NOT NULL)")
    op.add_column("payout_terms", sa.Column("rail", sa.String(), server_default="provider", nullable=False))
    op.add_column("payout_terms", sa.Column("schedule", sa.String(), server_default="daily", nullable=False))
    op.add_column("payout_terms", sa.Column("schedule_day", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint("terms_rail", "payout_terms", "rail IN ('provider', 'bank')")
    op.create_check_constraint(
        "terms_schedule",
        "payout_terms",
        "(schedule = 'daily' AND schedule_day = 0) OR (schedule = 'weekly' AND schedule_day BETWEEN 1 AND 7)"
        " OR (schedule = 'monthly' AND schedule_day BETWEEN 1 AND 28)",
    )
    op.add_column("payout_run", sa.Column("partner_id", sa.Uuid(), nullable=True))
    for statement in (FILE_STAYS, FILES_STAY, FILES_ARE_KEPT, PAYOUT_STEPS, PAYOUTS_STEP):
        op.execute(statement)


# What was made for the bank is what is exported, for ever; that it was exported is written once.
FILE_STAYS = """
    CREATE FUNCTION bank_file_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' OR OLD.exported_at IS NOT NULL
            OR (OLD.id, OLD.currency, OLD.payouts, OLD.total_minor, OLD.sha256, OLD.content, OLD.made_at)
                IS DISTINCT FROM
               (NEW.id, NEW.currency, NEW.payouts, NEW.total_minor, NEW.sha256, NEW.content, NEW.made_at)
        THEN
            RAISE EXCEPTION 'a file for the bank stays as it was made' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
FILES_STAY = """
    CREATE TRIGGER bank_file_stays BEFORE UPDATE OR DELETE ON bank_file
    FOR EACH ROW EXECUTE FUNCTION bank_file_stays()
"""
FILES_ARE_KEPT = """
    CREATE TRIGGER bank_files_are_kept BEFORE TRUNCATE ON bank_file
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_grows()
"""
# A payout moves one way, and what it pays to whom by which rail does not change on the way.
PAYOUT_STEPS = """
    CREATE FUNCTION payout_moves_one_way() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.partner_id, OLD.amount_minor, OLD.currency, OLD.rail, OLD.bank_file_id)
            IS DISTINCT FROM (NEW.partner_id, NEW.amount_minor, NEW.currency, NEW.rail, NEW.bank_file_id)
        THEN
            RAISE EXCEPTION 'payout % does not change', OLD.id USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.status <> OLD.status AND NOT (
            OLD.status = 'claimed' OR NEW.status = 'returned' OR (OLD.status = 'submitted' AND NEW.status = 'paid')
        ) THEN
            RAISE EXCEPTION 'payout % is % and cannot become %', OLD.id, OLD.status, NEW.status
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
PAYOUTS_STEP = """
    CREATE TRIGGER payout_moves_one_way BEFORE UPDATE ON payout
    FOR EACH ROW EXECUTE FUNCTION payout_moves_one_way()
"""
