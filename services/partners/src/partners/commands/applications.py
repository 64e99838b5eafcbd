"""Applying, and the operator's decision on it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import parse_id
from chassis.refusals import Invalid
from chassis.wire import timestamp
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1 import events_pb2 as events_pb

from partners.commands.evidence import pieces_of
from partners.commands.reviews import evidence_in_force, review_row, reviewed
from partners.commands.standing import Taker, announce, note_step, step
from partners.domain import tariffs
from partners.domain.appeals import appeal_until
from partners.domain.applications import (
    DISTRICTS_MAX,
    EMAIL,
    EVIDENCE_MAX,
    TELEPHONE,
    TEXT_LENGTH_MAX,
    RegistrationNotConfirmed,
    check_valid_until,
    is_valid,
    name_looks,
    parse_registration_number,
)
from partners.domain.bank_accounts import check_account
from partners.domain.certificates import Aspect
from partners.domain.codes import (
    check_codes,
    check_form,
    check_known,
)
from partners.domain.evidence import remind_on
from partners.domain.screening import ReviewKind, check_outcome, missing_evidence
from partners.domain.standing import (
    Actor,
    PartnerStatus,
    advance,
)
from partners.registers import CheckedRegistration
from partners.store import documents, partners
from partners.store.partners import PartnerAggregate
from partners.tables import PartnerRow


async def apply(
    session: AsyncSession,
    *,
    partner_id: UUID,
    applicant_id: UUID,
    manifest: pb.PartnerManifest,
    city: City,
    now: datetime,
) -> PartnerAggregate:
    check_manifest(manifest, city, now)
    await name_documents(session, partner_id, manifest.evidence, now, "manifest.evidence")
    partner = PartnerRow(
        id=partner_id,
        status=PartnerStatus.SCREENING,
        registration_number=manifest.registration_number,
        number_look=texts.look(manifest.registration_number),
        name_looks=name_looks(manifest.name.text),
        kind=pb.PartnerKind.Name(manifest.kind).removeprefix("PARTNER_KIND_").lower(),
        districts=list(manifest.districts),
        manifest=manifest.SerializeToString(deterministic=True),
        applied_by=applicant_id,
        applied_at=now,
        evidence_remind_on=remind_on(pieces_of(manifest.evidence), city.today(now), city.rubric.renewal_days),
    )
    note_completeness(partner, city, now)
    before = await partners.add_partner(session, partner)
    note_step(session, partner_id, before, PartnerStatus.SCREENING, Taker(Actor.PARTNER, applicant_id, now))
    return await announce(session, partner_id, now, events_pb.PartnerApplied)


def check_manifest(manifest: pb.PartnerManifest, city: City, now: datetime) -> None:
    """Refuse an application that is not complete, naming the field."""
    at = "manifest"
    manifest.name.text.update(
        texts.localized(manifest.name.text, city.locales, f"{at}.name", texts.name, TEXT_LENGTH_MAX)
    )
    if manifest.kind == pb.PARTNER_KIND_UNSPECIFIED or manifest.kind not in pb.PartnerKind.values():
        raise Invalid(f"{at}.kind", "must be one of the kinds of partner")
    manifest.registration_number = parse_registration_number(manifest.registration_number, f"{at}.registration_number")
    check_codes(manifest.districts, f"{at}.districts", DISTRICTS_MAX)
    check_known(manifest.districts, city.districts, f"{at}.districts", "district")
    manifest.contact.name = texts.name(manifest.contact.name, f"{at}.contact.name", TEXT_LENGTH_MAX)
    check_form(manifest.contact.email, EMAIL, f"{at}.contact.email", "office@clinic.example.org")
    check_form(manifest.contact.telephone, TELEPHONE, f"{at}.contact.telephone", "+86 531 5550 0100")
    check_account(manifest.bank_account, city.payout_accounts, f"{at}.bank_account")
    if not 1 <= len(manifest.evidence) <= EVIDENCE_MAX:
        raise Invalid(f"{at}.evidence", f"must have 1 to {EVIDENCE_MAX} documents")
    check_evidence(manifest.evidence, city, now, f"{at}.evidence")


def check_evidence(documents: Sequence[pb.Evidence], city: City, now: datetime, at: str) -> None:
    """Refuse evidence that is past, of no aspect, or of a kind that the city's checklists do not know."""
    for index, evidence in enumerate(documents):
        field = f"{at}[{index}]"
        if evidence.aspect == pb.ASPECT_UNSPECIFIED or evidence.aspect not in pb.Aspect.values():
            raise Invalid(f"{field}.aspect", "must be one of the five aspects")
        evidence.title = texts.line(evidence.title, f"{field}.title")
        evidence.reference = texts.line(evidence.reference, f"{field}.reference")
        check_valid_until(evidence.valid_until, city.today(now), f"{field}.valid_until")
        if evidence.kind and evidence.kind not in city.rubric.documents:
            raise Invalid(f"{field}.kind", "is no kind of document that the city's checklists know; leave it out")
        evidence.ClearField("status")
        evidence.ClearField("renew_from")


