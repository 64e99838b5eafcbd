"""Applying, and the operator's decision on it."""

from contextlib import suppress
from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.questions import NotAnswered
from yima.partners.v1 import api_pb2 as pb

from partners.api.partners import answer
from partners.api.reviews import checklist_message, kind_named
from partners.api.served import Resources, api, visible
from partners.commands import applications, reviews
from partners.domain.applications import RegisterAway
from partners.registers import CheckedRegistration
from partners.store import partners

AWAY_SECONDS = 30  # after which a register may be asked again


@api.serves
async def apply(request: pb.ApplyRequest, call: Call[Resources]) -> pb.Partner:
    partner = await applications.apply(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        applicant_id=UUID(call.principal.subject_id),
        manifest=request.manifest,
        city=call.resources.city,
        now=call.now,
    )
    return answer(call, partner)


@api.serves
async def get_checklist(request: pb.GetChecklistRequest, call: Call[Resources]) -> pb.Checklist:
    rubric = call.resources.city.rubric
    return checklist_message(request.kind, rubric.of(kind_named(request.kind)), rubric)


@api.serves
async def add_evidence(request: pb.AddEvidenceRequest, call: Call[Resources]) -> pb.Partner:
    partner = await applications.add_evidence(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        evidence=request.evidence,
        city=call.resources.city,
        now=call.now,
    )
    return answer(call, partner)


@api.serves
async def review_partner(request: pb.ReviewPartnerRequest, call: Call[Resources]) -> pb.Partner:
    partner = await reviews.review_partner(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        request=request,
        city=call.resources.city,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return answer(call, partner)


async def check_registration(request: pb.DecideScreeningRequest, call: Call[Resources]) -> CheckedRegistration | None:
    """What the register of institutions says of an applicant who is to be let through. It goes by the name in the
    city's first language."""
    partner_id = visible(call.principal, request.partner_id)
    return await registration_of(call, partner_id) if request.passed else None


async def registration_of(call: Call[Resources], partner_id: UUID) -> CheckedRegistration:
    """What the register of institutions says now of a partner's registration. Raises `RegisterAway`."""
    async with call.resources.database.transaction() as session:
        partner = await partners.load(session, partner_id)
    name = pb.PartnerManifest.FromString(partner.row.manifest).name.text[call.resources.city.locales[0]]
    with suppress(NotAnswered):
        return await call.resources.register.check_registration(name, partner.row.registration_number)
    raise RegisterAway(f"ask again in {AWAY_SECONDS} seconds", AWAY_SECONDS)


@api.serves_after(check_registration)
async def decide_screening(request: pb.DecideScreeningRequest, call: Call[Resources]) -> pb.Partner:
    partner = await applications.decide_screening(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        passed=request.passed,
        reasons=request.reasons,
        answers=request.answers,
        city=call.resources.city,
        checklist_version=request.checklist_version,
        compared=[
            parse_id(text, f"compared_partner_ids[{index}]") for index, text in enumerate(request.compared_partner_ids)
        ],
        registration=call.prepared,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return answer(call, partner)
