"""nobody is paid who may not be paid at that moment, whatever else is asked"""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(REFUSES)
    op.execute(TO_WHO_MAY)


# The row is locked: a freeze that comes meanwhile waits for the payout, and none comes after it.
REFUSES = """
    CREATE FUNCTION payout_to_who_may_be_paid() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM FROM payee WHERE partner_id = NEW.partner_id AND may_be_paid FOR SHARE;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a partner that may not be paid is not paid' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
TO_WHO_MAY = """
    CREATE TRIGGER payout_to_who_may_be_paid BEFORE INSERT ON payout
    FOR EACH ROW EXECUTE FUNCTION payout_to_who_may_be_paid()
"""
