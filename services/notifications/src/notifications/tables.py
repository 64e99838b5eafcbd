"""Notifications' tables. An endpoint and a delivery move as their rules say: triggers see to it."""

from datetime import datetime
from uuid import UUID

from chassis.rows import Row
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import registry
from sqlmodel import Field

ENDPOINT_STATUSES = "'active', 'paused', 'disabled', 'ended'"
DELIVERY_STATUSES = "'waiting', 'delivered', 'failed', 'withheld', 'cancelled'"
RUN_STATUSES = "'playing', 'passed', 'failed', 'expired'"
CHECK_STATUSES = "'waiting', 'playing', 'passed', 'failed'"
WAITING = text("status = 'waiting'")
MESSAGE_STATUSES = "'waiting', 'sent', 'failed', 'withheld', 'cancelled'"
CHANNELS = "'email', 'sms', 'push'"
PLAYING = text("status = 'playing'")


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class StandingRow(Base, table=True):
    """A copy of how a partner stands, kept from partners' events."""

    __tablename__ = "partner_standing"

    partner_id: UUID = Field(primary_key=True)
    may_follow: bool
    certified_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)


class EndpointRow(Base, table=True):
    """Where events of a partner are sent, and which."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        CheckConstraint(f"status IN ({ENDPOINT_STATUSES})", name="endpoint_status"),
        CheckConstraint("signature IN ('hmac', 'ed25519')", name="endpoint_signature"),
        CheckConstraint("failures >= 0", name="endpoint_failures"),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="endpoint_ended_at"),
        CheckConstraint("(status = 'disabled') = (disabled_reason <> '')", name="endpoint_disabled_why"),
        Index("endpoint_of_partner", "partner_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    url: str
    event_types: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    description: str
    status: str
    signature: str
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    created_by: UUID
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    disabled_reason: str = ""
    failures: int = 0  # in a row
    failing_since: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    broken_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = Field(default=1, sa_type=BigInteger)


class SecretRow(Base, table=True):
    """What signs for an endpoint, enciphered: one secret, and the one before it for a while. There is no third."""

    __tablename__ = "webhook_secret"
    __table_args__ = (
        CheckConstraint("place IN ('current', 'previous')", name="secret_place"),
        CheckConstraint("(place = 'current') = (until IS NULL)", name="secret_until"),
    )

    endpoint_id: UUID = Field(sa_column=Column(ForeignKey("webhook_endpoint.id"), primary_key=True))
    place: str = Field(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    made_at: datetime = Field(sa_type=DateTime(timezone=True))
    until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class SubjectRow(Base, table=True):
    """Something that a partner is told of, such as an order: its events are numbered. Of an order that is not confirmed
    yet its partner is told nothing."""

    __tablename__ = "webhook_subject"

    partner_id: UUID = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    is_open: bool
    last_sequence: int = Field(sa_type=BigInteger)


class EventRow(Base, table=True):
    """What happened, as a partner is told of it. One without a sequence is held back until its order is confirmed."""

    __tablename__ = "webhook_event"
    __table_args__ = (
        CheckConstraint("(sequence IS NULL) = (position IS NULL)", name="event_placed"),
        UniqueConstraint("partner_id", "subject", "sequence"),
        Index("event_of_partner", "partner_id", "position"),
        Index("event_held", "partner_id", "subject", postgresql_where=text("sequence IS NULL")),
        Index("event_of_consent", "consent_id", postgresql_where=text("consent_id IS NOT NULL")),
        Index("event_by_time", "recorded_at"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    type: str
    subject: str
    sequence: int | None = Field(default=None, sa_type=BigInteger)
    position: int | None = Field(default=None, sa_type=BigInteger)  # among all of the partner's: only ever grows
    occurred_at: datetime = Field(sa_type=DateTime(timezone=True))
    recorded_at: datetime = Field(sa_type=DateTime(timezone=True))
    data: str  # JSON, as it is sent
    consent_id: UUID | None = None  # without which this is not sent
    about_partner: bool


class ConsentEndRow(Base, table=True):
    """A consent that is over: nothing that rests on it is sent any more."""

    __tablename__ = "webhook_consent_end"

    consent_id: UUID = Field(primary_key=True)
    ended_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)


class DeliveryRow(Base, table=True):
    """An event for an endpoint. Whoever sends it has claimed it until a moment, after which another may."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        CheckConstraint(f"status IN ({DELIVERY_STATUSES})", name="delivery_status"),
        CheckConstraint("(status = 'waiting') = (finished_at IS NULL)", name="delivery_finished_at"),
        Index("delivery_due", "endpoint_id", "next_at", postgresql_where=WAITING),
        Index("delivery_in_order", "endpoint_id", "subject", "sequence", "id", postgresql_where=WAITING),
        Index("delivery_deadline", "deadline", postgresql_where=WAITING),
        Index("delivery_of_partner", "partner_id", "id"),
        Index("delivery_of_event", "event_id"),
        Index("delivery_finished", "finished_at"),
    )

    id: UUID = Field(primary_key=True)
    endpoint_id: UUID = Field(foreign_key="webhook_endpoint.id")
    event_id: UUID = Field(foreign_key="webhook_event.id")
    partner_id: UUID
    subject: str
    sequence: int = Field(sa_type=BigInteger)
    about_partner: bool
    status: str
    attempts: int = 0
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    next_at: datetime = Field(sa_type=DateTime(timezone=True))
    deadline: datetime = Field(sa_type=DateTime(timezone=True))
    claim: UUID | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    replay: bool = False


