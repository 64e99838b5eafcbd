"""Whose account holds a booked place, so that one account does not hold too many of a time, whoever they are for."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("booking", sa.Column("held_by", sa.Uuid(), nullable=True))
    for statement in (FILL, FILLED, FILL_OLD):
        op.execute(statement)
    op.alter_column("booking", "held_by", nullable=False)
    standing = sa.text("released_at IS NULL")
    op.create_index("booking_held_by", "booking", ["held_by", "starts_at"], postgresql_where=standing)


# The release before does not say it.
FILL = """
    CREATE FUNCTION keep_booking_account() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.held_by := (
            SELECT orders.placed_by FROM order_line AS line JOIN orders ON orders.id = line.order_id
            WHERE line.id = NEW.order_line_id
        );
        RETURN NEW;
    END $$
"""
FILLED = """
    CREATE TRIGGER keep_booking_account BEFORE INSERT ON booking FOR EACH ROW
    WHEN (NEW.held_by IS NULL) EXECUTE FUNCTION keep_booking_account()
"""
FILL_OLD = """
    UPDATE booking SET held_by = orders.placed_by FROM order_line AS line, orders
    WHERE line.id = booking.order_line_id AND orders.id = line.order_id
"""
