"""processes_bookings_entitlements

Stop the release before while this runs: what it books afterwards has no row in `booking`.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def upgrade() -> None:
    add(
        "terms",
        sa.Column("definition", sa.String(), server_default="", nullable=False),
        sa.Column("kind", sa.String(), server_default="single-visit", nullable=False),
        sa.Column("visits", sa.Integer(), server_default="1", nullable=False),
        sa.Column("valid_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unused_charged", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("age_from_months", sa.Integer(), server_default="0", nullable=False),
        sa.Column("age_below_months", sa.Integer(), server_default="0", nullable=False),
    )
    add(
        "orders",
        sa.Column("process", sa.String(), server_default="single-visit/1", nullable=False),
        sa.Column("passed_to", sa.Uuid(), nullable=True),
        sa.Column("checkout_id", sa.Uuid(), nullable=True),
        sa.Column("begins_at", MOMENT, nullable=True),
        sa.Column("window_ends_at", MOMENT, nullable=True),
    )
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("order_line_id", sa.Uuid(), sa.ForeignKey("order_line.id"), nullable=False),
        sa.Column("slot_id", sa.Uuid(), sa.ForeignKey("slot.id"), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.CheckConstraint("places BETWEEN 1 AND 100", name="booking_places"),
        sa.CheckConstraint("ends_at > starts_at", name="booking_lasts"),
    )
    op.create_index("ix_booking_order_line_id", "booking", ["order_line_id"])
    active = sa.text("released_at IS NULL")
    op.create_index("booking_once", "booking", ["order_line_id", "slot_id"], unique=True, postgresql_where=active)
    op.create_index("booking_of_beneficiary", "booking", ["beneficiary_id"], postgresql_where=active)
    op.execute(COPY_BOOKINGS)
    op.execute(FIRST_SESSION)
    # GiST knows no equality of UUIDs without an extension; ranges of one UUID each overlap when they are equal.
    op.execute("CREATE TYPE uuidrange AS RANGE (subtype = uuid)")
    op.execute(NO_CLASH)
    op.create_table(
        "entitlement",
        sa.Column("order_line_id", sa.Uuid(), sa.ForeignKey("order_line.id"), primary_key=True),
        sa.Column("code", sa.String(), primary_key=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("visit", sa.Boolean(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("used BETWEEN 0 AND granted", name="entitlement_not_overused"),
    )
    op.drop_constraint("proof_order_line_id_key", "proof", type_="unique")
    add(
        "proof",
        sa.Column("item", sa.String(), server_default="", nullable=False),
        sa.Column("units", sa.Integer(), server_default="1", nullable=False),
        sa.Column("source", sa.String(), server_default="scan", nullable=False),
        sa.Column("statement", sa.String(), nullable=True),
        sa.Column("statement_key", sa.String(), nullable=True),
    )
    op.alter_column("proof", "scan_id", nullable=True)
    op.alter_column("proof", "practitioner_id", nullable=True)
    op.create_check_constraint("proof_source", "proof", "source IN ('scan', 'partner', 'resident')")
    op.create_check_constraint("proof_scan", "proof", "(source = 'scan') = (scan_id IS NOT NULL)")
    op.create_check_constraint("proof_statement", "proof", "(source = 'partner') = (statement IS NOT NULL)")
    op.create_check_constraint("proof_units", "proof", "units BETWEEN 1 AND 366")
    op.create_unique_constraint("proof_statement_key_key", "proof", ["statement_key"])
    op.create_unique_constraint("proof_scan_once", "proof", ["scan_id", "order_line_id", "item"])
    op.create_index("proof_of_line", "proof", ["order_line_id"])
    op.create_index("proof_whole_once", "proof", ["order_line_id"], unique=True, postgresql_where=sa.text("item = ''"))
    op.create_table(
        "usage_record",
        sa.Column("partner_id", sa.Uuid(), primary_key=True),
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.CheckConstraint("units BETWEEN 1 AND 366", name="usage_units"),
        sa.ForeignKeyConstraint(["order_line_id", "item"], ["entitlement.order_line_id", "entitlement.code"]),
    )
    op.create_index("usage_of_line", "usage_record", ["order_line_id"])
    op.create_table(
        "statement_key",
        sa.Column("partner_id", sa.Uuid(), primary_key=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "cart",
        sa.Column("owner_id", sa.Uuid(), primary_key=True),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("order_line_id", sa.Uuid(), sa.ForeignKey("order_line.id"), nullable=False, unique=True),
        sa.Column("offering_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_at", MOMENT, nullable=False),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name="review_rating"),
        sa.CheckConstraint("status IN ('pending', 'published', 'withheld')", name="review_status"),
    )
    op.create_index("ix_review_partner_id", "review", ["partner_id"])
    op.create_index("review_of_offering", "review", ["offering_id", "id"])
    op.create_index("review_undecided", "review", ["id"], postgresql_where=sa.text("status = 'pending'"))
    op.create_table(
        "complaint",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("order_id", sa.Uuid(), sa.ForeignKey("orders.id"), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("answer_by", MOMENT, nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint("status IN ('open', 'answered', 'decided')", name="complaint_status"),
        sa.CheckConstraint("NOT escalated OR answer_by <= escalated_at", name="complaint_escalated_late"),
    )
    op.create_index("complaint_by_partner", "complaint", ["partner_id", "id"])
    op.create_index("complaint_by_resident", "complaint", ["resident_id", "id"])
    unanswered = sa.text("status = 'open' AND NOT escalated")
    op.create_index("complaint_unanswered", "complaint", ["answer_by"], postgresql_where=unanswered)
    op.create_index(
        "complaint_once", "complaint", ["order_id"], unique=True, postgresql_where=sa.text("status <> 'decided'")
    )
    op.create_table(
        "partner_measures",
        sa.Column("partner_id", sa.Uuid(), primary_key=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )


COPY_BOOKINGS = """
    INSERT INTO booking (id, order_line_id, slot_id, beneficiary_id, starts_at, ends_at, places, released_at)
    SELECT uuidv7(), line.id, slot.id, orders.resident_id, slot.starts_at, slot.ends_at, line.quantity,
        CASE WHEN orders.status IN ('refused', 'cancelled', 'expired') THEN orders.changed_at END
    FROM order_line AS line JOIN orders ON orders.id = line.order_id JOIN slot ON slot.id = line.slot_id
"""
FIRST_SESSION = """
    UPDATE orders SET begins_at = first.starts_at FROM (
        SELECT line.order_id, min(booking.starts_at) AS starts_at
        FROM booking JOIN order_line AS line ON line.id = booking.order_line_id GROUP BY line.order_id
    ) AS first WHERE first.order_id = orders.id
"""
NO_CLASH = """
    ALTER TABLE booking ADD CONSTRAINT booking_no_clash EXCLUDE USING gist (
        uuidrange(beneficiary_id, beneficiary_id, '[]') WITH &&, tstzrange(starts_at, ends_at) WITH &&
    ) WHERE (released_at IS NULL)
"""
