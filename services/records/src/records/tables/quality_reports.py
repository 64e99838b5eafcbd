"""Reports of how good data is, as they were issued."""

from datetime import date, datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import CheckConstraint, Column, DateTime, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field

from records.tables.base import Base


class QualityReportRow(Base, table=True):
    """A report of an institution's month. There is one, and it never changes."""

    __tablename__ = "quality_report"
    __table_args__ = (
        UniqueConstraint("institution_id", "month", name="quality_report_once"),
        CheckConstraint("extract(day FROM month) = 1", name="quality_report_month"),
        CheckConstraint("letter IN ('A', 'B', 'C', 'D', 'E')", name="quality_report_letter"),
        CheckConstraint("sha256 = encode(sha256(content), 'hex')", name="quality_report_hash"),
        CheckConstraint("signature <> ''", name="quality_report_signed"),
        Index("quality_report_listed", "institution_id", "id"),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    institution_id: UUID
    month: date
    letter: str
    sha256: str
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    pdf: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    signature: str  # a JWT of records' over the hashes of both
    issued_at: datetime = Field(sa_type=DateTime(timezone=True))
