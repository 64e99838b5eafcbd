"""What changes in partners, one function a change. None commits."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.database import Database
from chassis.ids import new_id, parse_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from chassis.wire import moment
from city_pack.pack import City
from google.protobuf.message import Message
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as told
from yima.settlement.v1 import split_pb2

from partners import domain, events, store, tariffs
from partners.domain import API_KEY_LIFE, Actor, Aspect, ContractSuperseded, Scope, Status, StepRefused
from partners.store import Whole
from partners.tables import ApiKeyRow, CertificateRow, ContractRow, PartnerRow, ScreeningRow, SigningKeyRow, StepRow

LAPSES_MAX = 100

type Announcement = Callable[..., Message]


async def apply(
    session: AsyncSession,
    *,
    partner_id: UUID,
    applicant_id: UUID,
    manifest: pb.PartnerManifest,
    city: City,
    now: datetime,
) -> Whole:
    check_manifest(manifest, city, now)
    await name_documents(session, partner_id, manifest, now)
    partner = PartnerRow(
        id=partner_id,
        status=Status.SCREENING,
        registration_number=manifest.registration_number,
        number_look=texts.look(manifest.registration_number),
        name_looks=domain.name_looks(manifest.name.text),
        kind=pb.PartnerKind.Name(manifest.kind).removeprefix("PARTNER_KIND_").lower(),
        districts=list(manifest.districts),
        manifest=manifest.SerializeToString(deterministic=True),
        applied_by=applicant_id,
        applied_at=now,
    )
    before = await store.add_partner(session, partner)
    note_step(session, partner_id, before, Status.SCREENING, Taker(Actor.PARTNER, applicant_id, now))
    return await announce(session, partner_id, now, told.PartnerApplied)


def check_manifest(manifest: pb.PartnerManifest, city: City, now: datetime) -> None:
    """Refuse an application that is not complete, naming the field."""
    at = "manifest"
    manifest.name.text.update(
        texts.localized(manifest.name.text, city.locales, f"{at}.name", texts.name, domain.TEXT_LENGTH_MAX)
    )
    if manifest.kind == pb.PARTNER_KIND_UNSPECIFIED or manifest.kind not in pb.PartnerKind.values():
        raise Invalid(f"{at}.kind", "must be one of the kinds of partner")
    manifest.registration_number = domain.registration_number(manifest.registration_number, f"{at}.registration_number")
    domain.slugs(manifest.districts, f"{at}.districts", domain.DISTRICTS_MAX)
    domain.known(manifest.districts, city.districts, f"{at}.districts", "district")
    manifest.contact.name = texts.name(manifest.contact.name, f"{at}.contact.name", domain.TEXT_LENGTH_MAX)
    domain.matching(manifest.contact.email, domain.EMAIL, f"{at}.contact.email", "office@clinic.example.org")
    domain.matching(manifest.contact.telephone, domain.TELEPHONE, f"{at}.contact.telephone", "+86 531 5550 0100")
    manifest.bank_account.holder = texts.name(
        manifest.bank_account.holder, f"{at}.bank_account.holder", domain.TEXT_LENGTH_MAX
    )
    domain.matching(manifest.bank_account.number, domain.ACCOUNT, f"{at}.bank_account.number", "6200000000000018")
    domain.matching(manifest.bank_account.bank_code, domain.ACCOUNT, f"{at}.bank_account.bank_code", "102451000018")
    if not 1 <= len(manifest.evidence) <= domain.EVIDENCE_MAX:
        raise Invalid(f"{at}.evidence", f"must have 1 to {domain.EVIDENCE_MAX} documents")
    for place, evidence in enumerate(manifest.evidence):
        field = f"{at}.evidence[{place}]"
        if evidence.aspect == pb.ASPECT_UNSPECIFIED or evidence.aspect not in pb.Aspect.values():
            raise Invalid(f"{field}.aspect", "must be one of the five aspects")
        evidence.title = texts.line(evidence.title, f"{field}.title")
        evidence.reference = texts.line(evidence.reference, f"{field}.reference")
        domain.valid_until(evidence.valid_until, city.today(now), f"{field}.valid_until")


async def name_documents(session: AsyncSession, partner_id: UUID, manifest: pb.PartnerManifest, now: datetime) -> None:
    """Note which documents are evidence; refuse one that the partner has not sent, or that was removed since."""
    named = {
        place: parse_id(evidence.document_id, f"manifest.evidence[{place}].document_id")
        for place, evidence in enumerate(manifest.evidence)
        if evidence.document_id
    }
    sent = await store.name_documents(session, partner_id, list(named.values()), now) if named else set()
    for place, document_id in named.items():
        if document_id not in sent:
            raise Invalid(
                f"manifest.evidence[{place}].document_id", "is not of a document you have uploaded within a day"
            )


async def announce(session: AsyncSession, partner_id: UUID, now: datetime, event: Announcement, **more: bool) -> Whole:
    """Publish an event with the partner's standing as it is now."""
    await session.flush()
    whole = await store.whole(session, partner_id)
    publish(session, event(standing=events.standing(whole, now), **more), partner_id)
    return whole


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes a step, in which role, and when."""

    actor: Actor
    subject_id: UUID
    at: datetime


def step(session: AsyncSession, partner: PartnerRow, wanted: Status, taker: Taker, reason: str = "") -> None:
    """Move a locked partner on, if this is the taker's to do, and keep who did it."""
    before = partner.status
    partner.status = domain.advance(Status(before), wanted, taker.actor)
    partner.version += 1
    note_step(session, partner.id, before, wanted, taker, reason)


