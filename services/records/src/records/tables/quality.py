"""What is known of how good the data is that institutions send."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index, UniqueConstraint
from sqlmodel import Field

from records.tables.base import Base


class ExaminationRow(Base, table=True):
    """A resource that is to be examined: a trigger puts it here when it is stored. It has no foreign key: who examines
    would wait for those who store, and they for them."""

    __tablename__ = "to_examine"

    record_id: UUID = Field(primary_key=True)
    version: int


class FindingRow(Base, table=True):
    """What was found of a version of a resource. It says nothing of whose it is."""

    __tablename__ = "finding"
    __table_args__ = (Index("finding_of_institution", "institution_id", "rule"),)

    record_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    rule: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    institution_id: UUID
    detail: str
    found_at: datetime = Field(sa_type=DateTime(timezone=True))


class UnmappedCodeRow(Base, table=True):
    """A code that an institution sent where no table of the city's has one for it."""

    __tablename__ = "unmapped_code"
    __table_args__ = (
        UniqueConstraint("institution_id", "table_url", "system", "code", name="unmapped_code_once"),
        Index("unmapped_code_last", "institution_id", "last_came_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    institution_id: UUID
    table_url: str
    system: str
    code: str
    display: str
    resource_type: str
    first_came_at: datetime = Field(sa_type=DateTime(timezone=True))
    last_came_at: datetime = Field(sa_type=DateTime(timezone=True))
