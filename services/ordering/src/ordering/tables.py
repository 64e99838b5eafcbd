"""Ordering's tables: copies of what is on sale, and orders on frozen terms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

STATUSES = "'placed', 'confirmed', 'accepted', 'fulfilling', 'fulfilled', 'closed', 'refused', 'cancelled', 'expired'"


class Base(SQLModel, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class OfferingRow(Base, table=True):
    """Which revision of an offering is on sale, if it is; a copy kept from catalog's events."""

    __tablename__ = "offering"

    id: UUID = Field(primary_key=True)
    revision: int
    on_sale: bool
    version: int = Field(sa_type=BigInteger)


class TermsRow(Base, table=True):
    """The terms of one revision. They never change, so an order's line need only name them."""

    __tablename__ = "terms"

    offering_id: UUID = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    partner_id: UUID
    price_minor: int = Field(sa_type=BigInteger)
    currency: str
    booking_required: bool
    consent_needed: bool
    offering: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # yima.catalog.v1.Offering


class SlotRow(Base, table=True):
    """A bookable time; `held` places are taken by orders that have not been called off."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("held BETWEEN 0 AND capacity", name="slot_never_oversold"),
        Index("slot_coming", "offering_id", "starts_at"),
    )

    id: UUID = Field(primary_key=True)
    offering_id: UUID
    starts_at: datetime = Field(sa_type=DateTime(timezone=True))
    ends_at: datetime = Field(sa_type=DateTime(timezone=True))
    capacity: int
    held: int = 0


class OrderRow(Base, table=True):
    """An order. One idempotency key of a caller places one."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("placed_by", "idempotency_key", name="orders_placed_once"),
        CheckConstraint(f"status IN ({STATUSES})", name="orders_status"),
        CheckConstraint("total_minor >= 0", name="orders_total"),
        CheckConstraint(
            "(deadline IS NOT NULL) = (status IN ('placed', 'confirmed', 'accepted', 'fulfilling'))",
            name="orders_waiting_have_a_deadline",
        ),
        Index("orders_by_resident", "resident_id", "id"),
        Index("orders_by_partner", "partner_id", "id"),
        Index("orders_overdue", "deadline", postgresql_where=text("deadline IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    placed_by: UUID
    partner_id: UUID
    status: str
    total_minor: int = Field(sa_type=BigInteger)
    currency: str
    money_in: bool
    deadline: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str = ""
    changed_by: str
    placed_at: datetime = Field(sa_type=DateTime(timezone=True))
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)
    idempotency_key: str
    request_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class OrderLineRow(Base, table=True):
    """One offering within an order, on the terms it names."""

    __tablename__ = "order_line"
    __table_args__ = (
        ForeignKeyConstraint(["offering_id", "offering_revision"], ["terms.offering_id", "terms.revision"]),
        CheckConstraint("quantity BETWEEN 1 AND 100", name="line_quantity"),
        Index("order_line_of", "order_id", "place"),
    )

    id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id")
    place: int
    offering_id: UUID
    offering_revision: int
    quantity: int
    slot_id: UUID | None = Field(default=None, foreign_key="slot.id")
    consented: bool = False


class ProofRow(Base, table=True):
    """Proof of service for a line. A line is proven once, and a scan proves within one order."""

    __tablename__ = "proof"

    id: UUID = Field(primary_key=True)
    order_line_id: UUID = Field(foreign_key="order_line.id", unique=True)
    scan_id: UUID = Field(sa_column=Column(ForeignKey("scan_used.scan_id"), nullable=False))
    practitioner_id: UUID
    proven_at: datetime = Field(sa_type=DateTime(timezone=True))


class ScanUsedRow(Base, table=True):
    """Which order a scan was used for: the primary key lets it be one."""

    __tablename__ = "scan_used"

    scan_id: UUID = Field(primary_key=True)
    order_id: UUID = Field(foreign_key="orders.id")


class OrderHistoryRow(Base, table=True):
    """Every status an order has had, written by a trigger; only ever added to."""

    __tablename__ = "order_history"

    order_id: UUID = Field(primary_key=True, foreign_key="orders.id")
    version: int = Field(primary_key=True, sa_type=BigInteger)
    status: str
    changed_by: str
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
