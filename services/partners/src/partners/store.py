"""Every SQL statement of partners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import errors
from chassis.refusals import NotFound
from sqlalchemy import ColumnElement, and_, any_, cast, delete, func, literal, or_, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar
from yima.partners.v1.api_pb2 import PartnerManifest

from partners.domain import AlreadyApplied, NameTaken, RegistrationTaken, Status
from partners.tables import (
    ApiKeyRow,
    CertificateRow,
    ContractRow,
    DocumentContentRow,
    DocumentRow,
    PartnerRow,
    ScreeningRow,
    StepRow,
)

NUMBER_TAKEN = ("partner_registration_screened", "partner_number_look_screened")
ALIKE_MAX = 50  # that are shown of one partner


@dataclass(frozen=True, slots=True)
class Whole:
    """A partner with all that hangs on it: its newest screening, contract and certificates."""

    partner: PartnerRow
    screening: ScreeningRow | None
    certificates: Sequence[CertificateRow]
    contract: ContractRow | None
    steps: Sequence[StepRow] = ()


async def add_partner(session: AsyncSession, partner: PartnerRow) -> str:
    """Add an application, and return the status the institution had; a rejected one may apply again."""
    before = await session.scalar(select(PartnerRow.status).where(PartnerRow.id == partner.id))
    values = partner.model_dump()
    statement = upsert(PartnerRow).values(values)
    again = statement.on_conflict_do_update(
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
            )
        }
        | {"version": col(PartnerRow.version) + 1},
        where=col(PartnerRow.status) == Status.REJECTED,
    ).returning(col(PartnerRow.version))
    version = await session.scalar(again)
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
    here = set(PartnerManifest.FromString(partner.manifest).districts)
    for other in (await look_alikes(session, [partner]))[partner.id]:
        screened = other.status not in (Status.SCREENING, Status.REJECTED)
        if not screened or other.id in compared or not set(other.name_looks) & set(partner.name_looks):
            continue
        if here & set(PartnerManifest.FromString(other.manifest).districts):
            raise NameTaken(
                f"compare its papers with those of par_{other.id.hex}, and name that in compared_partner_ids if both"
                " may have the name",
                "compared_partner_ids",
            )


async def partner_for_update(session: AsyncSession, partner_id: UUID) -> PartnerRow:
    found = await session.get(PartnerRow, partner_id, with_for_update=True)
    if found is None:
        raise NotFound("there is no such partner", "partner_id")
    return found


async def whole(session: AsyncSession, partner_id: UUID) -> Whole:
    """One partner with all that hangs on it."""
    found = await wholes(session, [partner_id])
    if not found:
        raise NotFound("there is no such partner", "partner_id")
    return found[0]


async def wholes(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[Whole]:
    """Several partners, in five queries however many they are; in the order of `ids`."""
    partners = {row.id: row for row in await session.scalars(select(PartnerRow).where(col(PartnerRow.id).in_(ids)))}
    screenings = await session.scalars(
        select(ScreeningRow)
        .ext(distinct_on(col(ScreeningRow.partner_id)))
        .where(col(ScreeningRow.partner_id).in_(ids))
        .order_by(col(ScreeningRow.partner_id), col(ScreeningRow.decided_at).desc())
    )
    contracts = await session.scalars(
        select(ContractRow)
        .ext(distinct_on(col(ContractRow.partner_id)))
        .where(col(ContractRow.partner_id).in_(ids))
        .order_by(col(ContractRow.partner_id), col(ContractRow.number).desc())
    )
    certificates = await session.scalars(
        select(CertificateRow)
        .ext(distinct_on(col(CertificateRow.partner_id), col(CertificateRow.aspect)))
        .where(col(CertificateRow.partner_id).in_(ids))
        .order_by(col(CertificateRow.partner_id), col(CertificateRow.aspect), col(CertificateRow.version).desc())
    )
    steps = await session.scalars(
        select(StepRow).where(col(StepRow.partner_id).in_(ids)).order_by(col(StepRow.partner_id), col(StepRow.id))
    )
    steps_of: dict[UUID, list[StepRow]] = {}
    for row in steps:
        steps_of.setdefault(row.partner_id, []).append(row)
    screening_of = {row.partner_id: row for row in screenings}
    contract_of = {row.partner_id: row for row in contracts}
    certificates_of: dict[UUID, list[CertificateRow]] = {}
    for certificate in certificates:
        certificates_of.setdefault(certificate.partner_id, []).append(certificate)
    return [
        Whole(
            partners[one],
            screening_of.get(one),
            certificates_of.get(one, []),
            contract_of.get(one),
            steps_of.get(one, []),
        )
        for one in ids
        if one in partners
    ]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a listing is narrowed to; what is empty narrows nothing."""

    status: str = ""
    kind: str = ""
    district: str = ""
    name: str = ""  # a part of it, as `texts.look` makes it


