"""Identity's tables. Rows never leave this service; what others may know goes out in events."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.rights import only_added
from chassis.rows import Row
from sqlalchemy import (
    TEXT,
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field


class Base(Row, registry=registry()):
    """The tables of this service, apart from any other's in the same process."""


class InstitutionRow(Base, table=True):
    __tablename__ = "institution"
    __table_args__ = (Index("institution_awaits_code", "registered_at", postgresql_where=text("awaits_code")),)

    id: UUID = Field(primary_key=True)
    name: dict[str, str] = Field(sa_type=JSONB)
    registered_at: datetime = Field(sa_type=DateTime(timezone=True))
    # Who registered has not given the code yet that was sent to them: forgotten where they do not.
    awaits_code: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class ResidentRow(Base, table=True):
    __tablename__ = "resident"
    __table_args__ = (
        Index("resident_awaits_code", "registered_at", postgresql_where=text("awaits_code")),
        Index("resident_of_name", "birth_date", text("lower(name)")),
        CheckConstraint("sex IN ('female', 'male')", name="resident_sex"),
        CheckConstraint("district_source IN ('register', 'own')", name="resident_district_source"),
        CheckConstraint(
            "num_nonnulls(district, district_source, district_said_at) IN (0, 3)", name="resident_district_said"
        ),
    )

    id: UUID = Field(primary_key=True)
    name: str
    birth_date: date
    health_code_id: UUID = Field(unique=True)
    code_generation: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # tokens of earlier ones are void
    registered_at: datetime = Field(sa_type=DateTime(timezone=True))
    awaits_code: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})  # as an institution's
    # As the number says by which they were proven; unknown of who is not, or was before it was kept.
    sex: str | None = None
    # The city's district they live in, whose word that is, and since when; a trigger keeps the register's word.
    district: str | None = None
    district_source: str | None = None
    district_said_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class CorrectionRow(Base, table=True):
    """What somebody was called before it was corrected, and when they were born; `register_reference` where the
    register of people confirmed what is right."""

    __tablename__ = "resident_correction"
    __table_args__ = (Index("resident_correction_of", "resident_id", "id"), only_added())

    id: UUID = Field(primary_key=True)
    resident_id: UUID = Field(foreign_key="resident.id")
    name: str
    birth_date: date
    corrected_by: UUID  # the resident, or their guardian
    corrected_at: datetime = Field(sa_type=DateTime(timezone=True))
    register_reference: str = Field(default="", sa_column_kwargs={"server_default": ""})


class IdentityProofRow(Base, table=True):
    """That a resident is who they say. One number proves one resident; of the number a keyed hash is kept."""

    __tablename__ = "identity_proof"
    __table_args__ = (
        UniqueConstraint("number_hash", name="identity_proof_number"),
        CheckConstraint("length(number_hash) = 32", name="identity_proof_hash"),
        only_added(),
    )

    resident_id: UUID = Field(primary_key=True, foreign_key="resident.id")
    number_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    reference: str  # the register's own, of its answer
    proven_by: UUID  # the resident, or their guardian
    proven_at: datetime = Field(sa_type=DateTime(timezone=True))


class SealedNumbersRow(Base, table=True):
    """How many identity numbers of its patients an institution has had sealed on a day, the city's."""

    __tablename__ = "sealed_numbers"

    institution_id: UUID = Field(primary_key=True)
    day: date = Field(primary_key=True)
    numbers: int


GUARDIAN_ACTS = "acts <@ ARRAY['orders', 'consents', 'records', 'health_code'] AND cardinality(acts) > 0"


