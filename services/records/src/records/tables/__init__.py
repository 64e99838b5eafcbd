"""Records' tables: one row a resource, as it was sent, and one for each version that another replaced."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlmodel import Field

from records.tables.base import Base
from records.tables.collection import (
    BatchGapRow,
    BatchRefusalRow,
    BatchRow,
    ConnectorReportRow,
    IntakeRow,
    SourceRow,
)
from records.tables.compute import QueryTemplateRow, RunRow
from records.tables.devices import (
    AlertRuleRow,
    DeviceDeliveryRow,
    DeviceKeyRow,
    DeviceMeasureRow,
    DeviceModelRow,
    DeviceReadingRow,
    DeviceRow,
    EndedConsentRow,
    ProgrammeMemberRow,
    ReadingFlagRow,
    WithdrawnReadingRow,
)
from records.tables.follow_ups import FollowUpOrderRow, FollowUpRow
from records.tables.grades import GradeRow, GradingRow
from records.tables.patients import PatientLinkRow, PatientNumberRow, WaitingLineRow, WithdrawnRecordRow
from records.tables.quality import (
    ExaminationRow,
    FindingRow,
    MeasurementRow,
    ReexaminationRow,
    RulePackRow,
    UnmappedCodeRow,
)
from records.tables.quality_reports import QualityReportRow
from records.tables.resource_catalogue import CatalogueCountRow, CatalogueEntryRow
from records.tables.reviews import QualityReviewRow, ReviewJudgementRow, ReviewLookRow, ReviewSampleRow
from records.tables.terminology import CodeEntryRow, CodeFileRow, CodeMapRow, CodeTableRow, MapEntryRow

__all__ = [
    "OUT_OF_RANGE",
    "AlertRuleRow",
    "Base",
    "BatchGapRow",
    "BatchRefusalRow",
    "BatchRow",
    "CatalogueCountRow",
    "CatalogueEntryRow",
    "CodeEntryRow",
    "CodeFileRow",
    "CodeMapRow",
    "CodeTableRow",
    "ConnectorReportRow",
    "DeviceDeliveryRow",
    "DeviceKeyRow",
    "DeviceMeasureRow",
    "DeviceModelRow",
    "DeviceReadingRow",
    "DeviceRow",
    "EmergencySliceRow",
    "EndedConsentRow",
    "ErrorReportRow",
    "ExaminationRow",
    "FindingRow",
    "FollowUpOrderRow",
    "FollowUpRow",
    "GradeRow",
    "GradingRow",
    "IntakeRow",
    "MapEntryRow",
    "MeasurementRow",
    "PatientLinkRow",
    "PatientNumberRow",
    "ProgrammeMemberRow",
    "QualityReportRow",
    "QualityReviewRow",
    "QueryTemplateRow",
    "QuotaRow",
    "ReadingFlagRow",
    "RecordRow",
    "ReexaminationRow",
    "ReviewJudgementRow",
    "ReviewLookRow",
    "ReviewSampleRow",
    "RulePackRow",
    "RunRow",
    "SourceRow",
    "UnmappedCodeRow",
    "VersionRow",
    "WaitingLineRow",
    "WithdrawnReadingRow",
    "WithdrawnRecordRow",
]

# What a page cannot show: PostgreSQL keeps moments that neither its driver nor Python can read.
OUT_OF_RANGE = "effective_at < '1900-01-01T00:00:00Z' OR effective_at >= '2200-01-01T00:00:00Z'"


class QuotaRow(Base, table=True):
    """How much an institution has sent on a day, UTC."""

    __tablename__ = "ingest_quota"

    institution_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    resources: int = Field(sa_type=BigInteger)
    bytes: int = Field(sa_type=BigInteger)


class RecordRow(Base, table=True):
    """A FHIR resource of a resident. An institution's resource is known by its FHIR id, what no institution sent by its
    id in the resident's record."""

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("institution_id", "resource_type", "fhir_id", name="record_known_once"),
        CheckConstraint(f"NOT ({OUT_OF_RANGE})", name="record_readable"),
        CheckConstraint(
            "source_updated_at >= '1900-01-01T00:00:00Z' AND source_updated_at < '2200-01-01T00:00:00Z'",
            name="record_source_readable",
        ),
        CheckConstraint("author IN ('institution', 'resident', 'device')", name="record_author"),
        CheckConstraint("(author = 'institution') = (author_id IS NULL)", name="record_author_known"),
        CheckConstraint(
            "CASE author WHEN 'institution' THEN institution_id IS NOT NULL WHEN 'resident' THEN institution_id IS NULL"
            " ELSE true END",
            name="record_author_sends",
        ),
        Index("record_read", "resident_id", "information_type", "effective_at", "id"),
        Index("record_came", "ingested_at", postgresql_using="brin"),
        Index("record_unreadable", "id", postgresql_where=text(OUT_OF_RANGE)),
        Index("record_unclassified", "id", postgresql_where=text("classified_by = ''")),
        Index("record_of_institution", "institution_id", "id"),
        Index(
            "record_personal_known_once",
            "resident_id",
            "resource_type",
            "fhir_id",
            unique=True,
            postgresql_where=text("institution_id IS NULL"),
        ),
        Index("record_of_link", "patient_link_id", postgresql_where=text("patient_link_id IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    institution_id: UUID | None = None  # none: the resident's own, or of a device of theirs
    author: str = Field(default="institution", sa_column_kwargs={"server_default": text("'institution'")})
    author_id: UUID | None = None  # whoever entered it, or the device; none: an institution
    fhir_id: str
    resource_type: str
    information_type: str
    effective_at: datetime = Field(sa_type=DateTime(timezone=True))
    status: str = Field(sa_column_kwargs={"server_default": text("'final'")})
    source_version: int | None = Field(default=None, sa_type=BigInteger)
    source_updated_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    content: str | None = None  # as it was sent, to the byte; None in rows of the release before
    resource: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))  # the same, to search in
    content_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    version: int = 1
    ingested_at: datetime = Field(sa_type=DateTime(timezone=True))
    # The categories that are apart, and what they were found by: "<digest of the city's categories>:<version>". Where
    # that is another, as in rows of a release before, the resource itself is looked at.
    sensitive: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(TEXT), nullable=False, server_default=text("'{}'"))
    )
    classified_by: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    patient_link_id: UUID | None = None  # by which it is known whose it is, where it named a patient number
    # Codes that maps in force put beside those that were sent; a trigger keeps them. docs/adr/0620 says why there.
    mapped: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False, server_default=text("'[]'"))
    )