async def page(
    session: AsyncSession, wanted: Filter, before: tuple[datetime, UUID] | None, most: int
) -> Sequence[tuple[datetime, UUID]]:
    """Applications' times and partner ids, newest first, one more than wanted."""
    query = select(PartnerRow.applied_at, PartnerRow.id)
    if wanted.status:
        query = query.where(PartnerRow.status == wanted.status)
    if wanted.kind:
        query = query.where(PartnerRow.kind == wanted.kind)
    if wanted.district:
        query = query.where(literal(wanted.district) == any_(col(PartnerRow.districts)))
    if wanted.name:
        looks = func.array_to_string(col(PartnerRow.name_looks), " ")
        query = query.where(func.strpos(looks, wanted.name) > 0)
    if before is not None:
        query = query.where(func.row(col(PartnerRow.applied_at), col(PartnerRow.id)) < func.row(*before))
    query = query.order_by(col(PartnerRow.applied_at).desc(), col(PartnerRow.id).desc()).limit(most + 1)
    return [(row[0], row[1]) for row in await session.execute(query)]


async def standing(session: AsyncSession, partner_id: UUID) -> tuple[Status, datetime | None] | None:
    """A partner's status and the end of its certification, which nobody changes before this transaction ends; None
    where it has not applied."""
    query = select(PartnerRow.status, PartnerRow.certified_until).where(PartnerRow.id == partner_id)
    found = (await session.execute(query.with_for_update(read=True))).one_or_none()
    return None if found is None else (Status(found[0]), found[1])


async def certificate_versions(session: AsyncSession, partner_id: UUID) -> dict[str, int]:
    """The newest version of each aspect's certificate."""
    found = await session.execute(
        select(CertificateRow.aspect, func.max(CertificateRow.version))
        .where(CertificateRow.partner_id == partner_id)
        .group_by(col(CertificateRow.aspect))
    )
    return {row[0]: row[1] for row in found}


async def contract_of(session: AsyncSession, contract_id: UUID, partner_id: UUID) -> ContractRow:
    """A contract of this partner; another's does not exist for it."""
    found = await session.get(ContractRow, contract_id, with_for_update=True)
    if found is None or found.partner_id != partner_id:
        raise NotFound("there is no such contract", "contract_id")
    return found


async def newest_contract_number(session: AsyncSession, partner_id: UUID) -> int:
    number = await session.scalar(select(func.max(ContractRow.number)).where(ContractRow.partner_id == partner_id))
    return number or 0


async def api_key_for_update(session: AsyncSession, key_id: UUID, partner_id: UUID) -> ApiKeyRow:
    found = await session.get(ApiKeyRow, key_id, with_for_update=True)
    if found is None or found.partner_id != partner_id:
        raise NotFound("there is no such key", "api_key_id")
    return found


async def api_keys(session: AsyncSession, partner_id: UUID) -> Sequence[ApiKeyRow]:
    """A partner's keys, newest first."""
    found = await session.scalars(
        select(ApiKeyRow).where(ApiKeyRow.partner_id == partner_id).order_by(col(ApiKeyRow.id).desc())
    )
    return found.all()


async def keys_in_force(session: AsyncSession, partner_id: UUID, now: datetime) -> int:
    """How many keys a partner has that are neither over nor revoked."""
    query = select(func.count()).where(
        col(ApiKeyRow.partner_id) == partner_id, col(ApiKeyRow.revoked_at).is_(None), col(ApiKeyRow.expires_at) > now
    )
    return (await session.execute(query)).scalar_one()


def good_keys(now: datetime) -> SelectOfScalar[UUID]:
    """The ids of the keys that are good: neither over nor revoked, of partners that are active."""
    return (
        select(col(ApiKeyRow.id))
        .join(PartnerRow, col(PartnerRow.id) == col(ApiKeyRow.partner_id))
        .where(
            col(ApiKeyRow.revoked_at).is_(None),
            col(ApiKeyRow.expires_at) > now,
            col(PartnerRow.status) == Status.ACTIVE,
        )
    )


async def use_api_key(session: AsyncSession, secret_sha256: bytes, now: datetime) -> ApiKeyRow | None:
    """The good key of this hash, used now."""
    found = await session.scalars(
        update(ApiKeyRow)
        .where(col(ApiKeyRow.secret_sha256) == secret_sha256, col(ApiKeyRow.id).in_(good_keys(now)))
        .values(last_used_at=now)
        .returning(ApiKeyRow)
    )
    return found.one_or_none()


