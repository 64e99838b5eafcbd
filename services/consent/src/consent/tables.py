"""Consent's tables. An artefact changes once, when it is revoked or ends; the access log is only ever added to.

What gets into the access log waits for its place in the tree, for about a second, and then is a leaf of it for good.

What a grantee may keep under an artefact has an erasure, which a trigger adds and brings forward with the artefact.
"""

from datetime import date, datetime, time
from uuid import UUID

from chassis.rights import only_added
from chassis.rows import Row
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import registry
from sqlmodel import Field


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class RequestRow(Base, table=True):
    """What a partner asks of a resident's data, for one order line; what a scan offers it for a visit; what a FHIR
    Consent that somebody sent offers it; or what a project asks for that the resident joined."""

    __tablename__ = "consent_request"
    __table_args__ = (
        CheckConstraint(
            "status IN ('requested', 'granted', 'denied', 'withdrawn', 'superseded')", name="request_status"
        ),
        CheckConstraint(
            "CASE origin"
            " WHEN 1 THEN num_nonnulls(order_id, order_line_id) = 2"
            " AND num_nonnulls(scan_id, practitioner_id, expires_at, offered_by) = 0"
            " WHEN 2 THEN num_nonnulls(order_id, order_line_id, offered_by) = 0"
            " AND num_nonnulls(scan_id, practitioner_id, expires_at) = 3"
            " WHEN 4 THEN num_nonnulls(order_id, order_line_id, scan_id) = 0"
            " AND num_nonnulls(expires_at, offered_by) = 2"
            " WHEN 5 THEN num_nonnulls(order_id, order_line_id, scan_id, practitioner_id, offered_by) = 0"
            " AND expires_at IS NOT NULL"
            " ELSE false END",
            name="request_has_an_origin",
        ),
        CheckConstraint("(origin = 5) = (project_id IS NOT NULL)", name="request_of_a_project"),
        CheckConstraint("origin = 4 OR num_nonnulls(data_from, data_until) = 0", name="request_has_a_period"),
        CheckConstraint("data_from < data_until", name="request_period"),
        CheckConstraint("uses_per_day >= 0 AND uses_in_all >= 0", name="request_uses"),
        UniqueConstraint("scan_id", name="request_of_one_scan"),
        Index("request_by_resident", "resident_id", "id"),
        Index("visit_of_resident", "resident_id", "grantee_id", "expires_at", postgresql_where=text("origin = 2")),
        Index("visit_of_grantee", "grantee_id", "id", postgresql_where=text("origin = 2")),
        Index("offer_of_grantee", "grantee_id", "id", postgresql_where=text("origin = 4")),
        Index("offer_of_resident", "resident_id", "grantee_id", "requested_at", postgresql_where=text("origin = 4")),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    grantee_id: UUID
    order_id: UUID | None = Field(default=None, index=True)  # of an order, as is its line
    order_line_id: UUID | None = Field(default=None, unique=True)
    template: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    template_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: str
    requested_at: datetime = Field(sa_type=DateTime(timezone=True))
    origin: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})  # the contract's Origin
    scan_id: UUID | None = None  # of a visit
    practitioner_id: UUID | None = None  # of a visit, who scanned; of an offer, the only one it is for
    expires_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # of a visit or an offer
    offered_by: UUID | None = None  # of an offer: who sent it
    data_from: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # of an offer
    data_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    uses_per_day: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})  # of an offer; 0: any number
    uses_in_all: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    project_id: UUID | None = Field(default=None, foreign_key="project.id")  # which was joined