class GuardianshipProposalRow(Base, table=True):
    """That somebody is to act for another who is registered. Another person than who proposed it confirms it, or an
    operator decides it by documents; triggers hold what the constraints cannot."""

    __tablename__ = "guardianship_proposal"
    __table_args__ = (
        CheckConstraint("guardian_id <> dependant_id", name="guardianship_proposal_of_another"),
        CheckConstraint("ward IN ('minor', 'adult')", name="guardianship_proposal_ward"),
        CheckConstraint(GUARDIAN_ACTS, name="guardianship_proposal_acts"),
        CheckConstraint(
            "status IN ('open', 'confirmed', 'declined', 'withdrawn', 'refused')", name="guardianship_proposal_status"
        ),
        CheckConstraint(
            "(status = 'open') = (closed_at IS NULL) AND (status = 'open') = (closed_by IS NULL)",
            name="guardianship_proposal_closed",
        ),
        CheckConstraint(
            "status NOT IN ('confirmed', 'refused', 'declined')"
            " OR closed_by NOT IN (proposed_by, CASE WHEN evidence <> '[]' THEN guardian_id END,"
            " CASE WHEN evidence <> '[]' THEN dependant_id END) IS NOT FALSE",
            name="guardianship_proposal_by_another",
        ),
        CheckConstraint(
            "evidence = '[]' OR status IN ('open', 'withdrawn') OR reason <> ''", name="guardianship_proposal_reason"
        ),
        CheckConstraint("evidence <> '[]' OR status <> 'refused'", name="guardianship_proposal_refused_by_documents"),
        CheckConstraint(
            "evidence = '[]' OR ward = 'minor' OR until IS NOT NULL", name="guardianship_proposal_term_of_adults"
        ),
        Index(
            "guardianship_proposal_open",
            "guardian_id",
            "dependant_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("guardianship_proposal_of_dependant", "dependant_id", "id"),
        Index("guardianship_proposal_of_proposer", "proposed_by", "id"),
        Index("guardianship_proposal_documents", "id", postgresql_where=text("evidence <> '[]'")),
    )

    id: UUID = Field(primary_key=True)
    guardian_id: UUID = Field(foreign_key="resident.id")
    dependant_id: UUID = Field(foreign_key="resident.id")
    ward: str  # `identity.domain.guardianships.Ward`, when it was proposed
    acts: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    evidence: list[dict[str, str]] = Field(sa_type=JSONB)  # documents; none where another person confirms it
    proposed_by: UUID = Field(foreign_key="resident.id")
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    status: str
    closed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    closed_by: UUID | None = None  # a resident, or an operator
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})


class GuardianRow(Base, table=True):
    """A guardian acts for a dependant; both are residents. Ended and begun again, it is another row. A row without a
    proposal is of a minor whom the guardian registered; a trigger refuses one that its proposal does not say."""

    __tablename__ = "guardian"
    __table_args__ = (
        CheckConstraint("guardian_id <> dependant_id", name="guardian_of_another"),
        CheckConstraint("ward IN ('minor', 'adult')", name="guardian_ward"),
        CheckConstraint(GUARDIAN_ACTS, name="guardian_acts"),
        CheckConstraint("ward = 'minor' OR proposal_id IS NOT NULL", name="guardian_of_adult_proposed"),
        CheckConstraint("until > since", name="guardian_term"),
        Index(
            "guardian_in_force", "guardian_id", "dependant_id", unique=True, postgresql_where=text("ended_at IS NULL")
        ),
        Index("guardian_over", "until", postgresql_where=text("ended_at IS NULL AND until IS NOT NULL")),
        Index("guardian_pair", "guardian_id", "dependant_id", "version"),
    )

    id: UUID = Field(primary_key=True, sa_column_kwargs={"server_default": text("gen_random_uuid()")})
    guardian_id: UUID = Field(foreign_key="resident.id")
    dependant_id: UUID = Field(foreign_key="resident.id", index=True)
    ward: str = Field(default="minor", sa_column_kwargs={"server_default": "minor"})
    acts: list[str] = Field(
        default=["orders", "consents", "records", "health_code"],
        sa_column=Column(ARRAY(TEXT), nullable=False, server_default=text("'{orders,consents,records,health_code}'")),
    )
    since: datetime = Field(sa_type=DateTime(timezone=True))
    until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # its term; None for none
    version: int = Field(
        default=1, sa_type=BigInteger, sa_column_kwargs={"server_default": "1"}
    )  # odd: of its beginning
    proposal_id: UUID | None = Field(default=None, foreign_key="guardianship_proposal.id")
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    # The guardian, an adult dependant, or an operator; nobody where the dependant came of age or its term was over.
    ended_by: UUID | None = None
    ended_because: str = Field(default="", sa_column_kwargs={"server_default": ""})