async def add_evidence(
    session: AsyncSession,
    *,
    partner_id: UUID,
    evidence: Sequence[pb.Evidence],
    city: City,
    now: datetime,
) -> PartnerAggregate:
    """Put more evidence beside what a partner handed in. What is past makes room."""
    partner = await partners.load_for_update(session, partner_id)
    check_evidence(evidence, city, now, "evidence")
    await name_documents(session, partner_id, evidence, now, "evidence")
    manifest = pb.PartnerManifest.FromString(partner.manifest)
    kept = [each for each in manifest.evidence if is_valid(each.valid_until, city.today(now))]
    if not 1 <= len(evidence) <= EVIDENCE_MAX - len(kept):
        raise Invalid("evidence", f"must have 1 to {EVIDENCE_MAX - len(kept)} documents beside those in force")
    del manifest.evidence[:]
    manifest.evidence.extend([*kept, *evidence])
    partner.manifest = manifest.SerializeToString(deterministic=True)
    partner.evidence_remind_on = remind_on(pieces_of(manifest.evidence), city.today(now), city.rubric.renewal_days)
    if partner.status == PartnerStatus.SCREENING:
        note_completeness(partner, city, now)
    partner.version += 1
    await session.flush()
    return await partners.load(session, partner_id)


def note_completeness(partner: PartnerRow, city: City, now: datetime) -> None:
    """Keep when nothing was missing first that the checklist asks an applicant for."""
    checklist = city.rubric.of(tariffs.kind_of(partner.manifest))
    if not missing_evidence(checklist, evidence_in_force(partner.manifest, city, now)):
        partner.documents_complete_at = partner.documents_complete_at or now


async def name_documents(
    session: AsyncSession, partner_id: UUID, handed_in: Sequence[pb.Evidence], now: datetime, at: str
) -> None:
    """Note which documents are evidence; refuse one that the partner has not sent, or that was removed since."""
    document_ids = {
        index: parse_id(evidence.document_id, f"{at}[{index}].document_id")
        for index, evidence in enumerate(handed_in)
        if evidence.document_id
    }
    if not document_ids:
        return
    sent = await documents.name_documents(session, partner_id, list(document_ids.values()), now)
    for index, document_id in document_ids.items():
        if document_id not in sent:
            raise Invalid(f"{at}[{index}].document_id", "is not of a document you have uploaded within a day")


async def decide_screening(
    session: AsyncSession,
    *,
    partner_id: UUID,
    passed: bool,
    reasons: Sequence[str],
    answers: Sequence[pb.ChecklistAnswer],
    city: City,
    checklist_version: str = "",
    compared: Sequence[UUID] = (),
    registration: CheckedRegistration | None = None,
    by: UUID,
    now: datetime,
) -> PartnerAggregate:
    """Let an applicant through, or not, as the answers to its checklist say. `compared`: partners of the same name
    whose papers the operator looked at; `registration`: its register's word, without which nobody is let through."""
    partner = await partners.load_for_update(session, partner_id)
    target = PartnerStatus.CERTIFYING if passed else PartnerStatus.REJECTED
    advance(PartnerStatus(partner.status), target, Actor.OPERATOR)
    if passed and (registration is None or not registration.confirmed):
        raise RegistrationNotConfirmed("ask for an extract of the register, or refuse the application", "partner_id")
    review = reviewed(partner, answers, city, checklist_version, Aspect, now)
    check_outcome(review.outcome, passed, review.checklist.pass_at)
    if passed:
        await partners.take_name(session, partner, compared)
    step(session, partner, target, Taker(Actor.OPERATOR, by, now))
    if passed:
        await partners.take_number(session)
    reference = registration.reference if registration is not None else None
    session.add(review_row(partner_id, ReviewKind.APPLICATION, review, reasons, by, now, reference))
    until = None if passed else timestamp(appeal_until(now, city.rubric.appeal_days))
    return await announce(session, partner_id, now, events_pb.PartnerScreened, passed=passed, appeal_until=until)
