"""Partners' tables. Screenings, certificates and steps are only ever added to."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.rights import only_added
from chassis.rows import Row
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import registry
from sqlmodel import Field


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class PartnerRow(Base, table=True):
    """A partner; its id is its institution's. `lapse_announced`: that its certification ended was announced."""

    __tablename__ = "partner"
    __table_args__ = (
        CheckConstraint(
            "status IN ('screening', 'certifying', 'contracting', 'active', 'suspended', 'offboarding', 'left',"
            " 'rejected')",
            name="partner_status",
        ),
        CheckConstraint("status <> 'left' OR left_at IS NOT NULL", name="partner_left"),
        CheckConstraint("suspended_as IN ('operator', 'regulator')", name="partner_suspended_as"),
        Index("partner_lapsing", "certified_until", postgresql_where=text("NOT lapse_announced")),
        # A number is whatever an applicant says until its papers were screened: then it is one partner's.
        Index(
            "partner_registration_screened",
            "registration_number",
            unique=True,
            postgresql_where=text("status NOT IN ('screening', 'rejected')"),
        ),
        # In whichever spelling: separators, O and 0, I and 1 are the same there.
        Index(
            "partner_number_look_screened",
            "number_look",
            unique=True,
            postgresql_where=text("status NOT IN ('screening', 'rejected') AND number_look <> ''"),
        ),
        Index("partner_name_looks", "name_looks", postgresql_using="gin"),
        Index("partner_registration_due", "registration_due_at"),
        Index("partner_evidence_remind_on", "evidence_remind_on"),
    )

    id: UUID = Field(primary_key=True)
    status: str = Field(index=True)
    registration_number: str = Field(index=True)
    number_look: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})  # `texts.look` of it
    # Of its manifest, to be found by.
    kind: str = Field(default="", sa_column_kwargs={"server_default": ""})
    districts: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    # `texts.look` of its name in each language
    name_looks: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False, server_default="{}"))
    manifest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    applied_by: UUID
    applied_at: datetime = Field(sa_type=DateTime(timezone=True))
    suspension_reason: str = ""
    suspended_as: str | None = None  # who made the suspension it is under: operator or regulator
    suspended_by: UUID | None = None
    suspended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    certified_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    lapse_announced: bool = False
    # When the register of institutions is asked again (at once where nothing is said), how often in a row it did not
    # answer, and since when it confirms the registration no longer: the partner's certificates count as lapsed then.
    registration_due_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    registration_attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    struck_off_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    # Of its newest application: since when nothing is missing that its checklist asks for, and since when something of
    # its is on sale.
    documents_complete_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    live_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    # On which day it is reminded next of evidence that ends.
    evidence_remind_on: date | None = None
    # Of the steps of leaving, the last that was taken (`domain.offboarding`); and when it left last: what it was
    # certified in until then stays ended, whether it applies again or not.
    offboarding_step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    left_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = 1


