"""messages_to_people"""

import sqlalchemy as sa
from alembic import op
from chassis.migrations import create_signing_key_table

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("status = 'waiting'")
CHANNELS = "'email', 'sms', 'push'"
MOVES = "waiting>sent waiting>failed waiting>withheld waiting>cancelled"


def upgrade() -> None:
    create_signing_key_table(op)
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("audience_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("sealed_to", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.CheckConstraint("audience IN ('resident', 'partner', 'operators', 'address')", name="notice_audience"),
        sa.CheckConstraint(
            "(audience IN ('resident', 'partner')) = (audience_id IS NOT NULL)", name="notice_of_somebody"
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("notice_waiting", "notice", ["next_at"], postgresql_where=sa.text("done_at IS NULL"))
    op.create_index("notice_topic", "notice", ["topic"], postgresql_where=sa.text("done_at IS NULL AND topic <> ''"))
    op.create_index("notice_done", "notice", ["done_at"], postgresql_where=sa.text("done_at IS NOT NULL"))
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("notice_id", "person_id"),
    )
    op.create_index("message_of_person", "message", ["person_id", "id"])
    op.create_index("message_unread", "message", ["person_id", "id"], postgresql_where=sa.text("read_at IS NULL"))
    op.create_index("message_by_time", "message", ["created_at"])
    op.create_table(
        "message_delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("carried", sa.Boolean(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("scheduled_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("claim", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("sealed_to", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name="message_delivery_channel"),
        sa.CheckConstraint(
            "status IN ('waiting', 'sent', 'failed', 'withheld', 'cancelled')", name="message_delivery_status"
        ),
        sa.CheckConstraint("(status = 'waiting') = (finished_at IS NULL)", name="message_delivery_finished_at"),
        sa.CheckConstraint(
            "status = 'waiting' OR (sealed_to IS NULL AND sealed_text IS NULL)", name="message_unsealed"
        ),
        sa.CheckConstraint("carried = (message_id IS NULL)", name="message_delivery_text"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("message_delivery_due", "message_delivery", ["channel", "next_at"], postgresql_where=WAITING)
    op.create_index("message_delivery_together", "message_delivery", ["person_id", "kind", "channel", "scheduled_at"])
    op.create_index(
        "message_delivery_topic",
        "message_delivery",
        ["topic"],
        postgresql_where=sa.text("status = 'waiting' AND topic <> ''"),
    )
    op.create_index("message_delivery_of", "message_delivery", ["message_id"])
    op.create_index("message_delivery_finished", "message_delivery", ["finished_at"])
    op.create_index("message_delivery_created", "message_delivery", ["created_at"])
    op.create_table(
        "reminded_session",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("remind_at", MOMENT, nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("booking_id"),
    )
    op.create_index(
        "session_to_remind",
        "reminded_session",
        ["remind_at"],
        postgresql_where=sa.text("reminded_at IS NULL AND NOT ended AND agreed"),
    )
    op.create_index("session_of_order", "reminded_session", ["order_id"])
    op.create_index("session_heard", "reminded_session", ["heard_at"])
    op.create_table(
        "reminded_order",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("order_id"),
    )
    op.create_index("order_heard", "reminded_order", ["heard_at"])
    op.create_table(
        "message_settings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439", name="quiet_hours"),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "message_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name="message_choice_channel"),
        sa.PrimaryKeyConstraint("person_id", "kind", "channel"),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "endpoint_sha256"),
    )
    op.create_table(
        "dead_address",
        sa.Column("address_mac", sa.LargeBinary(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("address_mac"),
    )
    op.create_index(op.f("ix_dead_address_since"), "dead_address", ["since"])
    op.create_table(
        "channel_rest",
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.CheckConstraint(f"channel IN ({CHANNELS})", name="channel_rest_channel"),
        sa.PrimaryKeyConstraint("channel"),
    )
    op.execute(
        "CREATE TRIGGER message_delivery_moves BEFORE UPDATE ON message_delivery FOR EACH ROW"
        " WHEN (OLD.status <> NEW.status"
        f" AND (OLD.status || '>' || NEW.status) <> ALL ('{{{','.join(MOVES.split())}}}'::text[]))"
        " EXECUTE FUNCTION refuse_move()"
    )
