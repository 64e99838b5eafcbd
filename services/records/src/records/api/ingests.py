"""Ingests over HTTP: what an institution sends is checked, permitted by consent, and stored."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from yima.consent.v1 import api_pb2 as consent_pb
from yima.identity.v1.api_pb2 import CheckBirthRequest
from yima.records.v1 import api_pb2 as pb

from records.api.served import Resources, api, check_licence, is_proven, token_of
from records.commands import ingests as commands
from records.commands.judging import why_not
from records.domain.ingests import IngestRefused, ResourceRefused, latest_birth
from records.domain.lines import SentResource
from records.domain.releases import NotProven
from records.store import grounds


async def check_ingest(request: pb.IngestResourcesRequest, call: Call[Resources]) -> Sequence[SentResource]:
    """The checked resources, once consent has permitted them and written it into the resident's access log."""
    check_licence(call)
    sent = commands.check_resources(
        request.resources,
        resident_id=parse_id(request.resident_id, "resident_id"),
        zone=call.resources.city.zone,
        now=call.now,
    )
    kinds = {resource.facts.information_type for resource in sent}
    await permit_ingest(sent, kinds, request.resident_id, request.scan_receipt, call)
    return sent


async def permit_ingest(
    sent: Sequence[SentResource],
    information_types: Iterable[str],
    resident_id: str,
    scan_receipt: str,
    call: Call[Resources],
) -> None:
    """Refuse resources that consent does not permit, which is in the resident's access log either way; those from
    before a birth, and those of somebody who is not proven to be."""
    decision = await call.resources.consent.decide_ingest(
        consent_pb.DecideIngestRequest(
            resident_id=resident_id,
            information_types=sorted(set(information_types)),
            count=max(1, len(sent)),
            scan_receipt=scan_receipt,
        ),
        token_of(call),
    )
    if not decision.permitted:
        raise IngestRefused(why_not(decision), "resident_id")
    if sent:
        await check_birth(sent, resident_id, call)
    if not await is_proven(resident_id, call):
        raise NotProven("ask them to prove it in Yima, with an identity number; then send these again", "resident_id")


async def check_birth(sent: Sequence[SentResource], resident_id: str, call: Call[Resources]) -> None:
    """Refuse resources from before the resident's birth. Identity answers whether they were born by the earliest; it is
    asked only after consent has permitted, so that no stranger learns of it."""
    earliest = min((resource.facts for resource in sent), key=lambda facts: facts.effective_until)
    day = latest_birth(earliest.effective_until, call.resources.city.zone)
    birth = CheckBirthRequest(resident_id=resident_id, day=day.isoformat())
    if not (await call.resources.identity.check_birth(birth, token_of(call))).born:
        raise ResourceRefused(
            earliest.dated, "is before the resident was born; check the date, and whose resource it is"
        )


@api.serves_after(check_ingest)
async def ingest_resources(request: pb.IngestResourcesRequest, call: Call[Resources]) -> pb.IngestReceipt:
    resident_id = parse_id(request.resident_id, "resident_id")
    institution_id = UUID(call.principal.partner_id)
    await grounds.of_institution(call.session, institution_id, [resident_id])
    return await commands.ingest_resources(
        call.session,
        resident_id=resident_id,
        institution_id=institution_id,
        sent=call.prepared,
        size=sum(len(resource.encode()) for resource in request.resources),
        zone=call.resources.city.zone,
        apart=call.resources.apart,
        now=call.now,
    )
