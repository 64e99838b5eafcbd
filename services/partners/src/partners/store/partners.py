"""Partners with all that hangs on them, their names and numbers, and listings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import errors
from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import ColumnElement, any_, cast, func, literal, or_, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from yima.partners.v1.api_pb2 import BankAccount, PartnerManifest

from partners.domain.applications import (
    AlreadyApplied,
    NameTaken,
    RegistrationTaken,
)
from partners.domain.capabilities import Capability
from partners.domain.certificates import Aspect, CertificateTerms
from partners.domain.freezes import FreezeTerms
from partners.domain.offboarding import OffboardingStep
from partners.domain.screening import ReviewKind
from partners.domain.standing import PartnerStatus, capabilities
from partners.store import appeals as appeals_store
from partners.store import bank_accounts, contracts, data_grades, freezes, offboarding, reviews
from partners.store.appeals import Appeal
from partners.store.offboarding import Offboarding
from partners.tables import (
    BankAccountChangeRow,
    CertificateRow,
    ContractRow,
    DataGradeRow,
    FreezeRow,
    PartnerRow,
    ScreeningRow,
    StepRow,
)

NUMBER_TAKEN = ("partner_registration_screened", "partner_number_look_screened")
ALIKE_MAX = 50  # that are shown of one partner
# One screening at a time asks whether a name is free.
TAKING_NAMES = text("SELECT pg_advisory_xact_lock(hashtextextended('names of partners', 0))")


@dataclass(frozen=True, slots=True)
class PartnerAggregate:
    """A partner with all that hangs on it: its reviews, newest contract and certificates in force."""

    row: PartnerRow
    reviews: Sequence[ScreeningRow]  # newest first
    certificates: Sequence[CertificateRow]
    contract: ContractRow | None
    steps: Sequence[StepRow] = ()
    freezes: Sequence[FreezeRow] = ()  # of itself, oldest first, those that were lifted too
    proposed: Sequence[CertificateRow] = ()  # that wait for a regulator's signature
    account: BankAccountChangeRow | None = None  # the newest change of its bank account that is in force
    data_grades: Sequence[DataGradeRow] = ()  # the newest of each kind of resource
    offboarding: Offboarding | None = None  # the newest
    contracts: Sequence[ContractRow] = ()  # all versions, newest first
    appeals: Sequence[Appeal] = ()  # newest first

    @property
    def bank_account(self) -> BankAccount:
        """Where its payouts go."""
        if self.account is None:
            return PartnerManifest.FromString(self.row.manifest).bank_account
        return BankAccount(holder=self.account.holder, number=self.account.number, bank_code=self.account.bank_code)

    @property
    def screening(self) -> ScreeningRow | None:
        """The newest decision on an application of its."""
        return next((row for row in self.reviews if row.kind == ReviewKind.APPLICATION), None)

    def capabilities(self, now: datetime) -> list[Capability]:
        """What it may do now."""
        status, finished = PartnerStatus(self.row.status), self.row.offboarding_step >= OffboardingStep.ORDERS_FINISHED
        return capabilities(status, self.certificate_terms, now, self.freeze_terms, finished=finished)

    def left_since(self, moment: datetime) -> datetime | None:
        """When it left, if that was after a moment: of what it has since it applied again, nothing has ended."""
        left_at = self.row.left_at
        return left_at if left_at is not None and moment <= left_at else None

    @property
    def freeze_terms(self) -> list[FreezeTerms]:
        """Its freezes in force as the rules see them."""
        return freezes.terms(self.freezes)

    @property
    def certificate_terms(self) -> list[CertificateTerms]:
        """Its certificates as the rules see them: none outlasts its revocation, the registration it is of, or that the
        partner left."""
        return [
            CertificateTerms(
                Aspect(row.aspect),
                frozenset(row.scope),
                min(
                    end
                    for end in (row.expires_at, row.revoked_at, self.row.struck_off_at, self.left_since(row.issued_at))
                    if end is not None
                ),
                row.id,
            )
            for row in self.certificates
        ]


async def add_partner(session: AsyncSession, partner: PartnerRow) -> str:
    """Add an application, and return the status the institution had; one that was rejected or has left may apply
    again."""
    before = await session.scalar(select(PartnerRow.status).where(PartnerRow.id == partner.id))
    values = partner.model_dump()
    statement = upsert(PartnerRow).values(values)
    reapplication = statement.on_conflict_do_update(
        index_elements=["id"],
        set_={
            name: statement.excluded[name]
            for name in (
                "status",
                "registration_number",
                "number_look",
                "name_looks",
                "kind",
                "districts",
                "manifest",
                "applied_by",
                "applied_at",
                "evidence_remind_on",
                "documents_complete_at",
                "live_at",
                "offboarding_step",
            )
        }
        | {"version": col(PartnerRow.version) + 1},
        where=col(PartnerRow.status).in_([PartnerStatus.REJECTED, PartnerStatus.LEFT]),
    ).returning(col(PartnerRow.version))
    version = await session.scalar(reapplication)
    if version is None:
        raise AlreadyApplied("look at its status instead")
    partner.version = version
    return before or ""


async def take_number(session: AsyncSession) -> None:
    """Write a partner that passed screening, whose registration number is now its own; unless another's is."""
    try:
        await session.flush()
    except IntegrityError as error:
        if errors.constraint(error) not in NUMBER_TAKEN:
            raise
        raise RegistrationTaken("compare the two partners' papers, and reject one", "partner_id") from None


