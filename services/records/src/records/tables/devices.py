"""Devices: their models, whose each is and by which keys, what they sent, and the rules on what they measure."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    Numeric,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field

from records.tables.base import Base

MOMENT = DateTime(timezone=True)


class DeviceModelRow(Base, table=True):
    """A model of a device. Those of the table that every city starts with are nobody's proposal."""

    __tablename__ = "device_model"
    __table_args__ = (
        CheckConstraint("kind BETWEEN 1 AND 12", name="device_model_kind"),
        CheckConstraint("status BETWEEN 1 AND 3", name="device_model_status"),
        CheckConstraint(
            "cardinality(codes) > 0 AND cardinality(codes) = cardinality(units)", name="device_model_codes"
        ),
        CheckConstraint("decided_by <> proposed_by", name="device_model_decided_by_another"),
        CheckConstraint(
            "CASE WHEN partner_id IS NULL THEN status = 2 AND proposed_by IS NULL AND decided_by IS NULL"
            " ELSE proposed_by IS NOT NULL AND (status = 1) = (decided_by IS NULL) END",
            name="device_model_decided",
        ),
        CheckConstraint("(status = 3) = (reason <> '')", name="device_model_refused_with_a_reason"),
        Index("device_model_named_once", text("lower(maker)"), text("lower(name)"), unique=True),
        Index("device_model_listed", "position", unique=True),
        only_added("status", "decided_by", "decided_at", "reason"),
    )

    id: UUID = Field(primary_key=True)
    position: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False))
    maker: str
    name: str
    kind: int
    codes: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    units: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    bluetooth_service: str
    status: int
    partner_id: UUID | None = None
    proposed_by: UUID | None = None
    proposed_at: datetime = Field(sa_type=MOMENT)
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    reason: str = ""


class DeviceRow(Base, table=True):
    """A device of a resident, from its binding to the end of it. It moves by `domain.devices.MOVES`, which a trigger
    holds. Bound again, it is another."""

    __tablename__ = "device"
    __table_args__ = (
        UniqueConstraint("id", "resident_id", name="device_of_resident"),
        CheckConstraint("status BETWEEN 1 AND 4", name="device_status"),
        CheckConstraint("(institution_id IS NULL) = (order_id IS NULL)", name="device_of_an_order"),
        CheckConstraint("institution_id IS NOT NULL OR status IN (2, 4)", name="device_own_is_bound"),
        CheckConstraint("status <> 2 OR bound_at IS NOT NULL", name="device_bound"),
        CheckConstraint("(status IN (3, 4)) = (ended_at IS NOT NULL)", name="device_ended"),
        CheckConstraint("(status = 4) = (end_reason IS NOT NULL)", name="device_ended_with_a_reason"),
        CheckConstraint("user_index BETWEEN 1 AND 254", name="device_user"),
        Index(
            "device_bound_once", "model_id", text("lower(serial)"), "user_index", unique=True,
            postgresql_nulls_not_distinct=True, postgresql_where=text("status = 2"),
        ),
        Index("device_of_resident_listed", "resident_id", "id"),
        Index("device_of_institution_listed", "institution_id", "id"),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    model_id: UUID = Field(foreign_key="device_model.id")
    serial: str
    user_index: int | None = None  # of a device for several people
    resident_id: UUID
    institution_id: UUID | None = None  # none: the resident's own
    order_id: UUID | None = None
    requested_by: UUID
    requested_as: int
    requested_at: datetime = Field(sa_type=MOMENT)
    status: int
    bound_at: datetime | None = Field(default=None, sa_type=MOMENT)
    bound_by: UUID | None = None
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)
    ended_by: UUID | None = None
    end_reason: int | None = None
    last_received_at: datetime | None = Field(default=None, sa_type=MOMENT)
    day: date | None = None  # UTC, and how many readings came on it
    day_readings: int = 0


class DeviceKeyRow(Base, table=True):
    """A key of a device: one is in force at a time, and none is ever another device's."""

    __tablename__ = "device_key"
    __table_args__ = (
        CheckConstraint("number > 0", name="device_key_number"),
        CheckConstraint("octet_length(public_key) = 32", name="device_key_length"),
        UniqueConstraint("public_key", name="device_key_known_once"),
        Index("device_key_in_force", "device_id", unique=True, postgresql_where=text("revoked_at IS NULL")),
        only_added("revoked_at", "revoked_by"),
    )

    device_id: UUID = Field(primary_key=True, foreign_key="device.id")
    number: int = Field(primary_key=True)
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    registered_at: datetime = Field(sa_type=MOMENT)
    registered_by: UUID
    revoked_at: datetime | None = Field(default=None, sa_type=MOMENT)
    revoked_by: UUID | None = None


class DeviceDeliveryRow(Base, table=True):
    """What a device sent, as it was signed, where a reading of it was stored."""

    __tablename__ = "device_delivery"
    __table_args__ = (
        ForeignKeyConstraint(["device_id", "key_number"], ["device_key.device_id", "device_key.number"]),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    device_id: UUID
    key_number: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    signature: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime = Field(sa_type=MOMENT)


class DeviceReadingRow(Base, table=True):
    """A reading that was stored: once by its number, and once by what was measured when."""

    __tablename__ = "device_reading"
    __table_args__ = (
        CheckConstraint("sequence > 0", name="device_reading_sequence"),
        UniqueConstraint("device_id", "measured_at", "codes", name="device_reading_once"),
        only_added(),
    )

    device_id: UUID = Field(primary_key=True, foreign_key="device.id")
    sequence: int = Field(primary_key=True, sa_type=BigInteger)
    delivery_id: UUID = Field(foreign_key="device_delivery.id")
    measured_at: datetime = Field(sa_type=MOMENT)
    codes: str  # LOINC's, in order
    digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    unusual: bool


class WithdrawnReadingRow(Base, table=True):
    """That a reading should not have been stored, since somebody else had measured themselves: who said so, and why."""

    __tablename__ = "withdrawn_reading"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="withdrawn_reading_reason"),
        CheckConstraint(
            "withdrawn_as IN (1, 2) AND (withdrawn_as = 2) = (consent_id IS NOT NULL)", name="withdrawn_reading_by"
        ),
        ForeignKeyConstraint(["device_id", "sequence"], ["device_reading.device_id", "device_reading.sequence"]),
        only_added(),
    )

    device_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=BigInteger)
    withdrawn_by: UUID
    withdrawn_as: int
    consent_id: UUID | None = None  # a practitioner's, that permitted it
    reason: str
    withdrawn_at: datetime = Field(sa_type=MOMENT)