class PractitionerRow(Base, table=True):
    """A licence number is whatever an institution says until it is checked: it is one person's within the institution
    and keeps no other institution from naming it. Who has left has no number any more: it is free again."""

    __tablename__ = "practitioner"
    __table_args__ = (
        UniqueConstraint("institution_id", "licence_number", name="practitioner_licence_in_institution"),
        UniqueConstraint("institution_id", "licence_look", "licence_repeats", name="practitioner_licence_looks"),
        CheckConstraint(
            "(ended_at IS NULL AND licence_number IS NOT NULL AND former_licence_number IS NULL)"
            " OR (ended_at IS NOT NULL AND ended_by IS NOT NULL AND licence_number IS NULL"
            " AND former_licence_number IS NOT NULL)",
            name="practitioner_number_until_end",
        ),
    )

    id: UUID = Field(primary_key=True)
    institution_id: UUID = Field(foreign_key="institution.id", index=True)
    name: str
    licence_number: str | None
    licence_look: str | None = None  # the number's `chassis.texts.look`; a trigger sets it
    # Of those who were there under a look-alike before looks were compared: how many came before them. Else 0.
    licence_repeats: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    title: str
    registered_at: datetime = Field(sa_type=DateTime(timezone=True))
    former_licence_number: str | None = None  # of who has left
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_by: UUID | None = None  # a member of the institution's staff, or an operator
    ended_because: str = Field(default="", sa_column_kwargs={"server_default": ""})


class LicenceCheckRow(Base, table=True):
    """What the register of licences says of a practitioner's. It begins with the registration, by a trigger."""

    __tablename__ = "licence_check"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'checked', 'refused', 'withdrawn')", name="licence_check_state"),
        CheckConstraint("(state = 'waiting') = (checked_at IS NULL)", name="licence_check_answered"),
        Index("licence_check_due", "due_at"),
    )

    practitioner_id: UUID = Field(primary_key=True, foreign_key="practitioner.id")
    state: str
    due_at: datetime = Field(sa_type=DateTime(timezone=True))  # when the register is asked, or asked again
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})  # in a row that were not answered
    reference: str = Field(default="", sa_column_kwargs={"server_default": ""})  # the register's own, of its answer
    checked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))  # when it last answered
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = Field(sa_type=BigInteger)


class AccountRow(Base, table=True):
    """A login. `subject_id` is the resident, practitioner or member of staff it signs in."""

    __tablename__ = "account"
    __table_args__ = (
        CheckConstraint(
            "role IN ('resident', 'practitioner', 'partner', 'operator', 'regulator')", name="account_role"
        ),
        CheckConstraint(
            "(institution_id IS NOT NULL) = (role IN ('practitioner', 'partner'))", name="account_institution"
        ),
        UniqueConstraint("look_alike", name="account_look_alike"),
        CheckConstraint("duties <@ duties_of(role)", name="account_duties"),
        CheckConstraint("confirmed_by <> invited_by", name="account_confirmed_by_another"),
        CheckConstraint("confirmed_by IS NULL OR NOT unconfirmed", name="account_confirmed"),
        Index(
            "account_of_staff",
            "role",
            "institution_id",
            postgresql_where=text("role IN ('partner', 'operator', 'regulator')"),
        ),
    )

    login: str = Field(primary_key=True)
    look_alike: str | None = None  # what the login looks like: nobody's may be taken for another's
    password_hash: str
    role: str
    subject_id: UUID = Field(unique=True)
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    name: str
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    # `identity.domain.accounts.Duty`, of a role that has some.
    duties: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False))
    invited_by: UUID | None = None  # the account whose invitation made it
    unconfirmed: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    confirmed_by: UUID | None = None
    suspended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    # Nobody signs in before they have given the code that was sent to the login; until then it is free for others.
    awaits_code: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class OfficeHolderRow(Base, table=True):
    """Which account of an operator or a regulator a person has, by the keyed hash of their identity number. It is
    theirs for good: who leaves and comes back has the same again, so that an account's id is always its person's."""

    __tablename__ = "office_holder"
    __table_args__ = (
        UniqueConstraint("number_hash", name="office_holder_number"),
        CheckConstraint("length(number_hash) = 32", name="office_holder_hash"),
        only_added(),
    )

    account_id: UUID = Field(
        primary_key=True
    )  # the `subject_id` of the account, whether its person is there or has left
    number_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    reference: str  # the register's own, of its answer
    proven_at: datetime = Field(sa_type=DateTime(timezone=True))


