"""When an order was confirmed: its partner sees it from then on."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    for statement in (KNOWN, FOLLOWS, FOLLOWS_STATUS):
        op.execute(statement)


KNOWN = """
    UPDATE orders SET confirmed_at = history.changed_at FROM order_history AS history
    WHERE history.order_id = orders.id AND history.status = 'confirmed'
"""
# The release before this one confirms without saying when.
FOLLOWS = """
    CREATE FUNCTION order_was_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.confirmed_at := COALESCE(NEW.confirmed_at, NEW.changed_at);
        RETURN NEW;
    END $$
"""
FOLLOWS_STATUS = """
    CREATE TRIGGER order_was_confirmed BEFORE INSERT OR UPDATE OF status ON orders
    FOR EACH ROW WHEN (NEW.status = 'confirmed') EXECUTE FUNCTION order_was_confirmed()
"""