class AttemptRow(Base, table=True):
    """How an attempt went. Kept for a week."""

    __tablename__ = "webhook_attempt"
    __table_args__ = (Index("attempt_of_delivery", "delivery_id", "id"), Index("attempt_by_time", "at"))

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    delivery_id: UUID
    at: datetime = Field(sa_type=DateTime(timezone=True))
    url: str
    status: int
    error: str
    milliseconds: int
    answer: str


class ConformanceRunRow(Base, table=True):
    """A run of the checks of conformance against an endpoint. Whoever plays it has claimed it until `next_at`."""

    __tablename__ = "conformance_run"
    __table_args__ = (
        CheckConstraint(f"status IN ({RUN_STATUSES})", name="run_status"),
        CheckConstraint("(status = 'playing') = (finished_at IS NULL)", name="run_finished_at"),
        Index("run_of_partner", "partner_id", "started_at"),
        Index("run_due", "next_at", postgresql_where=PLAYING),
        Index("one_run_of_endpoint", "endpoint_id", unique=True, postgresql_where=PLAYING),
        Index("run_by_time", "started_at"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    endpoint_id: UUID
    url: str
    status: str
    started_by: UUID
    started_at: datetime = Field(sa_type=DateTime(timezone=True))
    ends_at: datetime = Field(sa_type=DateTime(timezone=True))
    next_at: datetime = Field(sa_type=DateTime(timezone=True))
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class ConformanceCheckRow(Base, table=True):
    """One check of a run: by which order it is decided, and how it was."""

    __tablename__ = "conformance_check"
    __table_args__ = (
        CheckConstraint(f"status IN ({CHECK_STATUSES})", name="check_status"),
        CheckConstraint("(status IN ('passed', 'failed')) = (decided_at IS NOT NULL)", name="check_decided_at"),
        CheckConstraint("(status = 'waiting') = (begun_at IS NULL)", name="check_begun_at"),
    )

    run_id: UUID = Field(sa_column=Column(ForeignKey("conformance_run.id", ondelete="CASCADE"), primary_key=True))
    step: str = Field(primary_key=True)
    status: str
    about: str = ""
    sent: str = ""
    answered: str = ""
    begun_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class NoticeRow(Base, table=True):
    """Something that people are to be told, until it is known who they are. `key` is told once, however often it is
    heard."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(
            "audience IN ('resident', 'partner', 'operators', 'regulators', 'address')", name="notice_audience"
        ),
        CheckConstraint("(audience IN ('resident', 'partner')) = (audience_id IS NOT NULL)", name="notice_of_somebody"),
        Index("notice_waiting", "next_at", postgresql_where=text("done_at IS NULL")),
        Index("notice_topic", "topic", postgresql_where=text("done_at IS NULL AND topic <> ''")),
        Index("notice_done", "done_at", postgresql_where=text("done_at IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    key: str = Field(unique=True)
    kind: str
    audience: str
    audience_id: UUID | None = None
    subject: str  # of the page that says more, such as `ord_…`
    topic: str  # what cancels it, such as a booking
    facts: str  # JSON of what its text names: moments, the end of a number
    sealed_to: bytes | None = Field(default=None, sa_type=LargeBinary)  # an address of the event's own, enciphered
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    next_at: datetime = Field(sa_type=DateTime(timezone=True))  # when identity is asked for whom it is
    expires_at: datetime | None = Field(
        default=None, sa_type=DateTime(timezone=True)
    )  # after which it says nothing new
    done_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class MessageRow(Base, table=True):
    """What somebody was told, as they find it in their inbox. Without a reader it is for an address alone."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("notice_id", "person_id"),
        Index("message_of_person", "person_id", "id"),
        Index("message_unread", "person_id", "id", postgresql_where=text("read_at IS NULL")),
        Index("message_by_time", "created_at"),
    )

    id: UUID = Field(primary_key=True)
    notice_id: UUID
    person_id: UUID | None = None
    kind: str
    subject: str
    topic: str
    facts: str
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    read_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class MessageDeliveryRow(Base, table=True):
    """A message by a channel, until it is sent. Whoever sends it has claimed it until a moment, after which another
    may. An address or a text that is not the inbox's is enciphered, and gone once it is over."""

    __tablename__ = "message_delivery"
    __table_args__ = (
        CheckConstraint(f"channel IN ({CHANNELS})", name="message_delivery_channel"),
        CheckConstraint(f"status IN ({MESSAGE_STATUSES})", name="message_delivery_status"),
        CheckConstraint("(status = 'waiting') = (finished_at IS NULL)", name="message_delivery_finished_at"),
        CheckConstraint("status = 'waiting' OR (sealed_to IS NULL AND sealed_text IS NULL)", name="message_unsealed"),
        CheckConstraint("carried = (message_id IS NULL)", name="message_delivery_text"),
        Index("message_delivery_due", "channel", "next_at", postgresql_where=WAITING),
        Index("message_delivery_together", "person_id", "kind", "channel", "scheduled_at"),
        Index("message_delivery_topic", "topic", postgresql_where=text("status = 'waiting' AND topic <> ''")),
        Index("message_delivery_of", "message_id"),
        Index("message_delivery_finished", "finished_at"),
        Index("message_delivery_created", "created_at"),
    )

    id: UUID = Field(primary_key=True)
    message_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("message.id", ondelete="CASCADE"), nullable=True)
    )
    person_id: UUID | None = None
    kind: str  # empty: carried for identity
    channel: str
    status: str
    carried: bool = False  # for identity: no message of ours
    urgent: bool
    topic: str
    attempts: int = 0
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    scheduled_at: datetime = Field(sa_type=DateTime(timezone=True))  # of the first attempt
    next_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    claim: UUID | None = None
    claimed_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    finished_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str = ""  # why it was not sent
    sealed_to: bytes | None = Field(default=None, sa_type=LargeBinary)
    sealed_text: bytes | None = Field(default=None, sa_type=LargeBinary)