class FormerAccountRow(Base, table=True):
    """Who had an account of an operator, a regulator or a partner's staff, and has left. Nobody signs in with it. Who
    comes back and leaves again is here twice."""

    __tablename__ = "former_account"
    __table_args__ = (Index("former_account_of", "role", "institution_id", "subject_id"), only_added())

    subject_id: UUID = Field(primary_key=True)
    login: str
    role: str
    institution_id: UUID | None = None
    name: str
    created_at: datetime = Field(primary_key=True, sa_type=DateTime(timezone=True))
    duties: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    invited_by: UUID | None = None


class AccountChangeRow(Base, table=True):
    """What became of an account: `identity.domain.accounts.AccountChange`, by whom, why."""

    __tablename__ = "account_change"
    __table_args__ = (Index("account_change_of", "account_id", "id"), only_added())

    id: UUID = Field(primary_key=True)
    account_id: UUID
    kind: str
    at: datetime = Field(sa_type=DateTime(timezone=True))
    by_id: UUID
    reason: str
    duties: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))


class InvitationRow(Base, table=True):
    """An invitation to have an account of the inviter's own role. Its token is known by its hash only."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("cardinality(duties) > 0 AND duties <@ duties_of(role)", name="invitation_duties"),
        CheckConstraint("num_nonnulls(accepted_at, revoked_at) <= 1", name="invitation_ends_once"),
        CheckConstraint("(accepted_at IS NULL) = (account_id IS NULL)", name="invitation_makes_an_account"),
        Index("invitation_of", "role", "institution_id", "id"),
    )

    id: UUID = Field(primary_key=True)
    token_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    role: str
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    duties: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    note: str
    invited_by: UUID
    invited_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    accepted_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    account_id: UUID | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


# A practitioner of ours, or who it was in another city.
OF_ONE_SCANNER = (
    "num_nonnulls(practitioner_id, institution_id, elsewhere, elsewhere_id) = 2"
    " AND (practitioner_id IS NULL) = (institution_id IS NULL)"
)


class ScanRow(Base, table=True):
    """An honoured health-code token: the unique token id is what makes it honoured at most once. A scan that reached us
    after its minute has a `received_at`."""

    __tablename__ = "scan"
    __table_args__ = (
        Index("scan_of_resident", "resident_id", "scanned_at", "id"),
        CheckConstraint(
            "received_at >= scanned_at AND received_at <= scanned_at + interval '72 hours'", name="scan_late_within"
        ),
        CheckConstraint(OF_ONE_SCANNER, name="scan_scanner"),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    token_id: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    resident_id: UUID = Field(foreign_key="resident.id")
    practitioner_id: UUID | None = Field(default=None, foreign_key="practitioner.id")
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    scanned_at: datetime = Field(sa_type=DateTime(timezone=True))
    received_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    app: str = Field(default="", sa_column_kwargs={"server_default": ""})  # as it calls itself
    place: str = Field(default="", sa_column_kwargs={"server_default": ""})  # as who scanned calls it
    # Of who scanned it in another city: `identity.domain.cities.Elsewhere` as JSON, and the id they go by here.
    elsewhere: str | None = None
    elsewhere_id: UUID | None = None
    printed_code_id: UUID | None = Field(default=None, foreign_key="printed_code.id")  # that was scanned instead

    @property
    def late(self) -> bool:
        """Did the scan reach us after its token's minute?"""
        return self.received_at is not None

    @property
    def scanner_id(self) -> UUID | None:
        """Who scanned it: the practitioner, or who it was in another city."""
        return self.practitioner_id or self.elsewhere_id


