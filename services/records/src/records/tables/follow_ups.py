"""Follow-ups: what is to be done next for residents, and the orders that they booked for it."""

from datetime import date, datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, text
from sqlmodel import Field

from records.tables.base import Base

MOMENT = DateTime(timezone=True)


class FollowUpRow(Base, table=True):
    """What a practitioner noted for a resident. `consent_id` is that by which they see it; without one they
    do not. What it says stays as it was noted; once it is closed nothing of it changes."""

    __tablename__ = "follow_up"
    __table_args__ = (
        CheckConstraint("action BETWEEN 1 AND 8 AND reason BETWEEN 1 AND 8", name="follow_up_coded"),
        CheckConstraint("category = '' OR offering_id IS NULL", name="follow_up_refers_once"),
        CheckConstraint("status BETWEEN 1 AND 4", name="follow_up_status"),
        CheckConstraint("status = 3 OR (order_id IS NOT NULL) = (status = 2)", name="follow_up_booked"),
        CheckConstraint("(status IN (3, 4)) = (closed_at IS NOT NULL)", name="follow_up_closed"),
        CheckConstraint("outcome BETWEEN 0 AND 5 AND (outcome > 0) = (status = 3)", name="follow_up_outcome"),
        CheckConstraint("outcome <> 1 OR order_id IS NOT NULL", name="follow_up_served"),
        CheckConstraint("(status = 4 OR outcome > 1) = (closed_by IS NOT NULL)", name="follow_up_closed_by"),
        CheckConstraint("reminded_on >= due_on", name="follow_up_reminded_when_due"),
        CheckConstraint("closing_note = '' OR outcome > 1", name="follow_up_closing_note"),
        Index("follow_up_of_resident", "resident_id", "id"),
        Index(
            "follow_up_in_sight", "practitioner_id", "due_on", "id",
            postgresql_where=text("status IN (1, 2) AND consent_id IS NOT NULL"),
        ),
        Index("follow_up_to_remind", "due_on", postgresql_where=text("status = 1 AND reminded_on IS NULL")),
        Index("follow_up_of_consent", "consent_id", postgresql_where=text("consent_id IS NOT NULL")),
        only_added(
            "consent_id", "status", "order_id", "closed_at", "closed_by", "outcome", "closing_note", "reminded_on"
        ),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    practitioner_id: UUID
    institution_id: UUID
    consent_id: UUID | None = None
    action: int
    reason: int
    due_on: date
    category: str = ""
    offering_id: UUID | None = None
    note: str = ""
    status: int
    order_id: UUID | None = None
    noted_at: datetime = Field(sa_type=MOMENT)
    reminded_on: date | None = None  # the city's day on which its resident was reminded
    closed_at: datetime | None = Field(default=None, sa_type=MOMENT)
    closed_by: UUID | None = None
    outcome: int = 0
    closing_note: str = ""


class FollowUpOrderRow(Base, table=True):
    """An order that says it was booked for a follow-up, and how far it had come by its newest event."""

    __tablename__ = "follow_up_order"
    __table_args__ = (
        CheckConstraint("state BETWEEN 1 AND 3", name="follow_up_order_state"),
        Index("follow_up_order_of", "follow_up_id"),
    )

    order_id: UUID = Field(primary_key=True)
    follow_up_id: UUID
    resident_id: UUID
    state: int
    version: int = Field(sa_type=BigInteger)
