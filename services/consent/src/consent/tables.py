"""Consent's tables. An artefact changes once, when it is revoked; the access log is only ever added to.

What a grantee may keep under an artefact has an erasure, which a trigger adds and brings forward with the artefact.
"""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from chassis.rows import Row
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import registry
from sqlmodel import Field


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class RequestRow(Base, table=True):
    """What a partner asks of a resident's data, for one order line."""

    __tablename__ = "consent_request"
    __table_args__ = (
        CheckConstraint("status IN ('requested', 'granted', 'denied', 'withdrawn')", name="request_status"),
        Index("request_by_resident", "resident_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    grantee_id: UUID
    order_id: UUID = Field(index=True)
    order_line_id: UUID = Field(unique=True)
    template: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    template_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: str
    requested_at: datetime = Field(sa_type=DateTime(timezone=True))


class ArtefactRow(Base, table=True):
    """A resident's signed permission."""

    __tablename__ = "consent_artefact"
    __table_args__ = (
        CheckConstraint("expires_at > granted_at", name="artefact_lives"),
        CheckConstraint("cardinality(information_types) > 0", name="artefact_permits_something"),
        CheckConstraint("retention_days >= 0", name="artefact_retention"),
        Index("artefact_for_decision", "resident_id", "grantee_id", "granted_at"),
        Index("artefact_by_grantee", "grantee_id", "id"),
        only_added("revoked_at", "revoked_because"),
    )

    id: UUID = Field(primary_key=True)
    consent_request_id: UUID = Field(unique=True, foreign_key="consent_request.id")
    resident_id: UUID
    granted_by: UUID
    grantee_id: UUID
    order_id: UUID = Field(index=True)
    order_line_id: UUID
    information_types: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    purpose: str
    access_mode: int
    granted_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    revoked_because: str = ""
    receipt: str
    artefact_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    retention_days: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class ErasureRow(Base, table=True):
    """What a grantee has to erase of what it kept under one artefact, and its word that it did."""

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("announced_at >= due_at", name="erasure_announced_when_due"),
        CheckConstraint(
            "num_nonnulls(attested_at, attested_by, method, receipt, attestation_hash) IN (0, 5)",
            name="erasure_attested_as_a_whole",
        ),
        CheckConstraint("method BETWEEN 1 AND 5", name="erasure_method"),
        CheckConstraint("octet_length(protocol_sha256) = 32", name="erasure_protocol"),
        Index("erasure_by_grantee", "grantee_id", "due_at", "consent_id"),
        Index("erasure_by_due", "due_at", "consent_id"),
        Index("erasure_open", "due_at", postgresql_where=text("attested_at IS NULL")),
        only_added(
            "due_at", "announced_at", "attested_at", "attested_by", "method", "protocol_sha256", "receipt",
            "attestation_hash",
        ),
    )  # fmt: skip

    consent_id: UUID = Field(primary_key=True, foreign_key="consent_artefact.id")
    grantee_id: UUID
    due_at: datetime = Field(sa_type=DateTime(timezone=True))
    announced_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    attested_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    attested_by: UUID | None = None
    method: int | None = None
    protocol_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    receipt: str | None = None
    attestation_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class AccessLogRow(Base, table=True):
    """One decision, in the words of the contract, chained to the one before it."""

    __tablename__ = "access_log"
    __table_args__ = (Index("access_log_of", "resident_id", "position"), only_added())

    position: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    resident_id: UUID
    entry: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # AccessLogEntry without its hash
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