def note_step(
    session: AsyncSession, partner_id: UUID, was: str, became: Status, taker: Taker, reason: str = ""
) -> None:
    session.add(
        StepRow(
            id=new_id(),
            partner_id=partner_id,
            was=was,
            became=became,
            taken_as=taker.actor,
            taken_by=taker.subject_id,
            taken_at=taker.at,
            reason=reason,
        )
    )


async def decide_screening(
    session: AsyncSession,
    *,
    partner_id: UUID,
    passed: bool,
    reasons: Sequence[str],
    compared: Sequence[UUID] = (),
    by: UUID,
    now: datetime,
) -> Whole:
    """Let an applicant through, or not. `compared`: partners of the same name whose papers the operator looked at."""
    partner = await store.partner_for_update(session, partner_id)
    if passed:
        await store.take_name(session, partner, compared)
    step(session, partner, Status.CERTIFYING if passed else Status.REJECTED, Taker(Actor.OPERATOR, by, now))
    if passed:
        await store.take_number(session)
    session.add(
        ScreeningRow(
            id=new_id(),
            partner_id=partner_id,
            passed=passed,
            reasons=domain.reasons(reasons),
            decided_by=by,
            decided_at=now,
        )
    )
    return await announce(session, partner_id, now, told.PartnerScreened, passed=passed)


async def issue_certificates(
    session: AsyncSession,
    *,
    partner_id: UUID,
    grants: Sequence[pb.CertificateGrant],
    city: City,
    by: UUID,
    now: datetime,
) -> Whole:
    partner = await store.partner_for_update(session, partner_id)
    if partner.status in (Status.SCREENING, Status.REJECTED):
        raise StepRefused("a partner is certified after it has passed screening")
    check_grants(grants)
    versions = await store.certificate_versions(session, partner_id)
    for place, grant in enumerate(grants):
        aspect = Aspect(pb.Aspect.Name(grant.aspect).removeprefix("ASPECT_").lower())
        session.add(
            CertificateRow(
                id=new_id(),
                partner_id=partner_id,
                aspect=aspect,
                scope=scope_of(grant, city, f"grants[{place}].scope"),
                version=versions.get(aspect, 0) + 1,
                issued_by=by,
                issued_at=now,
                expires_at=domain.expiry(moment(grant.expires_at), now, f"grants[{place}].expires_at"),
            )
        )
    await session.flush()
    whole = await store.whole(session, partner_id)
    partner.certified_until = domain.certified_until(events.certified(whole.certificates))
    partner.lapse_announced = False
    if partner.certified_until is not None and partner.status == Status.CERTIFYING:
        step(session, partner, Status.CONTRACTING, Taker(Actor.OPERATOR, by, now))
    else:
        partner.version += 1
    return await announce(session, partner_id, now, told.PartnerCertified)


