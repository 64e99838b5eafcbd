"""Certificates."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.partners.v1 import api_pb2 as pb

from partners.api.applications import registration_of
from partners.api.partners import answer
from partners.api.served import Resources, actor_of, api, visible
from partners.api.standing import reach_decisions
from partners.commands import certificates, registry
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


@api.serves_and_finishes(reach_decisions)
async def revoke_certificate(request: pb.RevokeCertificateRequest, call: Call[Resources]) -> pb.Partner:
    partner = await certificates.revoke_certificate(
        call.session,
        certificate_id=parse_id(request.certificate_id, "certificate_id"),
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return answer(call, partner)


@api.serves
async def get_certificate_registry(
    request: pb.GetCertificateRegistryRequest, call: Call[Resources]
) -> pb.CertificateRegistry:
    partner_id = parse_id(request.partner_id, "partner_id") if request.partner_id else None
    signed = await registry.signed_registry(
        call.session, city=call.resources.city.name, keys=call.resources.keys, partner_id=partner_id, now=call.now
    )
    return pb.CertificateRegistry(
        document=signed.document,
        number=signed.number,
        issued_at=timestamp(signed.issued_at),
        next_at=timestamp(signed.next_at),
    )