class PrintedCodeRow(Base, table=True):
    """A printed code, of which a hash is kept. A resident has one in force; it is over for good when it ends. A trigger
    lets no scan be made with one that is over."""

    __tablename__ = "printed_code"
    __table_args__ = (
        Index("printed_code_in_force", "resident_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("octet_length(text_sha256) = 32", name="printed_code_sha256"),
        CheckConstraint(
            "expires_at > printed_at AND expires_at <= printed_at + interval '180 days'", name="printed_code_life"
        ),
        CheckConstraint("wrong BETWEEN 0 AND 5 AND (wrong < 5 OR ended_at IS NOT NULL)", name="printed_code_tried"),
    )

    id: UUID = Field(primary_key=True)
    resident_id: UUID = Field(foreign_key="identity_proof.resident_id")
    text_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    printed_by: UUID  # the resident, or who acts for them
    printed_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    wrong: int = Field(
        default=0, sa_column_kwargs={"server_default": "0"}
    )  # numbers in a row that were not its owner's


class ReplayRow(Base, table=True):
    """That a practitioner showed a copy of a token which another had scanned: once a scan and practitioner."""

    __tablename__ = "code_replay"
    __table_args__ = (
        UniqueConstraint("scan_id", "practitioner_id", name="code_replay_once"),
        UniqueConstraint("scan_id", "elsewhere_id", name="code_replay_once_elsewhere"),
        CheckConstraint(OF_ONE_SCANNER, name="code_replay_scanner"),
        Index("code_replay_of_resident", "resident_id", "first_at", "id"),
        only_added(),
    )

    id: UUID = Field(primary_key=True)
    scan_id: UUID = Field(foreign_key="scan.id")
    resident_id: UUID = Field(foreign_key="resident.id")
    practitioner_id: UUID | None = Field(default=None, foreign_key="practitioner.id")
    institution_id: UUID | None = Field(default=None, foreign_key="institution.id")
    first_at: datetime = Field(sa_type=DateTime(timezone=True))
    rotated: bool  # did the health code move on for its sake?
    app: str = Field(default="", sa_column_kwargs={"server_default": ""})
    place: str = Field(default="", sa_column_kwargs={"server_default": ""})
    elsewhere: str | None = None
    elsewhere_id: UUID | None = None


class TrustListRow(Base, table=True):
    """A list of the cities whose codes are honoured. Triggers refuse one whose number is no higher than another's
    of its authority, and one that a person put and no other has approved."""

    __tablename__ = "trust_list"
    __table_args__ = (
        CheckConstraint("sequence > 0", name="trust_list_sequence"),
        CheckConstraint("expires_at > issued_at", name="trust_list_times"),
        only_added(),
    )

    authority: str = Field(primary_key=True)
    sequence: int = Field(primary_key=True, sa_type=BigInteger)
    document: str
    issued_at: datetime = Field(sa_type=DateTime(timezone=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    taken_at: datetime = Field(sa_type=DateTime(timezone=True))
    taken_by: UUID | None = None  # who proposed it; nobody where it came with the city's pack
    approved_by: UUID | None = None  # another person


class TrustListProposalRow(Base, table=True):
    """A trust list that one person wants in force: another approves it, or it is rejected."""

    __tablename__ = "trust_list_proposal"
    __table_args__ = (
        CheckConstraint("status IN ('proposed', 'approved', 'rejected')", name="trust_list_proposal_status"),
        CheckConstraint("status <> 'approved' OR decided_by <> proposed_by", name="trust_list_by_two"),
        CheckConstraint(
            "(status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="trust_list_proposal_decided",
        ),
        Index("trust_list_proposal_open", "authority", unique=True, postgresql_where=text("status = 'proposed'")),
        only_added("status", "decided_by", "decided_at", "reason"),
    )

    id: UUID = Field(primary_key=True)
    authority: str
    sequence: int = Field(sa_type=BigInteger)
    document: str
    proposed_by: UUID
    proposed_at: datetime = Field(sa_type=DateTime(timezone=True))
    status: str = "proposed"
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})


class CityStatementRow(Base, table=True):
    """What another city said last of the keys that sign its codes; never replaced by an older statement."""

    __tablename__ = "city_statement"

    city: str = Field(primary_key=True)
    statement: str
    issued_at: datetime = Field(sa_type=DateTime(timezone=True))


class CityRequestRow(Base, table=True):
    """A request of another city, which is good once: kept until it is over."""

    __tablename__ = "city_request"

    city: str = Field(primary_key=True)
    nonce: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)