class ArtefactRow(Base, table=True):
    """A resident's signed permission."""

    __tablename__ = "consent_artefact"
    __table_args__ = (
        CheckConstraint("expires_at > granted_at", name="artefact_lives"),
        CheckConstraint("cardinality(information_types) > 0", name="artefact_permits_something"),
        CheckConstraint("retention_days >= 0", name="artefact_retention"),
        CheckConstraint("data_from < data_until", name="artefact_period"),
        CheckConstraint("uses_per_day >= 0 AND uses_in_all >= 0", name="artefact_uses"),
        CheckConstraint(
            "CASE origin"
            " WHEN 1 THEN num_nonnulls(order_id, order_line_id) = 2 AND scan_id IS NULL"
            " AND consent_request_id IS NOT NULL"
            " WHEN 2 THEN num_nonnulls(order_id, order_line_id) = 0 AND num_nonnulls(scan_id, consent_request_id) = 2"
            " WHEN 3 THEN num_nonnulls(order_id, order_line_id, scan_id, consent_request_id) = 0"
            " AND practitioner_id IS NOT NULL AND purpose = 'ETREAT' AND access_mode = 1"
            " WHEN 4 THEN num_nonnulls(order_id, order_line_id, scan_id) = 0 AND consent_request_id IS NOT NULL"
            " WHEN 5 THEN num_nonnulls(order_id, order_line_id, scan_id, practitioner_id) = 0"
            " AND consent_request_id IS NOT NULL"
            " ELSE false END",
            name="artefact_has_an_origin",
        ),
        CheckConstraint("(origin = 5) = (project_id IS NOT NULL)", name="artefact_of_a_project"),
        Index(
            "artefact_of_project_open",
            "project_id",
            "id",
            postgresql_where=text("project_id IS NOT NULL AND revoked_at IS NULL AND ended_at IS NULL"),
        ),
        Index("artefact_for_decision", "resident_id", "grantee_id", "granted_at"),
        Index("artefact_by_grantee", "grantee_id", "id"),
        Index(
            "artefact_to_compute",
            "grantee_id",
            "resident_id",
            postgresql_where=text("access_mode = 3 AND revoked_at IS NULL AND ended_at IS NULL"),
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_because = 0)", name="artefact_ends_for_a_reason"),
        Index(
            "artefact_given_for_another",
            "resident_id",
            "granted_by",
            postgresql_where=text("granted_by <> resident_id AND revoked_at IS NULL AND ended_at IS NULL"),
        ),
        only_added("revoked_at", "revoked_because", "ended_at", "ended_because"),
    )

    id: UUID = Field(primary_key=True)
    consent_request_id: UUID | None = Field(default=None, unique=True, foreign_key="consent_request.id")
    resident_id: UUID
    granted_by: UUID
    grantee_id: UUID
    order_id: UUID | None = Field(default=None, index=True)
    order_line_id: UUID | None = None
    information_types: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    purpose: str
    access_mode: int
    granted_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    revoked_because: str = ""
    receipt: str
    artefact_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    retention_days: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # see `domain.End`
    ended_because: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})  # the contract's ConsentEnd
    origin: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})  # the contract's Origin
    scan_id: UUID | None = None  # of a visit
    practitioner_id: UUID | None = None  # the only one who is permitted; None: all of the grantee's people
    visit_rule_id: UUID | None = None  # which granted it; None: a person did
    sensitive_categories: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(TEXT), nullable=False, server_default=text("'{}'"))
    )
    data_from: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # of what is dated from then on
    data_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # and before
    uses_per_day: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})  # 0: any number
    uses_in_all: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    project_id: UUID | None = Field(default=None, foreign_key="project.id")  # with which it ends


class UseRow(Base, table=True):
    """How often a consent was used that may not be used without end: on the newest day of the city's, and in all."""

    __tablename__ = "consent_use"
    __table_args__ = (
        CheckConstraint("on_day <= per_day_max", name="use_on_day"),
        CheckConstraint("in_all <= in_all_max", name="use_in_all"),
        CheckConstraint("permitted >= 0 AND on_day <= in_all", name="use_only_grows"),
    )

    consent_id: UUID = Field(primary_key=True, foreign_key="consent_artefact.id")
    per_day_max: int | None = None  # as the artefact says; None: any number
    in_all_max: int | None = None
    day: date
    on_day: int
    in_all: int
    permitted: int  # of what was asked for last, how many uses were