def check_grants(grants: Sequence[pb.CertificateGrant]) -> None:
    if not 1 <= len(grants) <= len(Aspect) or len({grant.aspect for grant in grants}) != len(grants):
        raise Invalid("grants", "must have 1 to 5 grants, none twice for an aspect")
    for place, grant in enumerate(grants):
        if grant.aspect == pb.ASPECT_UNSPECIFIED or grant.aspect not in pb.Aspect.values():
            raise Invalid(f"grants[{place}].aspect", "must be one of the five aspects")


def scope_of(grant: pb.CertificateGrant, city: City, field: str) -> list[str]:
    """What a certificate covers: the categories it names, and what is below each of them on the day it is issued."""
    named = domain.scope(grant.scope, field)
    if named == [domain.EVERYTHING]:
        return named
    domain.known(named, city.taxonomy, field, "category")
    return list(dict.fromkeys(code for one in named for code in city.taxonomy.within(one)))


async def offer_contract(
    session: AsyncSession,
    *,
    partner_id: UUID,
    shares: Sequence[split_pb2.Share],
    refund_liability: split_pb2.RefundLiability,
    city: City,
    now: datetime,
) -> Whole:
    """Offer a contract with these shares, or with those of the city's tariff where none are given."""
    if refund_liability not in split_pb2.RefundLiability.values():
        raise Invalid("refund_liability", "must be PRO_RATA, PARTNER or PLATFORM")
    partner = await store.partner_for_update(session, partner_id)
    if partner.status not in (Status.CONTRACTING, Status.ACTIVE):
        raise StepRefused("a contract is offered to a partner that is certified in all five aspects")
    tariff = city.fees.of(tariffs.kind_of(partner))
    shares = shares or tariffs.shares_in(tariff, city.currency)
    tariffs.check_parties(shares, city)
    tariffs.check_plan(shares, tariff, city.currency)
    number = await store.newest_contract_number(session, partner_id) + 1
    contract_id = new_id()
    plan = split_pb2.SplitPlan(id=str(contract_id), version=number, shares=shares, refund_liability=refund_liability)
    session.add(
        ContractRow(
            id=contract_id,
            partner_id=partner_id,
            number=number,
            split_plan=plan.SerializeToString(deterministic=True),
            offered_at=now,
        )
    )
    await session.flush()
    return await store.whole(session, partner_id)


async def sign_contract(
    session: AsyncSession, *, contract_id: UUID, partner_id: UUID, by: UUID, city: City, now: datetime
) -> Whole:
    """Sign a contract; its parties are looked at again, since old offers have any."""
    partner = await store.partner_for_update(session, partner_id)
    contract = await store.contract_of(session, contract_id, partner_id)
    tariffs.check_parties(split_pb2.SplitPlan.FromString(contract.split_plan).shares, city)
    newest = await store.newest_contract_number(session, partner_id)
    if contract.signed_at is not None or contract.number != newest:
        raise ContractSuperseded("look at the partner's present contract", "contract_id")
    if partner.status == Status.SUSPENDED:
        raise StepRefused("a suspended partner signs after it has been reinstated")
    contract.signed_at, contract.signed_by = now, by
    if partner.status == Status.ACTIVE:
        partner.version += 1
    else:
        step(session, partner, Status.ACTIVE, Taker(Actor.PARTNER, by, now))
    whole = await announce(session, partner_id, now, told.PartnerActivated)
    publish(session, events.contract_signed(contract), partner_id)
    publish(session, events.bank_account_registered(whole), partner_id)
    return whole