class DeviceMeasureRow(Base, table=True):
    """A value of a reading, in the unit that its code is compared in: what rules on values go by."""

    __tablename__ = "device_measure"
    __table_args__ = (
        ForeignKeyConstraint(["device_id", "sequence"], ["device_reading.device_id", "device_reading.sequence"]),
        ForeignKeyConstraint(["device_id", "resident_id"], ["device.id", "device.resident_id"]),
        Index("device_measure_of_resident", "resident_id", "code", "measured_at"),
        Index("device_measure_of_record", "record_id"),
        only_added(),
    )

    device_id: UUID = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=BigInteger)
    code: str = Field(primary_key=True)
    resident_id: UUID
    value: Decimal = Field(sa_column=Column(Numeric, nullable=False))
    measured_at: datetime = Field(sa_type=MOMENT)
    record_id: UUID = Field(foreign_key="record.id")


class AlertRuleRow(Base, table=True):
    """A rule on what devices measure: of a programme, or a practitioner's for one patient within a consent."""

    __tablename__ = "alert_rule"
    __table_args__ = (
        CheckConstraint("status BETWEEN 1 AND 4", name="alert_rule_status"),
        CheckConstraint("test BETWEEN 1 AND 3 AND severity BETWEEN 1 AND 3", name="alert_rule_test"),
        CheckConstraint("needed BETWEEN 1 AND readings", name="alert_rule_readings"),
        CheckConstraint(
            "CASE test WHEN 2 THEN clear_at >= threshold ELSE clear_at <= threshold END", name="alert_rule_clears"
        ),
        CheckConstraint("decided_by <> proposed_by", name="alert_rule_decided_by_another"),
        CheckConstraint(
            "CASE WHEN programme <> '' THEN resident_id IS NULL AND practitioner_id IS NULL AND consent_id IS NULL"
            " AND (status IN (1, 4) OR decided_by IS NOT NULL)"
            " ELSE resident_id IS NOT NULL AND practitioner_id IS NOT NULL AND consent_id IS NOT NULL"
            " AND until IS NOT NULL AND status IN (2, 4) END",
            name="alert_rule_of_whom",
        ),
        Index("alert_rule_of_resident", "resident_id", "code", postgresql_where=text("status = 2")),
        Index("alert_rule_of_programme", "programme", "code", postgresql_where=text("status = 2 AND programme <> ''")),
        Index("alert_rule_of_consent", "consent_id", postgresql_where=text("status = 2")),
        only_added("status", "decided_by", "decided_at", "reason", "ended_at", "ended_by"),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    programme: str = ""
    resident_id: UUID | None = None
    practitioner_id: UUID | None = None
    partner_id: UUID | None = None
    consent_id: UUID | None = None
    title: str
    code: str
    test: int
    threshold: Decimal = Field(sa_column=Column(Numeric, nullable=False))
    clear_at: Decimal = Field(sa_column=Column(Numeric, nullable=False))
    needed: int
    readings: int
    window_minutes: int
    severity: int
    status: int
    until: datetime | None = Field(default=None, sa_type=MOMENT)
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=MOMENT)
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=MOMENT)
    reason: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)
    ended_by: UUID | None = None


class ProgrammeMemberRow(Base, table=True):
    """That a resident takes part in a programme of the city's, whose rules then watch what their devices measure."""

    __tablename__ = "programme_member"

    resident_id: UUID = Field(primary_key=True)
    programme: str = Field(primary_key=True)
    joined_at: datetime = Field(sa_type=MOMENT)
    left_at: datetime | None = Field(default=None, sa_type=MOMENT)


class ReadingFlagRow(Base, table=True):
    """That a reading broke a rule. While one is open, the rule raises no other for the resident."""

    __tablename__ = "reading_flag"
    __table_args__ = (
        ForeignKeyConstraint(
            ["device_id", "sequence", "code"],
            ["device_measure.device_id", "device_measure.sequence", "device_measure.code"],
        ),
        Index(
            "reading_flag_open_once", "rule_id", "resident_id", unique=True,
            postgresql_where=text("cleared_at IS NULL"),
        ),
        Index("reading_flag_of_resident", "resident_id", "id"),
        only_added("cleared_at"),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    rule_id: UUID = Field(foreign_key="alert_rule.id")
    resident_id: UUID
    device_id: UUID
    sequence: int = Field(sa_type=BigInteger)
    code: str
    record_id: UUID = Field(foreign_key="record.id")
    measured_at: datetime = Field(sa_type=MOMENT)
    raised_at: datetime = Field(sa_type=MOMENT)
    cleared_at: datetime | None = Field(default=None, sa_type=MOMENT)


class EndedConsentRow(Base, table=True):
    """A consent that has ended: no rule is within it any more, one that is just being made neither."""

    __tablename__ = "ended_consent"
    __table_args__ = (only_added(),)

    consent_id: UUID = Field(primary_key=True)
    ended_at: datetime = Field(sa_type=MOMENT)
