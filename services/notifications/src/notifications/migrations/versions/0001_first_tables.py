"""first_tables"""

import sqlalchemy as sa
from alembic import op
from chassis.migrations import create_messaging_tables
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    create_messaging_tables(op)
    op.execute("CREATE SEQUENCE webhook_event_position")
    op.create_table(
        "partner_standing",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("may_follow", sa.Boolean(), nullable=False),
        sa.Column("certified_until", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id"),
    )
    op.create_table(
        "webhook_endpoint",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("event_types", postgresql.ARRAY(sa.TEXT()), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("disabled_reason", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("broken_until", MOMENT, nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("status IN ('active', 'paused', 'disabled', 'ended')", name="endpoint_status"),
        sa.CheckConstraint("signature IN ('hmac', 'ed25519')", name="endpoint_signature"),
        sa.CheckConstraint("failures >= 0", name="endpoint_failures"),
        sa.CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="endpoint_ended_at"),
        sa.CheckConstraint("(status = 'disabled') = (disabled_reason <> '')", name="endpoint_disabled_why"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("endpoint_of_partner", "webhook_endpoint", ["partner_id", "id"])
    op.create_table(
        "webhook_secret",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.CheckConstraint("place IN ('current', 'previous')", name="secret_place"),
        sa.CheckConstraint("(place = 'current') = (until IS NULL)", name="secret_until"),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoint.id"]),
        sa.PrimaryKeyConstraint("endpoint_id", "place"),
    )
    op.create_table(
        "webhook_subject",
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partner_id", "subject"),
    )
    op.create_table(
        "webhook_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("data", sa.String(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("about_partner", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(sequence IS NULL) = (position IS NULL)", name="event_placed"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("partner_id", "subject", "sequence"),
    )
    op.create_index("event_of_partner", "webhook_event", ["partner_id", "position"])
    op.create_index(
        "event_held", "webhook_event", ["partner_id", "subject"], postgresql_where=sa.text("sequence IS NULL")
    )
    op.create_index(
        "event_of_consent", "webhook_event", ["consent_id"], postgresql_where=sa.text("consent_id IS NOT NULL")
    )
    op.create_index("event_by_time", "webhook_event", ["recorded_at"])
    op.create_table(
        "webhook_consent_end",
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("consent_id"),
    )
    op.create_index(op.f("ix_webhook_consent_end_ended_at"), "webhook_consent_end", ["ended_at"])
    op.create_table(
        "webhook_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("about_partner", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("deadline", MOMENT, nullable=False),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("replay", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'delivered', 'failed', 'withheld', 'cancelled')", name="delivery_status"
        ),
        sa.CheckConstraint("(status = 'waiting') = (finished_at IS NULL)", name="delivery_finished_at"),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoint.id"]),
        sa.ForeignKeyConstraint(["event_id"], ["webhook_event.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("delivery_due", "webhook_delivery", ["endpoint_id", "next_at"], postgresql_where=WAITING)
    op.create_index(
        "delivery_in_order", "webhook_delivery", ["endpoint_id", "subject", "sequence", "id"], postgresql_where=WAITING
    )
    op.create_index("delivery_deadline", "webhook_delivery", ["deadline"], postgresql_where=WAITING)
    op.create_index("delivery_of_partner", "webhook_delivery", ["partner_id", "id"])
    op.create_index("delivery_of_event", "webhook_delivery", ["event_id"])
    op.create_index("delivery_finished", "webhook_delivery", ["finished_at"])
    op.create_table(
        "webhook_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("attempt_of_delivery", "webhook_attempt", ["delivery_id", "id"])
    op.create_index("attempt_by_time", "webhook_attempt", ["at"])
    op.execute(REFUSE_MOVE)
    for table, name, moves in (
        ("webhook_endpoint", "endpoint", ENDPOINT_MOVES),
        ("webhook_delivery", "delivery", DELIVERY_MOVES),
    ):
        # Looked at in the trigger's condition: a move that is allowed calls no function.
        op.execute(
            f"CREATE TRIGGER {name}_moves BEFORE UPDATE ON {table} FOR EACH ROW"
            f" WHEN (OLD.status <> NEW.status"
            f" AND (OLD.status || '>' || NEW.status) <> ALL ('{{{','.join(moves.split())}}}'::text[]))"
            " EXECUTE FUNCTION refuse_move()"
        )


ENDPOINT_MOVES = """
    active>paused active>disabled active>ended paused>active paused>ended disabled>active disabled>ended
"""
DELIVERY_MOVES = "waiting>delivered waiting>failed waiting>withheld waiting>cancelled"
REFUSE_MOVE = """
    CREATE FUNCTION refuse_move() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'this does not follow from where it stands' USING ERRCODE = 'check_violation';
    END $$
"""
