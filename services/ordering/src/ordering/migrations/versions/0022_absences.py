"""That a partner says its resident did not come, and what that costs."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("order_id", sa.Uuid(), sa.ForeignKey("orders.id"), primary_key=True),
        sa.Column("booking_id", sa.Uuid(), sa.ForeignKey("booking.id"), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), sa.ForeignKey("order_line.id"), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("stated_at", MOMENT, nullable=False),
        sa.Column("stated_by", sa.String(), nullable=False),
        sa.Column("fee_minor", sa.BigInteger(), nullable=False),
        sa.Column("struck_at", MOMENT, nullable=True),
        sa.CheckConstraint("stated_at >= starts_at", name="absence_after_start"),
        sa.CheckConstraint("fee_minor >= 0", name="absence_fee"),
    )
    for statement in (AGREED, AGREED_ONLY):
        op.execute(statement)


# Nobody stays away from what they did not agree to, and what was given was not stayed away from.
AGREED = """
    CREATE FUNCTION absence_is_of_an_agreed_session() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM booking WHERE booking.id = NEW.booking_id AND booking.order_line_id = NEW.order_line_id
                AND booking.starts_at = NEW.starts_at AND booking.agreed_at IS NOT NULL
                AND booking.released_at IS NULL
        ) OR EXISTS (SELECT FROM proof WHERE proof.order_line_id = NEW.order_line_id AND proof.struck_at IS NULL) THEN
            RAISE EXCEPTION 'an absence is from a session that was agreed to and not given'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
AGREED_ONLY = """
    CREATE TRIGGER absence_of_an_agreed_session BEFORE INSERT ON absence FOR EACH ROW
    EXECUTE FUNCTION absence_is_of_an_agreed_session()
"""