class StepRow(Base, table=True):
    """A step of a partner's status: who took it, in which role, and why. `became` may be what it was before."""

    __tablename__ = "partner_step"
    __table_args__ = (
        CheckConstraint("taken_as IN ('partner', 'operator', 'regulator')", name="step_taken_as"),
        Index("step_of", "partner_id", "id"),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(foreign_key="partner.id")
    was: str
    became: str
    taken_as: str
    taken_by: UUID
    taken_at: datetime = Field(sa_type=DateTime(timezone=True))
    reason: str = ""


class AppealRow(Base, table=True):
    """A partner's appeal against a step. Triggers hold it to the partner's newest step, end it once and as its voices
    say, and have it lapse as another step is taken."""

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("step_id", name="appeal_once_a_step"),
        UniqueConstraint("id", "decided_by", name="appeal_whose_step"),
        CheckConstraint("against IN ('rejected', 'suspended')", name="appeal_against"),
        CheckConstraint("decided_as IN ('operator', 'regulator')", name="appeal_decided_as"),
        CheckConstraint("status IN ('waiting', 'granted', 'dismissed', 'lapsed')", name="appeal_status"),
        CheckConstraint("(status = 'waiting') = (ended_at IS NULL)", name="appeal_ends"),
        Index("appeal_of", "partner_id", "id"),
        Index("appeal_waiting", "id", postgresql_where=text("status = 'waiting'")),
        only_added("status", "ended_at"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(foreign_key="partner.id")
    step_id: UUID = Field(foreign_key="partner_step.id")
    against: str  # what the step made of the partner
    decided_as: str  # in which role the step was taken
    decided_by: UUID  # and by whom
    reason: str
    document_ids: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    appealed_by: UUID
    appealed_at: datetime = Field(sa_type=DateTime(timezone=True))
    status: str = Field(default="waiting", sa_column_kwargs={"server_default": "waiting"})
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class AppealVoiceRow(Base, table=True):
    """What one person decides of an appeal, once; never who took the step."""

    __tablename__ = "appeal_voice"
    __table_args__ = (
        UniqueConstraint("appeal_id", "number", name="appeal_voice_each"),
        ForeignKeyConstraint(["appeal_id", "decided_by"], ["appeal.id", "appeal.decided_by"], name="appeal_voice_of"),
        CheckConstraint("spoken_by <> decided_by", name="appeal_voice_by_another"),
        CheckConstraint("spoken_as IN ('operator', 'regulator')", name="appeal_voice_spoken_as"),
        only_added(),
    )

    appeal_id: UUID = Field(primary_key=True)
    spoken_by: UUID = Field(primary_key=True)
    number: int
    decided_by: UUID  # of the appeal: who took the step
    spoken_as: str
    spoken_at: datetime = Field(sa_type=DateTime(timezone=True))
    granted: bool
    reason: str


class ScreeningRow(Base, table=True):
    """A review of a partner by the rubric. It holds all that its outcome follows from: the items as they were asked,
    the answers, and how much was enough; a trigger computes it again. Decisions of before the rubric have none."""

    __tablename__ = "screening"
    __table_args__ = (
        CheckConstraint("kind IN ('application', 'partial', 'renewal')", name="screening_kind"),
        CheckConstraint(
            "num_nonnulls(edition, checklist_version, pass_at, area_at, score, answers) IN (0, 6)",
            name="screening_by_a_rubric",
        ),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(foreign_key="partner.id", index=True)
    passed: bool
    reasons: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    decided_by: UUID
    decided_at: datetime = Field(sa_type=DateTime(timezone=True))
    # The register's own, of its answer that the registration is in force; none where the screening was not passed.
    registration_reference: str | None = None
    kind: str = Field(default="application", sa_column_kwargs={"server_default": "application"})
    edition: str | None = None
    checklist_version: str | None = None
    pass_at: int | None = None
    area_at: int | None = None
    score: int | None = None
    # Items as the pack had them, each with `verdict` (0, 1, 2, or null) and `reason`.
    answers: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))


class CertificateRow(Base, table=True):
    """A certificate in one aspect. The newest version of an aspect is the one that counts; one that needs a regulator's
    signature counts from then on. A trigger lets it be signed once, and revoked once: then it counts no more."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("partner_id", "aspect", "version"),
        CheckConstraint("aspect IN ('law', 'security', 'technology', 'product', 'service')", name="certificate_aspect"),
        CheckConstraint("expires_at > issued_at", name="certificate_lives"),
        CheckConstraint("cosigned_by <> issued_by", name="certificate_by_two"),
        CheckConstraint(
            "(cosigned_by IS NULL) = (cosigned_at IS NULL) AND (cosigned_by IS NULL OR needs_cosignature)",
            name="certificate_cosigned",
        ),
        CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_as IS NULL)"
            " AND (revoked_at IS NULL) = (revocation_reason = '') AND revoked_as IN ('operator', 'regulator')",
            name="certificate_revoked_by_somebody",
        ),
        only_added("cosigned_by", "cosigned_at", "revoked_by", "revoked_as", "revoked_at", "revocation_reason"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(foreign_key="partner.id")
    aspect: str
    scope: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    version: int
    issued_by: UUID
    issued_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    needs_cosignature: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    cosigned_by: UUID | None = None
    cosigned_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    revoked_by: UUID | None = None
    revoked_as: str | None = None  # operator or regulator
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    revocation_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})


class ContractRow(Base, table=True):
    """A version of a contract, on offer until it is signed; its number is its split plan's version. A trigger lets it
    be signed once, while it is the newest; what was offered stays."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("partner_id", "number"),
        CheckConstraint(
            "(signed_at IS NULL) = (effective_at IS NULL) AND effective_at >= signed_at",
            name="contract_never_backdated",
        ),
        only_added("signed_at", "signed_by", "effective_at"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(foreign_key="partner.id")
    number: int
    split_plan: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    offered_at: datetime = Field(sa_type=DateTime(timezone=True))
    offered_by: UUID | None = None  # unknown of offers of before 0011
    signed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    signed_by: UUID | None = None
    effective_on: date | None = None  # as it was offered; None: from its signature on
    effective_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # from when orders go by it


class BankAccountChangeRow(Base, table=True):
    """A change of the account that payouts go to. The newest in force counts; a partner without one is paid to the
    account of its manifest. A trigger holds its order: proposed, confirmed, then in force or stopped, each once."""

    __tablename__ = "bank_account_change"
    __table_args__ = (
        CheckConstraint("confirmed_by <> proposed_by", name="bank_account_change_by_two"),
        CheckConstraint(
            "num_nonnulls(confirmed_by, confirmed_at, effective_at) IN (0, 3)", name="bank_account_change_confirmed"
        ),
        CheckConstraint(
            "effective_at >= confirmed_at + interval '23 hours'", name="bank_account_change_cools"
        ),  # a whole day, of which a change of the clock may take an hour
        CheckConstraint(
            "in_force_at IS NULL OR (effective_at IS NOT NULL AND in_force_at >= effective_at AND stopped_at IS NULL)",
            name="bank_account_change_in_force",
        ),
        CheckConstraint(
            "num_nonnulls(stopped_by, stopped_at, stopped_as) IN (0, 3) AND (stopped_at IS NULL) = (stop_reason = '')"
            " AND stopped_as IN ('partner', 'operator')",
            name="bank_account_change_stopped",
        ),
        Index(
            "bank_account_change_one_open",
            "partner_id",
            unique=True,
            postgresql_where=text("in_force_at IS NULL AND stopped_at IS NULL"),
        ),
        Index("bank_account_change_of", "partner_id", "id"),
        Index(
            "bank_account_change_due",
            "effective_at",
            postgresql_where=text("in_force_at IS NULL AND stopped_at IS NULL"),
        ),
        only_added(
            "confirmed_by",
            "confirmed_at",
            "effective_at",
            "in_force_at",
            "stopped_by",
            "stopped_as",
            "stopped_at",
            "stop_reason",
        ),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(foreign_key="partner.id")
    holder: str
    number: str
    bank_code: str
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    confirmed_by: UUID | None = None
    confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    effective_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    in_force_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    stopped_by: UUID | None = None
    stopped_as: str | None = None
    stopped_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    stop_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})


class OffboardingRow(Base, table=True):
    """A partner's leaving: `step` is the last that was taken. Triggers hold the order of its steps."""

    __tablename__ = "offboarding"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(stopped_by, stopped_as, stopped_at) IN (0, 3) AND (stopped_at IS NULL) = (stop_reason = '')"
            " AND stopped_as IN ('partner', 'operator')",
            name="offboarding_stopped",
        ),
        CheckConstraint("stopped_at IS NULL OR step < 5", name="offboarding_ends_once"),
        Index(
            "offboarding_one_open", "partner_id", unique=True, postgresql_where=text("stopped_at IS NULL AND step < 5")
        ),
        Index("offboarding_of", "partner_id", "id"),
        only_added("step", "stopped_by", "stopped_as", "stopped_at", "stop_reason"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(foreign_key="partner.id")
    begun_by: UUID
    begun_at: datetime = Field(sa_type=DateTime(timezone=True))
    reason: str
    step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    stopped_by: UUID | None = None
    stopped_as: str | None = None
    stopped_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    stop_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})


