"""Where partners stand. Until partners tells, those that have published are taken to be in good standing."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standing",
        sa.Column("partner_id", sa.Uuid(), primary_key=True),
        sa.Column("sells", sa.Boolean(), nullable=False),
        sa.Column("certified_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )
    op.create_index("standing_assumed", "standing", ["partner_id"], postgresql_where=sa.text("version = 0"))
    unaccepted = sa.text("status IN ('placed', 'confirmed')")
    op.create_index("orders_unaccepted", "orders", ["partner_id"], postgresql_where=unaccepted)
    for statement in (KNOWN, STANDS, ACCEPTED_IN_GOOD_STANDING):
        op.execute(statement)


KNOWN = "INSERT INTO standing (partner_id, sells, version) SELECT DISTINCT partner_id, true, 0 FROM terms"
# A lapse is by the clock of who asks; that a partner is suspended is a fact.
STANDS = """
    CREATE FUNCTION partner_is_in_good_standing() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM standing WHERE standing.partner_id = NEW.partner_id AND NOT standing.sells) THEN
            RAISE EXCEPTION 'a partner that is suspended accepts no orders' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ACCEPTED_IN_GOOD_STANDING = """
    CREATE TRIGGER accepted_in_good_standing BEFORE UPDATE OF status ON orders FOR EACH ROW
    WHEN (NEW.status IN ('confirmed', 'accepted') AND OLD.status <> NEW.status)
    EXECUTE FUNCTION partner_is_in_good_standing()
"""