class VisitRuleRow(Base, table=True):
    """A resident's word for scans to come: which of them open the record. It changes once, when it ends."""

    __tablename__ = "visit_rule"
    __table_args__ = (
        CheckConstraint("cardinality(information_types) > 0", name="visit_rule_opens_something"),
        CheckConstraint("history_days >= 0", name="visit_rule_history"),
        CheckConstraint(
            "num_nulls(hours_from, hours_until) IN (0, 2) AND (hours_from IS NULL OR hours_from <> hours_until)",
            name="visit_rule_hours",
        ),
        Index("visit_rule_by_resident", "resident_id", "id"),
        Index("visit_rule_in_force", "resident_id", postgresql_where=text("ended_at IS NULL")),
        only_added("ended_at"),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID
    set_by: UUID  # the resident or a guardian
    institution_kinds: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))  # the contract's; none: all
    information_types: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    hours_from: time | None = None  # by the city's clock; None, as both are: all day
    hours_until: time | None = None
    whole_institution: bool
    set_at: datetime = Field(sa_type=DateTime(timezone=True))
    good_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # a guardian's: they act so long
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    sensitive_categories: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(TEXT), nullable=False, server_default=text("'{}'"))
    )
    history_days: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})  # 0: however old


class EmergencyRow(Base, table=True):
    """That a practitioner broke the glass, and what was found of it: by their institution, and by the regulator."""

    __tablename__ = "emergency"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(reviewed_at, reviewed_by, review_justified, review_note) IN (0, 4)",
            name="emergency_reviewed_as_a_whole",
        ),
        CheckConstraint(
            "num_nonnulls(audited_at, audited_by, audit_justified, audit_note) IN (0, 4)",
            name="emergency_audited_as_a_whole",
        ),
        CheckConstraint(
            "practitioner_id <> ALL (ARRAY[reviewed_by, audited_by])", name="emergency_reviewed_by_somebody_else"
        ),
        CheckConstraint("review_due_at > opened_at", name="emergency_review_due"),
        Index("emergency_by_practitioner", "practitioner_id", "opened_at"),
        Index("emergency_by_resident", "resident_id", "id"),
        Index("emergency_by_partner", "partner_id", "id"),
        Index("emergency_to_review", "review_due_at", postgresql_where=text("reviewed_at IS NULL")),
        only_added(
            "reviewed_at", "reviewed_by", "review_justified", "review_note", "audited_at", "audited_by",
            "audit_justified", "audit_note",
        ),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    consent_id: UUID = Field(unique=True, foreign_key="consent_artefact.id")
    resident_id: UUID
    partner_id: UUID
    practitioner_id: UUID
    reason: str
    opened_at: datetime = Field(sa_type=DateTime(timezone=True))
    until: datetime = Field(sa_type=DateTime(timezone=True))
    review_due_at: datetime = Field(sa_type=DateTime(timezone=True))
    reviewed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reviewed_by: UUID | None = None
    review_justified: bool | None = None
    review_note: str | None = None
    audited_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    audited_by: UUID | None = None
    audit_justified: bool | None = None
    audit_note: str | None = None


class LegalBasisRow(Base, table=True):
    """What the law lets an institution see of everybody. It is signed once, by another person, and ended once."""

    __tablename__ = "legal_basis"
    __table_args__ = (
        CheckConstraint("cardinality(information_types) > 0", name="legal_basis_permits_something"),
        CheckConstraint("valid_days > 0", name="legal_basis_lasts"),
        CheckConstraint("signed_by <> entered_by", name="legal_basis_takes_two"),
        CheckConstraint("num_nulls(signed_by, signed_at, expires_at) IN (0, 3)", name="legal_basis_signed_as_a_whole"),
        CheckConstraint("num_nulls(ended_by, ended_at, ended_because) IN (0, 3)", name="legal_basis_ended_as_a_whole"),
        Index(
            "legal_basis_in_force",
            "grantee_id",
            postgresql_where=text("signed_at IS NOT NULL AND ended_at IS NULL"),
        ),
        only_added("signed_by", "signed_at", "expires_at", "ended_by", "ended_at", "ended_because"),
    )

    id: UUID = Field(primary_key=True)
    statute: str
    why: str
    grantee_id: UUID
    information_types: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    sensitive_categories: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    purpose: str
    access_mode: int
    valid_days: int
    entered_by: UUID
    entered_at: datetime = Field(sa_type=DateTime(timezone=True))
    signed_by: UUID | None = None
    signed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    expires_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_by: UUID | None = None
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_because: str | None = None