async def take_name(session: AsyncSession, partner: PartnerRow, compared: Sequence[UUID]) -> None:
    """Refuse a name that a partner of the same district has, which was let through and not compared with this one."""
    await session.execute(TAKING_NAMES)
    districts = set(PartnerManifest.FromString(partner.manifest).districts)
    for other in (await look_alikes(session, [partner]))[partner.id]:
        screened = other.status not in (PartnerStatus.SCREENING, PartnerStatus.REJECTED)
        if not screened or other.id in compared or not set(other.name_looks) & set(partner.name_looks):
            continue
        if districts & set(PartnerManifest.FromString(other.manifest).districts):
            raise NameTaken(
                f"compare its papers with those of par_{other.id.hex}, and name that in compared_partner_ids if both"
                " may have the name",
                "compared_partner_ids",
            )


async def load_for_update(session: AsyncSession, partner_id: UUID) -> PartnerRow:
    """A partner's row, locked."""
    row = await session.get(PartnerRow, partner_id, with_for_update=True)
    if row is None:
        raise NotFound("there is no such partner", "partner_id")
    return row


async def load(session: AsyncSession, partner_id: UUID) -> PartnerAggregate:
    """One partner with all that hangs on it."""
    loaded = await load_all(session, [partner_id])
    if not loaded:
        raise NotFound("there is no such partner", "partner_id")
    return loaded[0]