class RemindedSessionRow(Base, table=True):
    """A booked session as reminders go by it, from events in any order: once ended it stays so."""

    __tablename__ = "reminded_session"
    __table_args__ = (
        Index("session_to_remind", "remind_at", postgresql_where=text("reminded_at IS NULL AND NOT ended AND agreed")),
        Index("session_of_order", "order_id"),
        Index("session_heard", "heard_at"),
    )

    booking_id: UUID = Field(primary_key=True)
    order_id: UUID
    resident_id: UUID
    starts_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # unknown while only its end is
    remind_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    agreed: bool
    ended: bool
    reminded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    heard_at: datetime = Field(sa_type=DateTime(timezone=True))


class RemindedOrderRow(Base, table=True):
    """Whether an order is confirmed, and whether it is over: nobody is reminded of one that is not, or that is."""

    __tablename__ = "reminded_order"
    __table_args__ = (Index("order_heard", "heard_at"),)

    order_id: UUID = Field(primary_key=True)
    confirmed: bool
    over: bool
    heard_at: datetime = Field(sa_type=DateTime(timezone=True))


class MessageSettingsRow(Base, table=True):
    """How somebody wants to be told."""

    __tablename__ = "message_settings"
    __table_args__ = (
        CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439", name="quiet_hours"),
    )

    person_id: UUID = Field(primary_key=True)
    locale: str
    quiet_from: int
    quiet_until: int
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))


class MessageChoiceRow(Base, table=True):
    """Whether somebody wants a kind of message by a channel, where they chose."""

    __tablename__ = "message_choice"
    __table_args__ = (CheckConstraint(f"channel IN ({CHANNELS})", name="message_choice_channel"),)

    person_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    is_on: bool


class PushSubscriptionRow(Base, table=True):
    """A browser that shows somebody's messages. Address and keys are enciphered: who has them may show it things."""

    __tablename__ = "push_subscription"
    __table_args__ = (UniqueConstraint("person_id", "endpoint_sha256"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID
    endpoint_sha256: bytes = Field(sa_type=LargeBinary)
    service: str  # the host of its push service
    sealed: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = Field(sa_type=DateTime(timezone=True))


class DeadAddressRow(Base, table=True):
    """An address that nobody has, as whoever carries messages said: by its keyed hash, and for a while."""

    __tablename__ = "dead_address"

    address_mac: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    since: datetime = Field(sa_type=DateTime(timezone=True), index=True)


class ChannelRestRow(Base, table=True):
    """How many attempts in a row a channel has failed, and until when it rests."""

    __tablename__ = "channel_rest"
    __table_args__ = (CheckConstraint(f"channel IN ({CHANNELS})", name="channel_rest_channel"),)

    channel: str = Field(primary_key=True)
    failures: int
    until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
