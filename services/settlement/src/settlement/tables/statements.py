"""Statements as they were issued, and the key that signs them."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from settlement.tables.base import Base


class StatementRow(Base, table=True):
    """A partner's statement as it was issued. It takes up where the one before ends: no entry is between them."""

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("partner_id", "previous_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("start_at IS NULL OR start_at < finish_at", name="statement_period"),
        CheckConstraint("(start_at IS NULL) = (previous_id IS NULL)", name="statement_follows"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="issued_statement_hash"),
        CheckConstraint("answer IN ('', 'confirmed', 'disputed', 'resolved')", name="statement_answer"),
        CheckConstraint("(answer = '') = (answered_by IS NULL)", name="statement_answered"),
        CheckConstraint("(answer = 'resolved') = (resolved_by IS NOT NULL)", name="statement_resolved"),
        CheckConstraint("answered_at IS NULL OR answered_at < deadline_at", name="statement_answered_in_time"),
        Index("statement_by_partner", "partner_id", "id"),
        only_added("answer", "reason", "answered_by", "answered_at", "resolution", "resolved_by", "resolved_at"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    previous_id: UUID | None = Field(default=None, foreign_key="statement.id")
    start_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    finish_at: datetime = Field(sa_type=DateTime(timezone=True))
    ledger_position: int = Field(sa_type=BigInteger)
    snapshot: str  # which transactions had ended, as PostgreSQL writes it
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    pdf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    issued_at: datetime = Field(sa_type=DateTime(timezone=True))
    deadline_at: datetime = Field(sa_type=DateTime(timezone=True))
    answer: str = ""
    reason: str = ""
    answered_by: UUID | None = None
    answered_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    resolution: str = ""
    resolved_by: UUID | None = None
    resolved_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class DisputedLineRow(Base, table=True):
    """A line of a statement that its partner disputes."""

    __tablename__ = "disputed_line"
    __table_args__ = only_added()

    statement_id: UUID = Field(primary_key=True, foreign_key="statement.id")
    position: int = Field(primary_key=True, foreign_key="posting.position", sa_type=BigInteger)


class DocumentKeyRow(Base, table=True):
    """A key that signs documents, and its certificate. It is withdrawn once; its private part is enciphered again where
    another key-encryption key is in use."""

    __tablename__ = "document_key"
    __table_args__ = (
        CheckConstraint(
            "num_nulls(withdrawn_at, withdrawn_because) IN (0, 2)", name="document_key_withdrawn_as_a_whole"
        ),
        only_added("private_key", "withdrawn_at", "withdrawn_because"),
    )

    serial: str = Field(primary_key=True)
    private_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    certificate: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    withdrawn_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    withdrawn_because: str | None = None