class ProjectRow(Base, table=True):
    """A project of research or public health. It is endorsed, approved and ended once each, by three people."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("cardinality(information_types) > 0", name="project_asks_for_something"),
        CheckConstraint("purpose IN ('HRESCH', 'PUBHLTH')", name="project_purpose"),
        CheckConstraint("CASE access_mode WHEN 3 THEN people_min >= 10 ELSE people_min = 0 END", name="project_people"),
        CheckConstraint("term_days > 0", name="project_lasts"),
        CheckConstraint(
            "retention_days >= 0 AND (retention_days = 0 OR access_mode = 2)", name="project_keeps_what_it_stores"
        ),
        CheckConstraint(
            "endorsed_by <> proposed_by AND approved_by <> proposed_by AND approved_by <> endorsed_by",
            name="project_takes_three",
        ),
        CheckConstraint("num_nulls(endorsed_by, endorsed_at) IN (0, 2)", name="project_endorsed_as_a_whole"),
        CheckConstraint(
            "num_nulls(approved_by, approved_at, expires_at) IN (0, 3)", name="project_approved_as_a_whole"
        ),
        CheckConstraint("approved_at IS NULL OR endorsed_at IS NOT NULL", name="project_endorsed_first"),
        CheckConstraint("num_nulls(ended_by, ended_at, ended_because) IN (0, 3)", name="project_ended_as_a_whole"),
        CheckConstraint("ended_at IS NOT NULL OR NOT consents_ended", name="project_consents_end_with_it"),
        Index("project_of_grantee", "grantee_id", "id"),
        Index("project_to_close", "id", postgresql_where=text("ended_at IS NOT NULL AND NOT consents_ended")),
        only_added(
            "endorsed_by",
            "endorsed_at",
            "approved_by",
            "approved_at",
            "expires_at",
            "ended_by",
            "ended_at",
            "ended_because",
            "consents_ended",
        ),
    )

    id: UUID = Field(primary_key=True)
    name: str
    why: str
    ethics_approval: str
    grantee_id: UUID
    information_types: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    sensitive_categories: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    purpose: str
    access_mode: int
    people_min: int  # of how many people a result says something at least
    term_days: int
    retention_days: int
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    endorsed_by: UUID | None = None
    endorsed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    approved_by: UUID | None = None
    approved_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    expires_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_by: UUID | None = None
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_because: str | None = None
    consents_ended: bool = False  # all that were given for it, after its end


class StandingRow(Base, table=True):
    """A partner's standing, as far as decisions go by it: the newest, by its version."""

    __tablename__ = "standing"
    __table_args__ = (
        Index("standing_unknown", "partner_id", postgresql_where=text("version = 0 OR kind IS NULL")),
        Index("standing_leaving", "partner_id", postgresql_where=text("consents_end_at IS NOT NULL")),
    )

    partner_id: UUID = Field(primary_key=True)
    reads_data: bool  # by its status; a lapse is by the clock
    certified_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)  # 0: unknown yet; a worker asks partners
    kind: int | None = None  # the contract's PartnerKind; None: of a release before, and asked for likewise
    frozen: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})  # by a regulator
    # It leaves: what was given to it by then is to be ended. Nothing is to be where it is None.
    consents_end_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class PractitionerFreezeRow(Base, table=True):
    """A regulator's freeze of a practitioner. It is lifted once, in whichever order the events arrive."""

    __tablename__ = "practitioner_freeze"
    __table_args__ = (Index("practitioner_frozen", "practitioner_id", postgresql_where=text("NOT lifted")),)

    freeze_id: UUID = Field(primary_key=True)
    practitioner_id: UUID
    lifted: bool