class OffboardingStepRow(Base, table=True):
    """A step of leaving that was taken, by whom and when."""

    __tablename__ = "offboarding_step"
    __table_args__ = (
        CheckConstraint(
            "step BETWEEN 1 AND 5 AND taken_as = CASE WHEN step = 5 THEN 'operator' ELSE 'partner' END",
            name="offboarding_step_is_theirs",
        ),
        only_added(),
    )

    offboarding_id: UUID = Field(primary_key=True, foreign_key="offboarding.id")
    step: int = Field(primary_key=True)
    taken_as: str
    taken_by: UUID
    taken_at: datetime = Field(sa_type=DateTime(timezone=True))


class FreezeRow(Base, table=True):
    """A regulator's freeze of a partner, or of an offering, a practitioner or an account. A trigger sees to it that it
    is lifted once and else stays as it is."""

    __tablename__ = "regulator_freeze"
    __table_args__ = (
        CheckConstraint("target IN ('partner', 'offering', 'practitioner', 'account')", name="freeze_target"),
        CheckConstraint("cardinality(capabilities) > 0", name="freeze_of_something"),
        CheckConstraint("target_id <> imposed_by AND target_id IS DISTINCT FROM lifted_by", name="freeze_by_another"),
        CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL) AND (lifted_at IS NULL) = (lift_reason = '')",
            name="freeze_lifted_by_somebody",
        ),
        Index(
            "freeze_of_a_case",
            "target",
            "target_id",
            "case_number",
            unique=True,
            postgresql_where=text("lifted_at IS NULL"),
        ),
        Index("freeze_by_partner", "partner_id", "id"),
        only_added("lifted_by", "lifted_at", "lift_reason"),
    )

    id: UUID = Field(primary_key=True)
    case_number: str
    target: str
    target_id: UUID
    partner_id: UUID | None = None  # whose it is; the partner itself, where that is frozen
    capabilities: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    reason: str
    imposed_by: UUID
    imposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    lifted_by: UUID | None = None
    lifted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    lift_reason: str = ""


