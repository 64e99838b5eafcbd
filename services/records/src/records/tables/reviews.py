"""Resources that people judge, who looked at them, and what they judged."""

from datetime import date, datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from records.tables.base import Base


class ReviewSampleRow(Base, table=True):
    """That a sample of an institution's month was drawn, and by which seed: whoever has the month draws it again."""

    __tablename__ = "review_sample"
    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1", name="review_sample_month"),
        CheckConstraint("drawn >= 0 AND seed <> ''", name="review_sample_drawn"),
        only_added(),
    )

    institution_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    resource_type: str = Field(primary_key=True)
    seed: str
    drawn: int
    drawn_at: datetime = Field(sa_type=DateTime(timezone=True))


class QualityReviewRow(Base, table=True):
    """A version of a resource that people judge. It says nothing of whose it is."""

    __tablename__ = "quality_review"
    __table_args__ = (
        CheckConstraint("extract(day FROM month) = 1", name="quality_review_month"),
        CheckConstraint("reason IN (1, 2)", name="quality_review_reason"),
        CheckConstraint("status BETWEEN 1 AND 5", name="quality_review_status"),
        CheckConstraint("(status IN (1, 2)) = (closed_at IS NULL)", name="quality_review_closed"),
        UniqueConstraint("record_id", "version", name="quality_review_once"),
        Index("quality_review_listed", "status", "due_at", "id"),
        Index("quality_review_of_institution", "institution_id", "month", "resource_type"),
        only_added("status", "due_at", "closed_at"),
    )

    id: UUID = Field(primary_key=True)
    record_id: UUID  # it may have left the record: it was another person's
    version: int
    institution_id: UUID
    resource_type: str
    month: date
    reason: int
    status: int
    drawn_at: datetime = Field(sa_type=DateTime(timezone=True))
    due_at: datetime = Field(sa_type=DateTime(timezone=True))
    closed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class ReviewLookRow(Base, table=True):
    """That somebody looked at a resource to judge it."""

    __tablename__ = "review_look"
    __table_args__ = (Index("review_look_of_review", "review_id", "reviewer_id"), only_added())

    id: int | None = Field(default=None, primary_key=True, sa_type=BigInteger)
    review_id: UUID = Field(foreign_key="quality_review.id")
    reviewer_id: UUID
    seen_at: datetime = Field(sa_type=DateTime(timezone=True))


class ReviewJudgementRow(Base, table=True):
    """What somebody judged of a resource that they had looked at; the first two know of no other judgement."""

    __tablename__ = "review_judgement"
    __table_args__ = (
        CheckConstraint("number BETWEEN 1 AND 3", name="review_judgement_number"),
        CheckConstraint("verdict IN (1, 2)", name="review_judgement_verdict"),
        UniqueConstraint("review_id", "number", name="review_judgement_each"),
        ForeignKeyConstraint(["review_id"], ["quality_review.id"]),
        only_added(),
    )

    review_id: UUID = Field(primary_key=True)
    reviewer_id: UUID = Field(primary_key=True)
    number: int
    verdict: int
    note: str
    judged_at: datetime = Field(sa_type=DateTime(timezone=True))
