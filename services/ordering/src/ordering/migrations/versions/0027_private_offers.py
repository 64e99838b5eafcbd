"""Offerings that a partner offers to one buyer, at another price."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATUSES = "'open', 'taken', 'used', 'withdrawn', 'lapsed'"
ENDS = "'withdrawn', 'day_over', 'offering_changed', 'standing'"


def upgrade() -> None:
    op.create_table(
        "private_offer",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("offering_revision", sa.Integer(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("code_sha256", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=True),
        sa.Column("scan_id", sa.Uuid(), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("order_id", sa.Uuid(), sa.ForeignKey("orders.id"), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["offering_id", "offering_revision"], ["terms.offering_id", "terms.revision"]),
        sa.CheckConstraint(f"status IN ({STATUSES})", name="private_offer_status"),
        sa.CheckConstraint(f"ended_because IN ({ENDS})", name="private_offer_ended_because"),
        sa.CheckConstraint("price_minor >= 0", name="private_offer_price"),
        sa.CheckConstraint("until > made_at", name="private_offer_until"),
        sa.CheckConstraint("num_nonnulls(code_sha256, scan_id) = 1", name="private_offer_by_code_or_scan"),
        sa.CheckConstraint("(buyer_id IS NULL) = (taken_at IS NULL)", name="private_offer_buyer"),
        sa.CheckConstraint("status <> 'open' OR buyer_id IS NULL", name="private_offer_open"),
        sa.CheckConstraint("status NOT IN ('taken', 'used') OR buyer_id IS NOT NULL", name="private_offer_taken"),
        sa.CheckConstraint("(status = 'used') = (order_id IS NOT NULL)", name="private_offer_used"),
        sa.CheckConstraint(
            "(status IN ('withdrawn', 'lapsed')) = (ended_because IS NOT NULL)", name="private_offer_ended"
        ),
        sa.CheckConstraint("(status IN ('open', 'taken')) = (ended_at IS NULL)", name="private_offer_ended_at"),
        sa.UniqueConstraint("code_sha256", name="private_offer_code"),
        sa.UniqueConstraint("scan_id", name="private_offer_one_a_scan"),
        sa.UniqueConstraint(
            "id", "offering_id", "offering_revision", "price_minor", name="private_offer_as_it_is_ordered"
        ),
    )
    op.create_index("private_offer_of_partner", "private_offer", ["partner_id", "id"])
    op.create_index("private_offer_of_buyer", "private_offer", ["buyer_id", "id"])
    op.create_index(
        "private_offer_standing", "private_offer", ["partner_id", "offering_id"],
        postgresql_where=sa.text("status IN ('open', 'taken')"),
    )  # fmt: skip
    op.add_column("order_line", sa.Column("private_offer_id", sa.Uuid(), nullable=True))
    op.add_column("order_line", sa.Column("private_price_minor", sa.BigInteger(), nullable=True))
    op.create_unique_constraint("line_one_a_private_offer", "order_line", ["private_offer_id"])
    op.create_check_constraint(
        "line_of_a_private_offer",
        "order_line",
        "num_nonnulls(private_offer_id, private_price_minor) IN (0, 2) AND (private_offer_id IS NULL OR quantity = 1)",
    )
    # At its price, and of what it offers: a line says of its offer what the offer says of itself.
    op.create_foreign_key(
        "line_as_it_was_offered",
        "order_line",
        "private_offer",
        ["private_offer_id", "offering_id", "offering_revision", "private_price_minor"],
        ["id", "offering_id", "offering_revision", "price_minor"],
    )
    for statement in (MOVES, ON_UPDATE, LINE_STAYS, ON_LINE_UPDATE):
        op.execute(statement)


# What was offered stays what was offered; who took it stays its buyer; and it is used for an order of its buyer's.
MOVES = """
    CREATE FUNCTION private_offer_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.partner_id, OLD.offering_id, OLD.offering_revision, OLD.price_minor, OLD.currency, OLD.until,
                OLD.code_sha256, OLD.scan_id, OLD.made_by, OLD.made_at)
            IS DISTINCT FROM (NEW.partner_id, NEW.offering_id, NEW.offering_revision, NEW.price_minor, NEW.currency,
                NEW.until, NEW.code_sha256, NEW.scan_id, NEW.made_by, NEW.made_at)
            OR OLD.buyer_id IS NOT NULL AND (OLD.buyer_id, OLD.taken_by, OLD.taken_at)
                IS DISTINCT FROM (NEW.buyer_id, NEW.taken_by, NEW.taken_at)
        THEN
            RAISE EXCEPTION 'a private offer and its buyer stay what they are' USING ERRCODE = 'check_violation';
        END IF;
        IF (OLD.status || '>' || NEW.status) <> ALL (
            '{open>taken,open>withdrawn,open>lapsed,taken>used,taken>withdrawn,taken>lapsed}'::text[]
        ) THEN
            RAISE EXCEPTION 'a private offer cannot become this from what it is' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.status = 'used' AND NOT EXISTS (
            SELECT FROM orders JOIN order_line ON order_line.order_id = orders.id
            WHERE orders.id = NEW.order_id AND orders.resident_id = NEW.buyer_id
                AND order_line.private_offer_id = NEW.id
        ) THEN
            RAISE EXCEPTION 'a private offer is used for an order of its buyer' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""
ON_UPDATE = """
    CREATE TRIGGER private_offer_moves BEFORE UPDATE ON private_offer FOR EACH ROW
    EXECUTE FUNCTION private_offer_moves()
"""
LINE_STAYS = """
    CREATE FUNCTION line_price_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the price that a line was ordered at stays' USING ERRCODE = 'check_violation';
    END $$
"""
ON_LINE_UPDATE = """
    CREATE TRIGGER line_price_stays BEFORE UPDATE OF private_offer_id, private_price_minor ON order_line FOR EACH ROW
    WHEN ((OLD.private_offer_id, OLD.private_price_minor)
        IS DISTINCT FROM (NEW.private_offer_id, NEW.private_price_minor))
    EXECUTE FUNCTION line_price_stays()
"""
