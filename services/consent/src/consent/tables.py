"""Consent's tables. An artefact changes once, when it is revoked; the access log is only ever added to."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Index, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Base(SQLModel, registry=registry()):
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


class AccessLogRow(Base, table=True):
    """One decision, in the words of the contract, chained to the one before it."""

    __tablename__ = "access_log"
    __table_args__ = (Index("access_log_of", "resident_id", "position"), only_added())

    position: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    resident_id: UUID
    entry: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # AccessLogEntry without its hash
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
