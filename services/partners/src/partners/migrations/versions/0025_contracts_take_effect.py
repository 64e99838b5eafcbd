"""A version of a contract takes effect at its date, never before both agreed to it; what was agreed stays."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contract", sa.Column("effective_on", sa.Date(), nullable=True))
    op.add_column("contract", sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE contract SET effective_at = signed_at")
    for statement in (STAYS, CONTRACT_STAYS, GONE):
        op.execute(statement)
    op.create_check_constraint(
        "contract_never_backdated",
        "contract",
        "(signed_at IS NULL) = (effective_at IS NULL) AND effective_at >= signed_at",
    )


# The release before this one signs without a moment of effect: that is then the signature's.
STAYS = """
    CREATE FUNCTION contract_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.id, NEW.partner_id, NEW.number, NEW.split_plan, NEW.offered_at)
            IS DISTINCT FROM (OLD.id, OLD.partner_id, OLD.number, OLD.split_plan, OLD.offered_at)
            OR (NEW.offered_by, NEW.effective_on) IS DISTINCT FROM (OLD.offered_by, OLD.effective_on) THEN
            RAISE EXCEPTION 'what was offered stays as it was' USING ERRCODE = 'check_violation';
        END IF;
        IF OLD.signed_at IS NOT NULL THEN
            RAISE EXCEPTION 'a contract that was signed stays as it is' USING ERRCODE = 'check_violation';
        END IF;
        IF EXISTS (SELECT FROM contract WHERE partner_id = NEW.partner_id AND number > NEW.number) THEN
            RAISE EXCEPTION 'another contract was offered since' USING ERRCODE = 'check_violation';
        END IF;
        NEW.effective_at = coalesce(NEW.effective_at, NEW.signed_at);
        RETURN NEW;
    END $$
"""
CONTRACT_STAYS = """
    CREATE TRIGGER contract_stays BEFORE UPDATE ON contract FOR EACH ROW EXECUTE FUNCTION contract_stays()
"""
GONE = """
    CREATE TRIGGER contract_is_kept BEFORE DELETE OR TRUNCATE ON contract
    FOR EACH STATEMENT EXECUTE FUNCTION partner_step_stays()
"""