class OrderRow(Base, table=True):
    """Since when an order is confirmed, and when it ended. Each is set once, in whichever order the events arrive."""

    __tablename__ = "consent_order"
    __table_args__ = (
        Index(
            "order_under_way",
            "resident_id",
            "partner_id",
            postgresql_where=text("confirmed_at IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID  # who is served
    partner_id: UUID
    confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_because: int = 0
    version: int = Field(default=0, sa_type=BigInteger)  # of the order when it was last passed on to somebody


class ScanRow(Base, table=True):
    """When a partner's people last scanned a resident's code."""

    __tablename__ = "last_scan"

    resident_id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(primary_key=True)
    scanned_at: datetime = Field(sa_type=DateTime(timezone=True))


class AgreementRow(Base, table=True):
    """A resident's word for an order that has not arrived yet."""

    __tablename__ = "agreement"
    __table_args__ = (Index("agreement_by_person", "agreed_by", "agreed_at"),)

    order_id: UUID = Field(primary_key=True)
    resident_id: UUID = Field(primary_key=True)
    template_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    grantee_id: UUID
    agreed_by: UUID
    agreed_at: datetime = Field(sa_type=DateTime(timezone=True))
    good_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # a guardian's: they act so long


class EndedGuardianshipRow(Base, table=True):
    """A guardianship that has ended, by its newest event."""

    __tablename__ = "ended_guardianship"

    dependant_id: UUID = Field(primary_key=True)
    guardian_id: UUID = Field(primary_key=True)
    # Nothing where it began again since.
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)  # of the two, counted by identity


class RefusalRow(Base, table=True):
    """How often a refusal was repeated on a day: the first is in the access log, the others are counted here."""

    __tablename__ = "refusal"
    __table_args__ = (
        UniqueConstraint("position", name="refusal_of_one_entry"),
        Index("refusal_of_decision", "decision_id"),
        Index("refusal_not_summed", "day", postgresql_where=text("NOT summed")),
    )

    resident_id: UUID = Field(primary_key=True)
    asker_id: UUID = Field(primary_key=True)  # whose person or system; all of a partner's where it has no standing
    reason: int = Field(primary_key=True)
    day: date = Field(primary_key=True)
    position: int | None = Field(default=None, sa_type=BigInteger)  # of the entry, where the release before wrote it
    decision_id: UUID  # of the entry
    times: int = 1
    last_at: datetime = Field(sa_type=DateTime(timezone=True))
    summed: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})  # `times` is in the log


class PackRow(Base, table=True):
    """What the city's pack said when a process of this service last started: a digest of each of its parts."""

    __tablename__ = "city_pack"
    __table_args__ = (CheckConstraint("id = 1", name="city_pack_is_one"),)

    id: int = Field(default=1, primary_key=True)
    parts: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    noted_at: datetime = Field(sa_type=DateTime(timezone=True))


class ErasureRow(Base, table=True):
    """What a grantee has to erase of what it kept under one artefact, and its word that it did."""

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("announced_at >= due_at", name="erasure_announced_when_due"),
        CheckConstraint(
            "num_nonnulls(attested_at, attested_by, method, receipt, attestation_hash) IN (0, 5)",
            name="erasure_attested_as_a_whole",
        ),
        CheckConstraint("method BETWEEN 1 AND 5", name="erasure_method"),
        CheckConstraint("octet_length(protocol_sha256) = 32", name="erasure_protocol"),
        Index("erasure_by_grantee", "grantee_id", "due_at", "consent_id"),
        Index("erasure_by_due", "due_at", "consent_id"),
        Index("erasure_open", "due_at", postgresql_where=text("attested_at IS NULL")),
        only_added(
            "due_at", "announced_at", "attested_at", "attested_by", "method", "protocol_sha256", "receipt",
            "attestation_hash",
        ),
    )  # fmt: skip

    consent_id: UUID = Field(primary_key=True, foreign_key="consent_artefact.id")
    grantee_id: UUID
    due_at: datetime = Field(sa_type=DateTime(timezone=True))
    announced_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    attested_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    attested_by: UUID | None = None
    method: int | None = None
    protocol_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    receipt: str | None = None
    attestation_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class AccessLogRow(Base, table=True):
    """An entry from before the tree, chained to the one before it: kept as it was, and a leaf of the tree, too."""

    __tablename__ = "access_log"
    __table_args__ = (Index("access_log_of", "resident_id", "position"), only_added())

    position: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    resident_id: UUID
    entry: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # AccessLogEntry without its hash
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


def about_somebody(table: str) -> tuple[CheckConstraint, CheckConstraint]:
    """That only what changes the rules (kinds 6 and 9) is about no resident, and what is everybody's (9) about none."""
    return (
        CheckConstraint("resident_id IS NOT NULL OR kind IN (6, 9)", name=f"{table}_is_about_somebody"),
        CheckConstraint("kind <> 9 OR resident_id IS NULL", name=f"{table}_is_everybodys"),
    )