class VersionRow(Base, table=True):
    """A version of a resource that another replaced, as a trigger keeps it."""

    __tablename__ = "resource_version"
    __table_args__ = (only_added(),)

    record_id: UUID = Field(primary_key=True, foreign_key="record.id")
    version: int = Field(primary_key=True)
    information_type: str
    effective_at: datetime = Field(sa_type=DateTime(timezone=True))
    status: str
    source_version: int | None = Field(default=None, sa_type=BigInteger)
    source_updated_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    content: str | None = None
    resource: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    content_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    ingested_at: datetime = Field(sa_type=DateTime(timezone=True))
    author_id: UUID | None = None
    replaced_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()"))
    )


class EmergencySliceRow(Base, table=True):
    """What a resident gave to read in an emergency, each time they did. One that is withdrawn says nothing."""

    __tablename__ = "emergency_slice"
    __table_args__ = (
        CheckConstraint("version > 0", name="emergency_slice_version"),
        CheckConstraint(
            "(withdrawn AND signature = '' AND blood_group = '' AND contact_name = '' AND allergies = '[]'::jsonb)"
            " OR (NOT withdrawn AND signature <> '')",
            name="emergency_slice_signed",
        ),
        only_added(),
    )

    resident_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    withdrawn: bool
    blood_group: str = ""
    allergies: list[str] = Field(sa_column=Column(JSONB, nullable=False))
    contact_name: str = ""
    contact_telephone: str = ""
    given_by: UUID
    given_at: datetime = Field(sa_type=DateTime(timezone=True))
    signature: str = ""


class ErrorReportRow(Base, table=True):
    """That a resident says something in a resource of their record is wrong. A closed one stays as it is."""

    __tablename__ = "error_report"
    __table_args__ = (
        CheckConstraint("status IN ('open', 'corrected', 'confirmed', 'withdrawn')", name="error_report_status"),
        CheckConstraint(
            "(status = 'open') = (closed_at IS NULL) AND (status = 'open') = (closed_by IS NULL)",
            name="error_report_closed",
        ),
        CheckConstraint("(status IN ('corrected', 'confirmed')) = (answer <> '')", name="error_report_answered"),
        CheckConstraint(
            "(status = 'corrected') = (corrected_version IS NOT NULL)"
            " AND corrected_version > record_version IS NOT FALSE",
            name="error_report_corrected",
        ),
        CheckConstraint("description <> ''", name="error_report_described"),
        Index("error_report_open_once", "record_id", unique=True, postgresql_where=text("status = 'open'")),
        Index("error_report_of_resident", "resident_id", "id"),
        Index("error_report_of_institution", "institution_id", "id"),
        Index("error_report_due", "answer_by", postgresql_where=text("status = 'open'")),
        only_added("status", "answer", "closed_by", "closed_at", "corrected_version"),
    )

    id: UUID = Field(primary_key=True)
    record_id: UUID  # it may have left the record: it was another person's
    resident_id: UUID
    institution_id: UUID
    resource_type: str
    fhir_id: str
    record_version: int
    description: str
    reported_by: UUID
    reported_at: datetime = Field(sa_type=DateTime(timezone=True))
    answer_by: datetime = Field(sa_type=DateTime(timezone=True))
    status: str
    answer: str = ""
    closed_by: UUID | None = None
    closed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    corrected_version: int | None = None
