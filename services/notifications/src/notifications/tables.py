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
