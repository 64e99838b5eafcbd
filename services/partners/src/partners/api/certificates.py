"""Certificates."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from yima.partners.v1 import api_pb2 as pb

from partners.api.applications import registration_of
from partners.api.partners import answer
from partners.api.served import Resources, api, visible
from partners.commands import certificates
from partners.domain.applications import RegistrationNotConfirmed


async def check_registration(request: pb.IssueCertificatesRequest, call: Call[Resources]) -> None:
    """A partner is certified, and certified again, while its registration is in force: one that was struck off since
    its screening lapses with the certificates it has."""
    registration = await registration_of(call, visible(call.principal, request.partner_id))
    if not registration.confirmed:
        raise RegistrationNotConfirmed("ask for an extract of the register; until then certify nothing", "partner_id")


@api.serves_after(check_registration)
async def issue_certificates(request: pb.IssueCertificatesRequest, call: Call[Resources]) -> pb.Partner:
    partner = await certificates.issue_certificates(
        call.session,
        partner_id=visible(call.principal, request.partner_id),
        grants=request.grants,
        city=call.resources.city,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return answer(call, partner)


@api.serves
async def cosign_certificate(request: pb.CosignCertificateRequest, call: Call[Resources]) -> pb.Partner:
    partner = await certificates.cosign_certificate(
        call.session,
        certificate_id=parse_id(request.certificate_id, "certificate_id"),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return answer(call, partner)