async def good_among(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> Sequence[UUID]:
    return (await session.scalars(good_keys(now).where(col(ApiKeyRow.id).in_(ids)))).all()


async def look_alikes(session: AsyncSession, partners: Sequence[PartnerRow]) -> Mapping[UUID, Sequence[PartnerRow]]:
    """Which other partners gave a number or a name that looks like a partner's, those first that were let through; in
    one query for several. `ALIKE_MAX` of each."""
    numbers = {partner.number_look for partner in partners} - {""}
    names = sorted({look for partner in partners for look in partner.name_looks})
    waiting = col(PartnerRow.status).in_([Status.SCREENING, Status.REJECTED])
    found = await session.scalars(
        select(PartnerRow)
        .where(or_(col(PartnerRow.number_look).in_(numbers), col(PartnerRow.name_looks).bool_op("&&")(array_of(names))))
        .order_by(waiting, col(PartnerRow.id))
        .limit(ALIKE_MAX * (len(partners) + 1))
    )
    others = found.all()
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


# One screening at a time asks whether a name is free.
TAKING_NAMES = text("SELECT pg_advisory_xact_lock(hashtextextended('names of partners', 0))")
# Only one transaction at a time counts an institution's documents; it may have no row to lock.
COUNTING_DOCUMENTS = text("SELECT pg_advisory_xact_lock(hashtextextended('documents of ' || :partner_id, 0))")
LAPSED = text(
    """
    UPDATE partner SET lapse_announced = true, version = version + 1
    WHERE id IN (
        SELECT id FROM partner WHERE NOT lapse_announced AND certified_until <= :now
        ORDER BY certified_until LIMIT :most FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)


async def claim_lapsed(session: AsyncSession, now: datetime, most: int) -> Sequence[UUID]:
    """Partners whose certification has ended and was not told of; they are now taken to be told of."""
    return list(await session.scalars(LAPSED, {"now": now, "most": most}))


async def document(session: AsyncSession, document_id: UUID, partner_id: UUID | None) -> DocumentRow:
    """An uploaded document, locked; of this partner, where one is given."""
    query = select(DocumentRow).where(DocumentRow.id == document_id, col(DocumentRow.uploaded_at).is_not(None))
    if partner_id is not None:
        query = query.where(DocumentRow.partner_id == partner_id)
    found = (await session.scalars(query.with_for_update())).one_or_none()
    if found is None:
        raise NotFound("there is no such document", "document_id")
    return found


async def document_by_link(session: AsyncSession, link_sha256: bytes, now: datetime) -> DocumentRow | None:
    """The document a link in force is for, locked."""
    query = select(DocumentRow).where(DocumentRow.link_sha256 == link_sha256, DocumentRow.link_expires_at > now)
    return (await session.scalars(query.with_for_update())).one_or_none()


async def handed_in(session: AsyncSession, partner_id: UUID, now: datetime) -> tuple[int, int]:
    """How many documents a partner has sent or may still send, and their bytes. Nobody counts the same partner's before
    this transaction ends."""
    await session.execute(COUNTING_DOCUMENTS, {"partner_id": str(partner_id)})
    query = select(func.count(), func.coalesce(func.sum(DocumentRow.size), 0)).where(
        DocumentRow.partner_id == partner_id,
        or_(col(DocumentRow.uploaded_at).is_not(None), col(DocumentRow.link_expires_at) > now),
    )
    found = (await session.execute(query)).one()
    return int(found[0]), int(found[1])


async def name_documents(session: AsyncSession, partner_id: UUID, ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Note that an application names these documents; says which of them the partner has sent."""
    found = await session.scalars(
        update(DocumentRow)
        .where(
            col(DocumentRow.partner_id) == partner_id,
            col(DocumentRow.id).in_(ids),
            col(DocumentRow.uploaded_at).is_not(None),
        )
        .values(named_at=func.coalesce(DocumentRow.named_at, now))
        .returning(col(DocumentRow.id))
    )
    return set(found.all())


async def remove_unnamed(session: AsyncSession, now: datetime, sent_before: datetime, most: int) -> int:
    """Remove documents that nobody named and were sent before, or that cannot be sent any more; says how many."""
    ended = or_(
        col(DocumentRow.uploaded_at) < sent_before,
        and_(col(DocumentRow.uploaded_at).is_(None), col(DocumentRow.link_expires_at) < now),
    )
    query = select(DocumentRow.id).where(col(DocumentRow.named_at).is_(None), ended)
    query = query.order_by(col(DocumentRow.announced_at)).limit(most).with_for_update(skip_locked=True)
    ids = (await session.scalars(query)).all()
    if ids:
        await session.execute(delete(DocumentContentRow).where(col(DocumentContentRow.document_id).in_(ids)))
        await session.execute(delete(DocumentRow).where(col(DocumentRow.id).in_(ids)))
    return len(ids)


async def content(session: AsyncSession, document_id: UUID) -> bytes:
    query = select(DocumentContentRow.content).where(DocumentContentRow.document_id == document_id)
    return (await session.scalars(query)).one()