class ForeignScanRow(Base, table=True):
    """That another city honoured a code of its own for a practitioner of ours, with its receipt. Who showed the code
    is not kept. A trigger keeps each for 400 days, unchanged."""

    __tablename__ = "foreign_scan"
    __table_args__ = (
        UniqueConstraint("city", "token_id", name="foreign_scan_once"),
        Index("foreign_scan_of", "institution_id", "scanned_at", "id"),
        Index("foreign_scan_received_at", "received_at"),
    )

    id: UUID = Field(primary_key=True)
    city: str
    token_id: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    practitioner_id: UUID = Field(foreign_key="practitioner.id")
    institution_id: UUID = Field(foreign_key="institution.id")
    scanned_at: datetime = Field(sa_type=DateTime(timezone=True))
    received_at: datetime = Field(sa_type=DateTime(timezone=True))
    late: bool
    app: str
    place: str
    receipt: str


class RotationRow(Base, table=True):
    """That a health code moved on to a generation: tokens of earlier ones are void from then on."""

    __tablename__ = "code_rotation"
    __table_args__ = (
        CheckConstraint("because IN ('replay', 'resident', 'guardianship', 'sessions')", name="code_rotation_because"),
        CheckConstraint("generation > 0", name="code_rotation_forward"),
        only_added(),
    )

    resident_id: UUID = Field(primary_key=True, foreign_key="resident.id")
    generation: int = Field(primary_key=True)
    rotated_at: datetime = Field(sa_type=DateTime(timezone=True))
    because: str


class SessionRow(Base, table=True):
    """A signed-in person or system, from the sign-in until its last token is over or it is ended."""

    __tablename__ = "access_session"
    __table_args__ = (
        Index("access_session_ended", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
        Index("access_session_key", "api_key_id", postgresql_where=text("api_key_id IS NOT NULL")),
        Index(
            "access_session_system", "partner_id", postgresql_where=text("api_key_id IS NOT NULL AND ended_at IS NULL")
        ),
    )

    id: UUID = Field(primary_key=True)
    subject_id: UUID = Field(index=True)
    partner_id: UUID | None = None
    api_key_id: UUID | None = None
    began_at: datetime = Field(sa_type=DateTime(timezone=True))
    # When the newest access token is over: until then an end has to be known by who verifies tokens.
    expires_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)
    # A person's session can be refreshed until then, if it is not idle; an app's, if it goes on; a system's cannot.
    lasts_until: datetime | None = Field(default=None, sa_type=DateTime(timezone=True), index=True)
    # How the person signed in (RFC 8176): "pwd", "otp"; and "webauthn".
    factors: list[str] = Field(default=[], sa_column=Column(ARRAY(TEXT), nullable=False, server_default=text("'{}'")))
    # When the person used a second factor last: at the sign-in, or by a step-up.
    factor_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class ClientAssertionRow(Base, table=True):
    """What a system has signed to sign in, of which only the hash of its number is kept: it is used once."""

    __tablename__ = "client_assertion"
    __table_args__ = (Index("client_assertion_over", "expires_at"),)

    api_key_id: UUID = Field(primary_key=True)
    jti_sha256: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))


