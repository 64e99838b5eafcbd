"""Tables of codes with their versions, maps from institutions' own codes to them, and files on their way here."""

from datetime import datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from records.tables.base import Base


class CodeFileRow(Base, table=True):
    """A file of codes that was announced. Its link is known by its hash alone."""

    __tablename__ = "code_file"
    __table_args__ = (
        CheckConstraint("format IN ('CSV', 'FHIR')", name="code_file_format"),
        CheckConstraint("size BETWEEN 1 AND 33554432", name="code_file_size"),
        Index("code_file_announced", "announced_by", "expires_at"),
    )

    id: UUID = Field(primary_key=True)
    format: str
    size: int
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    url: str
    version: str
    title: str
    announced_by: UUID
    institution_id: UUID | None = None  # none: an operator's
    announced_at: datetime = Field(sa_type=DateTime(timezone=True))
    link_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    loaded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class CodeTableRow(Base, table=True):
    """A version of a table of codes, which never changes."""

    __tablename__ = "code_table"
    __table_args__ = (
        UniqueConstraint("url", "version", name="code_table_version"),
        CheckConstraint("kind IN ('CODE_SYSTEM', 'VALUE_SET')", name="code_table_kind"),
        CheckConstraint("codes > 0", name="code_table_codes"),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    url: str
    version: str
    title: str
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    codes: int = Field(sa_type=BigInteger)
    loaded_by: UUID
    loaded_at: datetime = Field(sa_type=DateTime(timezone=True))


class CodeEntryRow(Base, table=True):
    """A code of a table. There are as many as the table says, from the moment it is there."""

    __tablename__ = "code_entry"
    __table_args__ = (Index("code_entry_code", "system", "code"), only_added())

    table_id: UUID = Field(primary_key=True, foreign_key="code_table.id")
    system: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    display: str
    parent: str
    active: bool
    # What it is called in other languages, by their tags.
    designations: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False, server_default=text("'{}'")))


class CodeMapRow(Base, table=True):
    """A version of a map of local codes: an institution's, or everybody's. Nobody decides about their own."""

    __tablename__ = "code_map"
    __table_args__ = (
        CheckConstraint("status IN ('PROPOSED', 'APPROVED', 'REJECTED', 'REPLACED')", name="code_map_status"),
        CheckConstraint("entries > 0", name="code_map_entries"),
        CheckConstraint("decided_by IS DISTINCT FROM submitted_by", name="code_map_two_people"),
        CheckConstraint(
            "(status = 'PROPOSED') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="code_map_decided",
        ),
        Index("code_map_version", "institution_id", "url", "version", unique=True, postgresql_nulls_not_distinct=True),
        Index(
            "code_map_in_force",
            "institution_id",
            "url",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("status = 'APPROVED'"),
        ),
        Index("code_map_to_apply", "decided_at", postgresql_where=text("status = 'APPROVED' AND applied_at IS NULL")),
        only_added("status", "decided_by", "decided_at", "reason", "applied_after", "applied_at"),
    )

    id: UUID = Field(primary_key=True)
    institution_id: UUID | None = None
    url: str
    version: str
    title: str
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    entries: int = Field(sa_type=BigInteger)
    status: str = "PROPOSED"
    submitted_by: UUID
    submitted_at: datetime = Field(sa_type=DateTime(timezone=True))
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str = ""
    applied_after: UUID | None = None  # the last record that was mapped again since the approval
    applied_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class MapEntryRow(Base, table=True):
    """A line of a map. There are as many as the map says, from the moment it is there."""

    __tablename__ = "code_map_entry"
    __table_args__ = (Index("code_map_entry_source", "source_system", "source_code"), only_added())

    map_id: UUID = Field(primary_key=True, foreign_key="code_map.id")
    source_system: str = Field(primary_key=True)
    source_code: str = Field(primary_key=True)
    target_system: str = Field(primary_key=True)
    target_code: str = Field(primary_key=True)
    target_display: str
    equivalence: str
