"""Orders that a desk places for the resident who stands there, and their resident's word for them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("desk_by", sa.Uuid(), nullable=True),
        sa.Column("desk_scan_id", sa.Uuid(), nullable=True),
        sa.Column("desk_practitioner_id", sa.Uuid(), nullable=True),
        sa.Column("desk_printed", sa.Boolean(), nullable=True),
        sa.Column("desk_agreed_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("orders", column)
    op.create_unique_constraint("orders_one_a_scan", "orders", ["desk_scan_id"])
    op.create_check_constraint(
        "orders_of_a_desk",
        "orders",
        "num_nonnulls(desk_by, desk_scan_id, desk_practitioner_id, desk_printed) IN (0, 4)",
    )
    op.create_check_constraint(
        "orders_of_a_desk_are_agreed_to",
        "orders",
        "desk_by IS NULL OR desk_agreed_at IS NOT NULL OR status NOT IN ('confirmed', 'accepted', 'fulfilling', "
        "'fulfilled', 'closed')",
    )
    op.create_check_constraint(
        "orders_agreed", "orders", "desk_agreed_at IS NULL OR desk_by IS NOT NULL AND desk_agreed_at >= placed_at"
    )
    for statement in (STAYS, ON_UPDATE):
        op.execute(statement)


# Who placed it stays who placed it, and a word is given once.
STAYS = """
    CREATE FUNCTION desk_order_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'who placed an order at a desk stays, and its resident agrees once'
            USING ERRCODE = 'check_violation';
    END $$
"""
ON_UPDATE = """
    CREATE TRIGGER desk_order_stays BEFORE UPDATE OF desk_by, desk_scan_id, desk_practitioner_id, desk_printed, desk_agreed_at
    ON orders FOR EACH ROW WHEN (
        (OLD.desk_by, OLD.desk_scan_id, OLD.desk_practitioner_id, OLD.desk_printed)
            IS DISTINCT FROM (NEW.desk_by, NEW.desk_scan_id, NEW.desk_practitioner_id, NEW.desk_printed)
        OR OLD.desk_agreed_at IS NOT NULL AND OLD.desk_agreed_at IS DISTINCT FROM NEW.desk_agreed_at
    ) EXECUTE FUNCTION desk_order_stays()
"""