async def suspend(
    session: AsyncSession, *, partner_id: UUID, reason: str, by: UUID, actor: Actor, now: datetime
) -> Whole:
    """Suspend a partner, or as a regulator take over an operator's suspension."""
    partner = await store.partner_for_update(session, partner_id)
    domain.may_suspend(Status(partner.status), suspended_as(partner), actor)
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    note_step(session, partner.id, partner.status, Status.SUSPENDED, Taker(actor, by, now), because)
    partner.status, partner.suspension_reason = Status.SUSPENDED, because
    partner.suspended_as, partner.suspended_by, partner.suspended_at = actor, by, now
    partner.version += 1
    return await announce(session, partner_id, now, told.PartnerSuspended)


async def reinstate(
    session: AsyncSession, *, partner_id: UUID, reason: str, by: UUID, actor: Actor, now: datetime
) -> Whole:
    """Lift a suspension: a regulator's only as a regulator."""
    partner = await store.partner_for_update(session, partner_id)
    domain.may_lift(Status(partner.status), suspended_as(partner), actor)
    because = texts.line(reason, "reason", texts.REASON_LENGTH_MAX)
    note_step(session, partner.id, partner.status, Status.ACTIVE, Taker(actor, by, now), because)
    await session.flush()  # the database asks for the step of whoever lifts a regulator's suspension
    partner.status, partner.suspension_reason = Status.ACTIVE, ""
    partner.version += 1
    partner.suspended_as = partner.suspended_by = partner.suspended_at = None
    return await announce(session, partner_id, now, told.PartnerReinstated)


def suspended_as(partner: PartnerRow) -> Actor | None:
    return Actor(partner.suspended_as) if partner.suspended_as else None


async def create_api_key(
    session: AsyncSession,
    *,
    partner_id: UUID,
    label: str,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
    now: datetime,
) -> tuple[ApiKeyRow, str]:
    """A new key and its secret, which exists nowhere else from now on. While a partner is suspended its keys are not
    good, and none are made; with its reinstatement they are good again."""
    await store.partner_for_update(session, partner_id)
    if await store.keys_in_force(session, partner_id, now) >= domain.API_KEYS_MAX:
        raise domain.TooManyApiKeys(f"at most {domain.API_KEYS_MAX}: revoke those that nobody uses")
    secret = f"yk_{secrets.token_urlsafe(32)}"
    until = domain.expiry(expires_at, now, "expires_at", API_KEY_LIFE) if expires_at else now + API_KEY_LIFE
    key = ApiKeyRow(
        id=new_id(),
        partner_id=partner_id,
        label=texts.label(label, "label"),
        scopes=sorted(scopes),
        secret_sha256=hashlib.sha256(secret.encode()).digest(),
        created_at=now,
        expires_at=until,
    )
    session.add(key)
    publish(session, events.api_key_issued(key), key.id)
    return key, secret


async def put_signing_key(
    session: AsyncSession, *, partner_id: UUID, public_key: bytes, compromised: bool, now: datetime
) -> SigningKeyRow:
    """Take a public key into the place of the one before, which proves nothing any more if it is compromised; otherwise
    it goes on proving the orders that were accepted under it."""
    domain.public_key(public_key, "public_key")
    key = await session.get(SigningKeyRow, partner_id)
    if key is None:
        key = SigningKeyRow(partner_id=partner_id, public_key=public_key, registered_at=now, version=0)
        session.add(key)
    key.public_key, key.registered_at = public_key, now
    key.version += 1
    publish(session, events.signing_key_registered(key, compromised), partner_id)
    return key


async def revoke_api_key(session: AsyncSession, *, api_key_id: UUID, partner_id: UUID, now: datetime) -> ApiKeyRow:
    key = await store.api_key_for_update(session, api_key_id, partner_id)
    if key.revoked_at is None:
        key.revoked_at = now
        publish(session, events.api_key_revoked(key), key.id)
    return key


async def announce_lapses(database: Database, now: datetime) -> int:
    """Tell of certifications that have ended, `LAPSES_MAX` at most; says of how many."""
    async with database.transaction() as session:
        ids = await store.claim_lapsed(session, now, LAPSES_MAX)
        for whole in await store.wholes(session, ids):
            publish(session, told.CertificateLapsed(standing=events.standing(whole, now)), whole.partner.id)
    return len(ids)