class WaitingEntryRow(Base, table=True):
    """An entry of the access log that has no place in the tree yet. It leaves when it is a leaf, and not otherwise."""

    __tablename__ = "access_log_waiting"
    __table_args__ = (*about_somebody("waiting"),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    resident_id: UUID | None = None  # None: it is about nobody alone
    partner_id: UUID | None = None
    subject_id: UUID | None = None  # who asked or acted
    kind: int
    at: datetime = Field(sa_type=DateTime(timezone=True))
    entry: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # AccessLogEntry, in the words of the contract


class LookRow(Base, table=True):
    """That somebody who supervises looked at something of a resident's in a minute: the first look of it is in the
    access log. Kept for a day or two, as events of looks may come late."""

    __tablename__ = "look"
    __table_args__ = (CheckConstraint("minute = date_trunc('minute', minute, 'UTC')", name="look_minute"),)

    subject_id: UUID = Field(primary_key=True)
    resident_id: UUID = Field(primary_key=True)
    act: int = Field(primary_key=True)
    minute: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True, index=True))


class LeafRow(Base, table=True):
    """An entry of the access log at its place in the tree. Places follow one another without a gap."""

    __tablename__ = "access_log_leaf"
    __table_args__ = (
        Index("leaf_of_resident", "resident_id", "index"),
        Index("leaf_of_partner", "partner_id", "index"),
        Index("leaf_of_subject", "subject_id", "index"),
        Index("leaf_by_moment", "at", postgresql_using="brin"),
        Index("leaf_rare", "kind", "index", postgresql_where=text("kind > 2")),
        Index("leaf_of_chain", "chain_position", unique=True, postgresql_where=text("chain_position IS NOT NULL")),
        *about_somebody("leaf"),
        only_added(),
    )

    index: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    resident_id: UUID | None = None  # None: it is about nobody alone
    partner_id: UUID | None = None
    subject_id: UUID | None = None
    kind: int
    at: datetime = Field(sa_type=DateTime(timezone=True))
    entry: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    chain_position: int | None = Field(default=None, sa_type=BigInteger)  # in `access_log`, of an entry from before
    chain_hash: bytes | None = Field(default=None, sa_column=Column(LargeBinary))  # its hash there


class NodeRow(Base, table=True):
    """The hash over 256 leaves (level 0), or over 256 nodes of the level below."""

    __tablename__ = "access_log_node"
    __table_args__ = (only_added(),)

    level: int = Field(primary_key=True)
    index: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CheckpointRow(Base, table=True):
    """A signed word of how large the tree was, and its root. Those that were announced stay."""

    __tablename__ = "access_log_checkpoint"
    __table_args__ = (
        Index("checkpoint_announced", "size", postgresql_where=text("announced_at IS NOT NULL")),
        Index("checkpoint_unannounced", "signed_at", postgresql_where=text("announced_at IS NULL")),
        CheckConstraint("octet_length(root) = 32 AND size > 0", name="checkpoint_is_whole"),
    )

    size: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    note: str  # C2SP tlog-checkpoint
    signed_at: datetime = Field(sa_type=DateTime(timezone=True))
    announced_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class CosignatureRow(Base, table=True):
    """A witness's own signature beneath a checkpoint: it has seen that the tree only grew."""

    __tablename__ = "access_log_cosignature"
    __table_args__ = (only_added(),)

    size: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    key: str = Field(primary_key=True)  # the witness's verifier key
    line: str
    received_at: datetime = Field(sa_type=DateTime(timezone=True))


class CountedMonthRow(Base, table=True):
    """A month whose uses of data were counted; it never is again."""

    __tablename__ = "counted_month"
    __table_args__ = (CheckConstraint("extract(day FROM month) = 1", name="counted_month_begins"), only_added())

    month: date = Field(primary_key=True)
    counted_at: datetime = Field(sa_type=DateTime(timezone=True))


class DataUseMonthRow(Base, table=True):
    """How often a kind of information was read for a purpose in a month. Without numbers: it is of fewer than ten
    residents, and nobody is told how often."""

    __tablename__ = "data_use_month"
    __table_args__ = (
        CheckConstraint(
            "(uses IS NULL) = (residents IS NULL) AND residents >= 10 IS NOT FALSE", name="data_use_month_of_many"
        ),
        only_added(),
    )

    month: date = Field(primary_key=True, foreign_key="counted_month.month")
    purpose: str = Field(primary_key=True)
    information_type: str = Field(primary_key=True)
    uses: int | None = Field(default=None, sa_type=BigInteger)
    residents: int | None = None  # at least so many: nobody counts on