class AppGrantRow(Base, table=True):
    """A resident's word for an app: its code, of which only the hash is kept, the consent that it became, and the
    session that the code was exchanged for. It changes when the code is used and when it ends, by a trigger."""

    __tablename__ = "app_grant"
    __table_args__ = (
        CheckConstraint("octet_length(code_sha256) = 32 AND octet_length(challenge) = 32", name="app_grant_hashes"),
        CheckConstraint("code_until <= granted_at + interval '1 minute'", name="app_grant_code_is_short"),
        CheckConstraint("used_at IS NOT NULL OR session_id IS NULL", name="app_grant_used"),
        Index("app_grant_of_consent", "consent_id"),
        Index("app_grant_until", "until"),
    )

    id: UUID = Field(primary_key=True)
    code_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    client_id: UUID
    partner_id: UUID
    resident_id: UUID
    granted_by: UUID
    consent_id: UUID
    scope: str
    goes_on: bool
    redirect_uri: str
    challenge: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    granted_at: datetime = Field(sa_type=DateTime(timezone=True))
    code_until: datetime = Field(sa_type=DateTime(timezone=True))
    until: datetime = Field(sa_type=DateTime(timezone=True))
    used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    session_id: UUID | None = Field(default=None, unique=True)
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class RefreshTokenRow(Base, table=True):
    """A refresh token, of which only the hash is kept. Each is used once; `replaced_at` says that its client may never
    have got it, and was given another in its place."""

    __tablename__ = "refresh_token"
    __table_args__ = (
        Index(
            "refresh_token_current",
            "session_id",
            unique=True,
            postgresql_where=text("used_at IS NULL AND replaced_at IS NULL"),
        ),
        CheckConstraint("octet_length(sha256) = 32", name="refresh_token_sha256"),
        CheckConstraint("used_at IS NULL OR replaced_at IS NULL", name="refresh_token_used_or_replaced"),
    )

    sha256: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    session_id: UUID = Field(
        sa_column=Column(ForeignKey("access_session.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    follows: bytes | None = Field(default=None, sa_type=LargeBinary)  # the hash of the token it was exchanged for
    expires_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)
    used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    replaced_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class SecondFactorRow(Base, table=True):
    """An account's authenticator. It is asked for once it is confirmed; a code of no later step than the last is
    refused, so that each is good once."""

    __tablename__ = "second_factor"

    subject_id: UUID = Field(sa_column=Column(ForeignKey("account.subject_id", ondelete="CASCADE"), primary_key=True))
    secret: bytes = Field(sa_type=LargeBinary)
    last_step: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    confirmed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class RecoveryCodeRow(Base, table=True):
    """A recovery code in an authenticator's place, good once; kept as a hash."""

    __tablename__ = "recovery_code"

    sha256: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    subject_id: UUID = Field(
        sa_column=Column(ForeignKey("account.subject_id", ondelete="CASCADE"), nullable=False, index=True)
    )
    used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class PasskeyRow(Base, table=True):
    """The public half of a key pair (WebAuthn). Its counter never goes back, so that a copy is noticed; 0 stays 0."""

    __tablename__ = "passkey"
    __table_args__ = (
        CheckConstraint("octet_length(credential_id) BETWEEN 1 AND 1023", name="passkey_credential_id"),
        CheckConstraint("sign_count BETWEEN 0 AND 4294967295", name="passkey_sign_count"),
        CheckConstraint("last_used_at >= created_at", name="passkey_used_later"),
    )

    id: UUID = Field(primary_key=True)
    subject_id: UUID = Field(
        sa_column=Column(ForeignKey("account.subject_id", ondelete="CASCADE"), nullable=False, index=True)
    )
    credential_id: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # as COSE has it
    sign_count: int = Field(sa_type=BigInteger)
    synced: bool
    name: str
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    last_used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class CeremonyRow(Base, table=True):
    """What an authenticator was asked with: `identity.domain.passkeys.Purpose`. The row goes when it is answered,
    however the answer is taken: a challenge is good once."""

    __tablename__ = "passkey_ceremony"
    __table_args__ = (
        CheckConstraint("purpose IN ('first', 'another', 'use')", name="passkey_ceremony_purpose"),
        CheckConstraint("(subject_id IS NULL) = (purpose = 'use')", name="passkey_ceremony_of_somebody"),
        CheckConstraint("octet_length(challenge) = 32", name="passkey_ceremony_challenge"),
    )

    id: UUID = Field(primary_key=True)
    purpose: str
    subject_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("account.subject_id", ondelete="CASCADE"), nullable=True, index=True)
    )
    challenge: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)


class ProviderLinkRow(Base, table=True):
    """That somebody signs in to an account as who an OpenID provider says they are. Its subject is one account's, and
    an account has one link with a provider."""

    __tablename__ = "provider_link"
    __table_args__ = (
        UniqueConstraint("issuer", "provider_subject", name="provider_link_of_one"),
        UniqueConstraint("subject_id", "issuer", name="provider_link_once"),
    )

    id: UUID = Field(primary_key=True)
    subject_id: UUID = Field(sa_column=Column(ForeignKey("account.subject_id", ondelete="CASCADE"), nullable=False))
    issuer: str
    provider_subject: str
    linked_at: datetime = Field(sa_type=DateTime(timezone=True))
    last_used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class ProviderSignInRow(Base, table=True):
    """What a sign-in with a provider, or a link of an account (`link_of`), was begun with. It is used once; then it
    waits for the second factor of whose it is (`proven_subject_id`), or is over."""

    __tablename__ = "provider_sign_in"
    __table_args__ = (
        CheckConstraint(
            "octet_length(state_sha256) = 32 AND octet_length(nonce_sha256) = 32", name="provider_sign_in_hashes"
        ),
        CheckConstraint(
            "proven_subject_id IS NULL OR (used_at IS NOT NULL AND link_of IS NULL)", name="provider_sign_in_proven"
        ),
    )

    id: UUID = Field(primary_key=True)
    link_of: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("account.subject_id", ondelete="CASCADE"), nullable=True, index=True)
    )
    state_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    nonce_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    verifier: bytes = Field(sa_column=Column(LargeBinary, nullable=False))  # enciphered
    expires_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)
    used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    proven_subject_id: UUID | None = Field(
        default=None, sa_column=Column(ForeignKey("account.subject_id", ondelete="CASCADE"), nullable=True, index=True)
    )