async def load_all(
    session: AsyncSession, ids: Sequence[UUID], *, with_reviews: bool = True
) -> Sequence[PartnerAggregate]:
    """Several partners, in fourteen queries at most however many they are; in the order of `ids`. Reviews are long:
    who shows a standing leaves them out, and bank accounts, grades of data, appeals and what became of leaving too."""
    rows = {row.id: row for row in await session.scalars(select(PartnerRow).where(col(PartnerRow.id).in_(ids)))}
    reviews_of = await reviews.of_partners(session, ids) if with_reviews else {}
    accounts = await bank_accounts.in_force(session, ids) if with_reviews else {}
    grades = await data_grades.of_partners(session, ids) if with_reviews else {}
    leaving = await offboarding.of_partners(session, ids) if with_reviews else {}
    appeals = await appeals_store.of_partners(session, ids) if with_reviews else {}
    contracts_of = await contracts.of_partners(session, ids)
    certificates = await session.scalars(
        select(CertificateRow)
        .ext(distinct_on(col(CertificateRow.partner_id), col(CertificateRow.aspect)))
        .where(
            col(CertificateRow.partner_id).in_(ids),
            or_(col(CertificateRow.needs_cosignature).is_(False), col(CertificateRow.cosigned_at).is_not(None)),
        )
        .order_by(col(CertificateRow.partner_id), col(CertificateRow.aspect), col(CertificateRow.version).desc())
    )
    newest = await session.scalars(
        select(CertificateRow)
        .ext(distinct_on(col(CertificateRow.partner_id), col(CertificateRow.aspect)))
        .where(col(CertificateRow.partner_id).in_(ids))
        .order_by(col(CertificateRow.partner_id), col(CertificateRow.aspect), col(CertificateRow.version).desc())
    )
    proposed_of: dict[UUID, list[CertificateRow]] = {}
    for proposed in newest:
        if proposed.needs_cosignature and proposed.cosigned_at is None:
            proposed_of.setdefault(proposed.partner_id, []).append(proposed)
    steps = await session.scalars(
        select(StepRow).where(col(StepRow.partner_id).in_(ids)).order_by(col(StepRow.partner_id), col(StepRow.id))
    )
    steps_of: dict[UUID, list[StepRow]] = {}
    for step in steps:
        steps_of.setdefault(step.partner_id, []).append(step)
    freezes_of = await freezes.of_partners(session, ids)
    certificates_of: dict[UUID, list[CertificateRow]] = {}
    for certificate in certificates:
        certificates_of.setdefault(certificate.partner_id, []).append(certificate)
    return [
        PartnerAggregate(
            rows[partner_id],
            reviews_of.get(partner_id, ()),
            certificates_of.get(partner_id, []),
            next(iter(contracts_of[partner_id]), None),
            steps_of.get(partner_id, []),
            freezes_of.get(partner_id, []),
            proposed_of.get(partner_id, []),
            accounts.get(partner_id),
            grades.get(partner_id, ()),
            leaving.get(partner_id),
            contracts_of[partner_id],
            appeals.get(partner_id, ()),
        )
        for partner_id in ids
        if partner_id in rows
    ]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a listing is narrowed to; what is empty narrows nothing."""

    status: str = ""
    kind: str = ""
    district: str = ""
    name: str = ""  # a part of it, as `texts.look` makes it
    graded_below: str = ""  # this letter, and not reviewed since


async def page(
    session: AsyncSession, criteria: Filter, part: Part[tuple[datetime, UUID]]
) -> Sequence[tuple[datetime, UUID]]:
    """Applications' times and partner ids, newest first."""
    query = select(col(PartnerRow.applied_at), col(PartnerRow.id))
    if criteria.status:
        query = query.where(PartnerRow.status == criteria.status)
    if criteria.kind:
        query = query.where(PartnerRow.kind == criteria.kind)
    if criteria.district:
        query = query.where(literal(criteria.district) == any_(col(PartnerRow.districts)))
    if criteria.name:
        looks = func.array_to_string(col(PartnerRow.name_looks), " ")
        query = query.where(func.strpos(looks, criteria.name) > 0)
    if criteria.graded_below:
        query = query.where(data_grades.to_review(criteria.graded_below))
    return [
        (row.applied_at, row.id)
        for row in await session.execute(
            part.of(query, col(PartnerRow.applied_at), col(PartnerRow.id), descending=True)
        )
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    status: PartnerStatus
    certified_until: datetime | None
    freezes: Sequence[FreezeTerms] = ()


async def standing(session: AsyncSession, partner_id: UUID) -> Standing | None:
    """A partner's status, the end of its certification and its freezes, which nobody changes before this transaction
    ends; None where it has not applied."""
    query = select(col(PartnerRow.status), col(PartnerRow.certified_until)).where(PartnerRow.id == partner_id)
    row = (await session.execute(query.with_for_update(read=True))).one_or_none()
    if row is None:
        return None
    frozen = freezes.terms((await freezes.of_partners(session, [partner_id]))[partner_id])
    return Standing(PartnerStatus(row.status), row.certified_until, frozen)


async def look_alikes(session: AsyncSession, partners: Sequence[PartnerRow]) -> Mapping[UUID, Sequence[PartnerRow]]:
    """Which other partners gave a number or a name that looks like a partner's, those first that were let through; in
    one query for several. `ALIKE_MAX` of each."""
    numbers = {partner.number_look for partner in partners} - {""}
    names = sorted({look for partner in partners for look in partner.name_looks})
    waiting = col(PartnerRow.status).in_([PartnerStatus.SCREENING, PartnerStatus.REJECTED])
    rows = await session.scalars(
        select(PartnerRow)
        .where(or_(col(PartnerRow.number_look).in_(numbers), col(PartnerRow.name_looks).bool_op("&&")(array_of(names))))
        .order_by(waiting, col(PartnerRow.id))
        .limit(ALIKE_MAX * (len(partners) + 1))
    )
    others = rows.all()
    return {
        partner.id: [
            other
            for other in others
            if other.id != partner.id
            and (other.number_look == partner.number_look or set(other.name_looks) & set(partner.name_looks))
        ][:ALIKE_MAX]
        for partner in partners
    }


def array_of(values: Sequence[str]) -> ColumnElement[Any]:
    return cast(literal(list(values), ARRAY(TEXT)), ARRAY(TEXT))
