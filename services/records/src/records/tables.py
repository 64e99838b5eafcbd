"""Records' table: one row a resource, as it came."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.rows import Row
from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class QuotaRow(Base, table=True):
    """How much an institution has sent on a day, UTC."""

    __tablename__ = "ingest_quota"

    institution_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    resources: int = Field(sa_type=BigInteger)
    bytes: int = Field(sa_type=BigInteger)


class RecordRow(Base, table=True):
    """A FHIR resource of a resident. An institution's resource is known by its FHIR id."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("institution_id", "resource_type", "fhir_id", name="record_known_once"),
        Index("record_read", "resident_id", "information_type", "effective_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    institution_id: UUID
    fhir_id: str
    resource_type: str
    information_type: str
    effective_at: datetime = Field(sa_type=DateTime(timezone=True))
    resource: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    content_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    version: int = 1
    ingested_at: datetime = Field(sa_type=DateTime(timezone=True))
