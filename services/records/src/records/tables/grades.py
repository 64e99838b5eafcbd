"""How good data is, by institution, kind of resource and month."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from records.tables.base import Base


class GradingRow(Base, table=True):
    """That data of an institution's month is to be graded, or was."""

    __tablename__ = "grading"
    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1", name="grading_month"),
        Index("grading_due", "due_at", postgresql_where=text("due_at IS NOT NULL AND sealed_at IS NULL")),
    )

    institution_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    due_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    graded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    took_ms: int = 0
    sealed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # it was reported


class GradeRow(Base, table=True):
    """A grade. It is of no fewer residents than somebody could be singled out of."""

    __tablename__ = "quality_grade"
    __table_args__ = (
        CheckConstraint("residents >= 10", name="quality_grade_of_enough"),
        CheckConstraint("letter IN ('A', 'B', 'C', 'D', 'E')", name="quality_grade_letter"),
        CheckConstraint("extract(day FROM month) = 1", name="quality_grade_month"),
        Index("quality_grade_listed", "month", "id"),
        Index("quality_grade_of_institution", "institution_id", "month", "id"),
        UniqueConstraint("id", name="quality_grade_id"),
    )

    institution_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    resource_type: str = Field(primary_key=True)
    residents: int = Field(sa_type=BigInteger)
    resources: int = Field(sa_type=BigInteger)
    affected: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))  # by part, on how many there is a finding
    letter: str
    graded_at: datetime = Field(sa_type=DateTime(timezone=True))
    id: UUID  # the same whenever it is graded, so that pages of a listing go on
