"""Where a slot is, who serves in it, and whose it is: a desk lists a day by these."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    texts, ids = postgresql.ARRAY(sa.TEXT()), postgresql.ARRAY(sa.Uuid())
    op.add_column("slot", sa.Column("partner_id", sa.Uuid(), nullable=True))
    op.add_column("slot", sa.Column("site_id", sa.Uuid(), nullable=True))
    op.add_column("slot", sa.Column("calendars", texts, nullable=False, server_default="{}"))
    op.add_column("slot", sa.Column("practitioner_ids", ids, nullable=False, server_default="{}"))
    for statement in (FILL, FILLED, FILL_OLD):
        op.execute(statement)
    op.create_index("slot_of_day", "slot", ["partner_id", "starts_at"])
    standing = sa.text("released_at IS NULL")
    op.create_index("booking_in_slot", "booking", ["slot_id"], postgresql_where=standing)


# The release before does not say it.
FILL = """
    CREATE FUNCTION keep_slot_partner() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.partner_id := (SELECT terms.partner_id FROM terms WHERE terms.offering_id = NEW.offering_id LIMIT 1);
        RETURN NEW;
    END $$
"""
FILLED = """
    CREATE TRIGGER keep_slot_partner BEFORE INSERT ON slot FOR EACH ROW
    WHEN (NEW.partner_id IS NULL) EXECUTE FUNCTION keep_slot_partner()
"""
FILL_OLD = """
    UPDATE slot SET partner_id = terms.partner_id FROM terms
    WHERE terms.offering_id = slot.offering_id
"""
