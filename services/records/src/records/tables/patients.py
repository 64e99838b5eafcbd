"""Patients of institutions: their own numbers, whose they were taken for, what waits, and what left a record."""

from datetime import date, datetime
from uuid import UUID

from chassis.rights import only_added
from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from records.tables.base import Base

MOMENT = DateTime(timezone=True)


class PatientNumberRow(Base, table=True):
    """A patient number of an institution's own, and what it has said of who that is. Name and birth date go once it is
    matched; of an identity number there is a seal that identity alone can open."""

    __tablename__ = "patient_number"
    __table_args__ = (
        UniqueConstraint("institution_id", "system", "value", name="patient_number_once"),
        CheckConstraint("(link_id IS NULL) = (resident_id IS NULL)", name="patient_number_matched"),
        CheckConstraint("link_id IS NULL OR name = '' AND birth_date IS NULL", name="patient_number_forgets_names"),
        Index("patient_number_listed", "institution_id", "id"),
        Index("patient_number_to_ask", "ask_at", postgresql_where=text("ask_at IS NOT NULL")),
        Index("patient_number_releasing", "release_at", postgresql_where=text("release_at IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    institution_id: UUID
    system: str
    value: str
    first_seen_at: datetime = Field(sa_type=MOMENT)
    sent_by: UUID  # the last who sent a batch with it, and in which of the contract's roles
    sent_as: int
    resident_id: UUID | None = None
    link_id: UUID | None = None  # in force
    differs: bool = False  # what was said last means another person
    seal: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    scan_id: UUID | None = None
    told_resident_id: UUID | None = None
    name: str = ""
    birth_date: date | None = None
    updated_at: datetime | None = Field(default=None, sa_type=MOMENT)  # as its source says
    ask_at: datetime | None = Field(default=None, sa_type=MOMENT)  # when identity is asked; None: nothing to ask by
    asked_times: int = 0
    release_at: datetime | None = Field(default=None, sa_type=MOMENT)  # when what waits goes into the record


class PatientLinkRow(Base, table=True):
    """That a patient number was taken for a resident's, or somebody is asked whether it is theirs: the trail."""

    __tablename__ = "patient_link"
    __table_args__ = (
        CheckConstraint("status IN ('ASKED', 'IN_FORCE', 'DECLINED', 'LAPSED', 'ENDED')", name="patient_link_status"),
        CheckConstraint(
            "basis IN ('HEALTH_CODE', 'IDENTITY_NUMBER', 'RESIDENT_ID', 'CONFIRMED')", name="patient_link_basis"
        ),
        CheckConstraint("status NOT IN ('IN_FORCE', 'ENDED') OR resident_id IS NOT NULL", name="patient_link_of"),
        CheckConstraint(
            "(basis = 'CONFIRMED') = (asked_by IS NOT NULL AND until IS NOT NULL)", name="patient_link_asked"
        ),
        CheckConstraint("matched_by IS DISTINCT FROM asked_by OR matched_by IS NULL", name="patient_link_two_people"),
        CheckConstraint(
            "(status = 'ENDED') = (ended_at IS NOT NULL AND ended_by IS NOT NULL AND ending IN ('WRONG', 'REUSED')"
            " AND reason <> '')",
            name="patient_link_ended",
        ),
        Index("patient_link_once", "patient_id", unique=True, postgresql_where=text("status IN ('ASKED', 'IN_FORCE')")),
        Index("patient_link_of_number", "patient_id", "id"),
        Index("patient_link_of_resident", "resident_id", "id"),
        only_added(
            "status", "matched_at", "matched_by", "ended_at", "ended_by", "ended_as", "ending", "reason", "withdrawn"
        ),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(foreign_key="patient_number.id")
    institution_id: UUID
    resident_id: UUID | None = None  # of a question: nobody is asked, which is not said
    basis: str
    status: str
    scan_id: UUID | None = None  # by which it was matched
    asked_by: UUID | None = None
    asked_at: datetime | None = Field(default=None, sa_type=MOMENT)
    until: datetime | None = Field(default=None, sa_type=MOMENT)
    checked: str = ""
    matched_at: datetime | None = Field(default=None, sa_type=MOMENT)
    matched_by: UUID | None = None  # who sent the evidence, or the resident
    ended_at: datetime | None = Field(default=None, sa_type=MOMENT)
    ended_by: UUID | None = None
    ended_as: int = 0
    ending: str = ""
    reason: str = ""
    withdrawn: int = 0  # resources that left the record


class WaitingLineRow(Base, table=True):
    """A line that waits until its number is matched. Nothing that reads records reads this. It keeps what became of it,
    and not what it said."""

    __tablename__ = "waiting_line"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (content IS NOT NULL)", name="waiting_line_content"),
        CheckConstraint("(settled_at IS NULL) = (outcome = '')", name="waiting_line_outcome"),
        Index("waiting_line_of_number", "patient_id", "received_at", "id", postgresql_where=text("settled_at IS NULL")),
        Index("waiting_line_refused", "patient_id", "id", postgresql_where=text("outcome = 'r'")),
        Index("waiting_line_of_source", "source_id", "received_at", postgresql_where=text("settled_at IS NULL")),
        Index("waiting_line_oldest", "received_at", postgresql_where=text("settled_at IS NULL")),
        Index("waiting_line_left_out", "source_id", "id", postgresql_where=text("outcome = 'r'")),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(foreign_key="patient_number.id")
    source_id: UUID | None = None  # none: it was in another's record
    number: int | None = Field(default=None, sa_type=BigInteger)
    position: int | None = None
    received_at: datetime = Field(sa_type=MOMENT)
    content: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=MOMENT)
    outcome: str = ""  # a letter, as of any line
    code: str = ""
    field: str = ""
    detail: str = ""
    # What its institution calls the resource, once it is settled.
    resource_type: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    fhir_id: str = Field(default="", sa_column_kwargs={"server_default": text("''")})


class WithdrawnRecordRow(Base, table=True):
    """A version of a resource that was in another's record, as it was: for whoever has to find out what was seen."""

    __tablename__ = "withdrawn_record"
    __table_args__ = (only_added(),)

    record_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    link_id: UUID = Field(foreign_key="patient_link.id", index=True)
    resident_id: UUID
    institution_id: UUID
    resource_type: str
    fhir_id: str
    information_type: str
    effective_at: datetime = Field(sa_type=MOMENT)
    status: str
    content: str
    content_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    ingested_at: datetime = Field(sa_type=MOMENT)
    withdrawn_at: datetime = Field(sa_type=MOMENT)