class ContactRow(Base, table=True):
    """Where messages reach somebody: they gave the code that was sent there."""

    __tablename__ = "contact"

    subject_id: UUID = Field(sa_column=Column(ForeignKey("account.subject_id", ondelete="CASCADE"), primary_key=True))
    address: str = Field(primary_key=True)
    confirmed_at: datetime = Field(sa_type=DateTime(timezone=True))


class ContactCodeRow(Base, table=True):
    """A code of six digits that is sent to an address: for a reset, to whose account it is, if there is one. It is made
    when it is sent, and kept as a keyed hash."""

    __tablename__ = "contact_code"
    __table_args__ = (
        CheckConstraint("purpose IN ('reset', 'confirm', 'register', 'word')", name="contact_code_purpose"),
        CheckConstraint("tries BETWEEN 0 AND 5", name="contact_code_tries"),
        CheckConstraint("code_mac IS NULL OR subject_id IS NOT NULL", name="contact_code_of_somebody"),
    )

    id: UUID = Field(primary_key=True)
    purpose: str
    address: str
    subject_id: UUID | None = None
    code_mac: bytes | None = Field(default=None, sa_type=LargeBinary)
    tries: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    expires_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)
    used_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class MessageRow(Base, table=True):
    """A message to be sent. What it says is made when it is sent: no code is kept here. `facts` are what it says of an
    order; they go when it is sent."""

    __tablename__ = "message"
    __table_args__ = (
        Index("message_unsent", "id", postgresql_where=text("sent_at IS NULL")),
        CheckConstraint("facts IS NULL OR sent_at IS NULL", name="message_forgets"),
    )

    id: UUID = Field(primary_key=True)
    kind: str
    address: str
    code_id: UUID | None = None
    facts: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    created_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)
    sent_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))


class TryCountRow(Base, table=True):
    """How often something was tried of late, that may not be tried without end: sign-ins at a login or from an
    address, registrations from an address. What it is about is kept as a hash."""

    __tablename__ = "try_count"
    __table_args__ = (CheckConstraint("tries >= 0", name="try_count_not_negative"),)

    kind: str = Field(primary_key=True)
    about: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    tries: float
    last_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)


class KnownAddressRow(Base, table=True):
    """That an account was registered, or signed in to, from an address: nobody elsewhere can use up what may be tried
    from there. Where it was signed in to, its password is hashed before strangers'."""

    __tablename__ = "known_address"

    subject_id: UUID = Field(primary_key=True)
    address_sha256: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    last_at: datetime = Field(sa_type=DateTime(timezone=True), index=True)
    signed_in: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class FreezeRow(Base, table=True):
    """A regulator's freeze of an account, or of a practitioner. It is lifted once, in whichever order the events
    arrive."""

    __tablename__ = "subject_freeze"
    __table_args__ = (Index("subject_frozen", "subject_id", postgresql_where=text("NOT lifted")),)

    freeze_id: UUID = Field(primary_key=True)
    subject_id: UUID  # as which somebody signs in
    whole_account: bool  # nobody signs in; else it is a practitioner, who scans and reads nothing
    lifted: bool


class ApiKeyRow(Base, table=True):
    """Of the release before, which kept copies of partners' API keys: nothing reads it, and the next one drops it."""

    __tablename__ = "api_key"

    id: UUID = Field(primary_key=True)
    partner_id: UUID
    secret_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    expires_at: datetime = Field(sa_type=DateTime(timezone=True))
    revoked_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