class ApiKeyRow(Base, table=True):
    """An API key: the hash of its secret, which is shown once and never stored, or the public keys of its system; or an
    app that residents use, which has neither."""

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint("num_nonnulls(secret_sha256, key_set, app) = 1", name="api_key_known_by"),
        CheckConstraint("app IS NULL OR scopes = ARRAY['records']", name="api_key_app_reads"),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(foreign_key="partner.id", index=True)
    label: str
    scopes: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    secret_sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary, unique=True))
    key_set: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    app: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))  # see `domain.apps`
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    last_used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class DocumentRow(Base, table=True):
    """A document a partner sends as evidence: announced, then uploaded once. Links are known by their hashes only."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("size BETWEEN 1 AND 10485760", name="document_size"),
        Index("document_unnamed", "announced_at", postgresql_where=text("named_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    partner_id: UUID = Field(index=True)
    media_type: str
    size: int
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    announced_at: datetime = Field(sa_type=DateTime(timezone=True))
    link_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    link_expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    uploaded_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    # When an application first named it, or an operator first opened it: from then on it stays.
    named_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class DocumentContentRow(Base, table=True):
    """What a document holds, apart from what is known of it, so that looking at that stays cheap."""

    __tablename__ = "document_content"

    document_id: UUID = Field(primary_key=True, foreign_key="document.id")
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class SigningKeyRow(Base, table=True):
    """The public key a partner's systems sign statements with."""

    __tablename__ = "statement_key"
    __table_args__ = (CheckConstraint("octet_length(public_key) = 32", name="statement_key_length"),)

    partner_id: UUID = Field(primary_key=True, foreign_key="partner.id")
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    registered_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)


class DataGradeRow(Base, table=True):
    """A copy of how good the data of a kind is that an institution sends, kept from records' events: the newest. It may
    come before the institution has applied. A trigger lets a newer one only take its place."""

    __tablename__ = "data_grade"
    __table_args__ = (CheckConstraint("letter IN ('A', 'B', 'C', 'D', 'E')", name="data_grade_letter"),)

    partner_id: UUID = Field(primary_key=True)
    resource_type: str = Field(primary_key=True)
    letter: str
    month: str  # such as 2026-10
    graded_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)  # of the institution's grades: a later month has a higher one
