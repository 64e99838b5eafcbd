"""Who booked a session, and when its resident agreed to it; what a partner took back of a line.

Sessions that stand when this runs were made under the rules before, which asked for no agreement: they are agreed to.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booking", sa.Column("booked_by", sa.String(), server_default="resident", nullable=False))
    # The release before says neither: what it books is booked as before.
    agreed = sa.Column("agreed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=True)
    op.add_column("booking", agreed)
    op.create_check_constraint("booking_booked_by", "booking", "booked_by IN ('resident', 'partner')")
    op.create_check_constraint("booking_agreed", "booking", "agreed_at IS NOT NULL OR booked_by = 'partner'")
    op.add_column("order_line", sa.Column("sessions_lost", sa.Integer(), server_default="0", nullable=False))
    op.create_check_constraint("line_sessions_lost", "order_line", "sessions_lost >= 0")
    for statement in (ONLY_AGREED, WITHOUT_THE_OLD, RENAMED, STAYS_AGREED, AGREED_STAYS):
        op.execute(statement)


# What a partner booked keeps its resident from no other booking until they agree to it.
ONLY_AGREED = """
    ALTER TABLE booking ADD CONSTRAINT booking_no_clash_agreed EXCLUDE USING gist (
        uuidrange(beneficiary_id, beneficiary_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (released_at IS NULL AND agreed_at IS NOT NULL)
"""
WITHOUT_THE_OLD = "ALTER TABLE booking DROP CONSTRAINT booking_no_clash"
RENAMED = "ALTER TABLE booking RENAME CONSTRAINT booking_no_clash_agreed TO booking_no_clash"
# A session is agreed to at its time, or not at all: who moves it makes another.
STAYS_AGREED = """
    CREATE FUNCTION session_stays_as_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'a session stays at its time, and agreed to once it was' USING ERRCODE = 'check_violation';
    END $$
"""
AGREED_STAYS = """
    CREATE TRIGGER session_stays_as_agreed BEFORE UPDATE ON booking FOR EACH ROW WHEN (
        NEW.starts_at <> OLD.starts_at OR NEW.ends_at <> OLD.ends_at OR NEW.booked_by <> OLD.booked_by
        OR (OLD.agreed_at IS NOT NULL AND NEW.agreed_at IS DISTINCT FROM OLD.agreed_at)
    ) EXECUTE FUNCTION session_stays_as_agreed()
"""
