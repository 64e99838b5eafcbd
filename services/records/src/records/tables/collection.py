"""What institutions' systems send: sources, their batches, what became of each line, and what has not come."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlmodel import Field

from records.tables.base import Base

MOMENT = DateTime(timezone=True)


class SourceRow(Base, table=True):
    """An institution's system that sends. It moves by `domain.sources.MOVES`, which a trigger holds."""

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint("decided_by <> registered_by", name="source_decided_by_another"),
        CheckConstraint("status NOT IN (2, 3) OR decided_by IS NOT NULL", name="source_decided"),
        CheckConstraint("cardinality(information_types) > 0", name="source_sends_something"),
        CheckConstraint(
            "budget_batches > 0 AND budget_lines > 0 AND budget_bytes > 0 AND every_minutes > 0", name="source_budget"
        ),
        Index("source_listed", "partner_id", "id"),
        Index(
            "source_named_once",
            "partner_id",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("status IN (1, 2)"),
        ),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    name: str
    system: int
    category: str
    information_types: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    budget_batches: int
    budget_lines: int
    budget_bytes: int = Field(sa_type=BigInteger)
    every_minutes: int
    status: int
    version: int
    registered_by: UUID
    registered_at: datetime = Field(sa_type=MOMENT)
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    reason: str = ""
    ended_by: UUID | None = None
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)
    # How far its batches have come, and what it has sent in the minute that began then.
    highest_number: int = Field(default=0, sa_type=BigInteger)
    last_received_at: datetime | None = Field(default=None, sa_type=MOMENT)
    minute: datetime | None = Field(default=None, sa_type=MOMENT)
    minute_batches: int = 0
    minute_lines: int = 0
    minute_bytes: int = Field(default=0, sa_type=BigInteger)
    bad_in_a_row: int = 0  # batches that were mostly refused
    paused_until: datetime | None = Field(default=None, sa_type=MOMENT)


class ConnectorReportRow(Base, table=True):
    """What the connector of a source said of itself last. It has no data of patients."""

    __tablename__ = "connector_report"
    __table_args__ = (
        ForeignKeyConstraint(["source_id"], ["source.id"]),
        CheckConstraint(
            "waiting_lines >= 0 AND waiting_batches >= 0 AND last_number >= 0", name="connector_report_counts"
        ),
        CheckConstraint(
            "(oldest_waiting_at IS NULL) = (waiting_lines = 0 AND waiting_batches = 0)", name="connector_report_oldest"
        ),
        CheckConstraint("version ~ '^[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}$'", name="connector_report_version"),
    )

    source_id: UUID = Field(primary_key=True)
    reported_at: datetime = Field(sa_type=MOMENT)
    version: str
    waiting_lines: int = Field(sa_type=BigInteger)
    waiting_batches: int
    oldest_waiting_at: datetime | None = Field(default=None, sa_type=MOMENT)
    last_number: int = Field(sa_type=BigInteger)
    errors: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))  # how often, by kind


class BatchRow(Base, table=True):
    """A batch of a source: its bytes while it waits, then what became of each line, a letter a line."""

    __tablename__ = "batch"
    __table_args__ = (
        ForeignKeyConstraint(["source_id"], ["source.id"]),
        CheckConstraint("number > 0", name="batch_number"),
        CheckConstraint("given_up OR octet_length(sha256) = 32", name="batch_digest"),
        CheckConstraint("(processed_at IS NULL) = (content IS NOT NULL)", name="batch_waits_with_its_bytes"),
        CheckConstraint(
            "processed_at IS NULL OR given_up OR length(outcomes) = positions", name="batch_line_has_its_outcome"
        ),
        CheckConstraint("NOT given_up OR (reason <> '' AND lines = 0)", name="batch_given_up_with_a_reason"),
        Index("batch_waiting", "received_at", "source_id", "number", postgresql_where=text("processed_at IS NULL")),
    )

    source_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    size: int
    positions: int  # lines, the empty ones too
    lines: int  # that are not empty
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    resident_ids: list[UUID | None] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    # Lines whose patient number was not matched when it came.
    may_wait: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    sent_by: UUID
    sent_as: int  # the contract's role
    received_at: datetime = Field(sa_type=MOMENT)
    attempts: int = 0
    try_at: datetime = Field(sa_type=MOMENT)
    processed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    outcomes: str = ""
    given_up: bool = False
    reason: str = ""


class BatchRefusalRow(Base, table=True):
    """A line of a batch that was not stored: where, and which rule it breaks."""

    __tablename__ = "batch_refusal"
    __table_args__ = (
        ForeignKeyConstraint(["source_id", "number"], ["batch.source_id", "batch.number"]),
        CheckConstraint("position > 0", name="batch_refusal_position"),
        only_added(),
    )

    source_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    position: int = Field(primary_key=True)
    code: str
    field: str
    detail: str


class BatchGapRow(Base, table=True):
    """A batch that has not come, though one with a higher number has."""

    __tablename__ = "batch_gap"
    __table_args__ = (ForeignKeyConstraint(["source_id"], ["source.id"]),)

    source_id: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    found_at: datetime = Field(sa_type=MOMENT)
    asked_times: int = 0
    ask_at: datetime = Field(sa_type=MOMENT)


class IntakeRow(Base, table=True):
    """What came from a source of one type of information; '' for lines that did not get so far as to have one."""

    __tablename__ = "source_intake"
    __table_args__ = (ForeignKeyConstraint(["source_id"], ["source.id"]),)

    source_id: UUID = Field(primary_key=True)
    information_type: str = Field(primary_key=True)
    stored: int = Field(sa_type=BigInteger)
    unchanged: int = Field(sa_type=BigInteger)
    refused: int = Field(sa_type=BigInteger)
    last_received_at: datetime = Field(sa_type=MOMENT)
    newest_effective_at: datetime | None = Field(default=None, sa_type=MOMENT)
