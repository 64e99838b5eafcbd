"""first_tables"""

import sqlalchemy as sa
from alembic import op
from chassis.migrations import create_messaging_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_messaging_tables(op)
    op.create_table(
        "offering",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("on_sale", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("money_in", sa.Boolean(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=False),
        sa.Column("request_sha256", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(deadline IS NOT NULL) = (status IN ('placed', 'confirmed', 'accepted', 'fulfilling'))",
            name="orders_waiting_have_a_deadline",
        ),
        sa.CheckConstraint(
            "status IN ('placed', 'confirmed', 'accepted', 'fulfilling', 'fulfilled', 'closed', 'refused', 'cancelled', 'expired')",
            name="orders_status",
        ),
        sa.CheckConstraint("total_minor >= 0", name="orders_total"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("placed_by", "idempotency_key", name="orders_placed_once"),
    )
    op.create_index("orders_by_partner", "orders", ["partner_id", "id"], unique=False)
    op.create_index("orders_by_resident", "orders", ["resident_id", "id"], unique=False)
    op.create_index(
        "orders_overdue", "orders", ["deadline"], unique=False, postgresql_where=sa.text("deadline IS NOT NULL")
    )
    op.create_table(
        "slot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint("held BETWEEN 0 AND capacity", name="slot_never_oversold"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("slot_coming", "slot", ["offering_id", "starts_at"], unique=False)
    op.create_table(
        "terms",
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("booking_required", sa.Boolean(), nullable=False),
        sa.Column("consent_needed", sa.Boolean(), nullable=False),
        sa.Column("offering", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("offering_id", "revision"),
    )
    op.create_table(
        "order_history",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("order_id", "version"),
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("offering_revision", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Uuid(), nullable=True),
        sa.Column("consented", sa.Boolean(), nullable=False),
        sa.CheckConstraint("quantity BETWEEN 1 AND 100", name="line_quantity"),
        sa.ForeignKeyConstraint(
            ["offering_id", "offering_revision"],
            ["terms.offering_id", "terms.revision"],
        ),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.ForeignKeyConstraint(
            ["slot_id"],
            ["slot.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("order_line_of", "order_line", ["order_id", "place"], unique=False)
    op.create_table(
        "scan_used",
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"],
            ["orders.id"],
        ),
        sa.PrimaryKeyConstraint("scan_id"),
    )
    op.create_table(
        "proof",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("scan_id", sa.Uuid(), nullable=False),
        sa.Column("practitioner_id", sa.Uuid(), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_line_id"],
            ["order_line.id"],
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"],
            ["scan_used.scan_id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_line_id"),
    )
    op.execute(HISTORY)
    op.execute(KEEP_HISTORY)


# Every status an order has had, whoever changed it and however.
HISTORY = """
    CREATE FUNCTION keep_order_history() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        IF TG_OP = 'INSERT' OR OLD.status <> NEW.status THEN
            INSERT INTO order_history (order_id, version, status, changed_by, changed_at)
            VALUES (NEW.id, NEW.version, NEW.status, NEW.changed_by, NEW.changed_at);
        END IF;
        RETURN NULL;
    END $$
"""
KEEP_HISTORY = """
    CREATE TRIGGER keep_history AFTER INSERT OR UPDATE OF status ON orders
    FOR EACH ROW EXECUTE FUNCTION keep_order_history()
"""
