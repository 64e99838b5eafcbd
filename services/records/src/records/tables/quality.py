"""What is known of how good the data is that institutions send."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from chassis.ids import new_id
from chassis.rights import only_added
from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, Numeric, UniqueConstraint, text
from sqlmodel import Field

from records.tables.base import Base


class ExaminationRow(Base, table=True):
    """A resource that is to be examined: a trigger puts it here when it is stored. It has no foreign key: who examines
    would wait for those who store, and they for them."""

    __tablename__ = "to_examine"

    record_id: UUID = Field(primary_key=True)
    version: int


class ReexaminationRow(Base, table=True):
    """A resource that is to be examined again, though it was not stored again: by newer rules, or since another one
    that it hangs on came. No trigger writes here, so that nobody who stores waits for who examines."""

    __tablename__ = "to_examine_again"

    record_id: UUID = Field(primary_key=True)


class RulePackRow(Base, table=True):
    """A pack of rules that was in force once, as it was: what findings name stays to be read."""

    __tablename__ = "rule_pack"
    __table_args__ = (only_added(),)

    name: str = Field(primary_key=True)
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    content: str
    first_used_at: datetime = Field(sa_type=DateTime(timezone=True))


class FindingRow(Base, table=True):
    """What was found of a version of a resource. It says nothing of whose it is. Once it is so no more it is gone, and
    stays to be read."""

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("severity IN ('ERROR', 'WARNING', 'NOTE')", name="finding_severity"),
        Index("finding_of_institution", "institution_id", "rule"),
        Index("finding_listed", "institution_id", "id"),
        Index("finding_now", "record_id", postgresql_where=text("gone_at IS NULL")),
        UniqueConstraint("id", name="finding_id"),
    )

    record_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    rule: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    institution_id: UUID
    detail: str
    found_at: datetime = Field(sa_type=DateTime(timezone=True))
    id: UUID = Field(default_factory=new_id, sa_column_kwargs={"server_default": text("gen_random_uuid()")})
    pack: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    severity: str = Field(default="WARNING", sa_column_kwargs={"server_default": text("'WARNING'")})
    gone_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class MeasurementRow(Base, table=True):
    """A quantity of the version in force of an Observation, in the unit that such are made alike in. What was sent
    stays in the resource."""

    __tablename__ = "measurement"
    __table_args__ = (Index("measurement_of_record", "record_id", "code"),)

    record_id: UUID = Field(primary_key=True)
    path: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    value: Decimal = Field(sa_column=Column(Numeric, nullable=False))
    unit: str


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
