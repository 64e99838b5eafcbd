"""Consent over HTTP: decode, one call, encode. Routes and roles stand in the contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import pages
from chassis.api import Api, Call
from chassis.auth import Verifier
from chassis.batching import Batcher
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.signing import SigningKeys
from chassis.wire import timestamp
from city_pack.pack import City
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb
from yima.identity.v1.api_pb2 import GetBirthDatesRequest
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.client import PartnersClient

from consent import commands, domain, store
from consent.deciding import Question
from consent.domain import (
    AlreadyAnswered,
    AlreadyAttested,
    AlreadyEnded,
    AlreadyRevoked,
    ConsentInForce,
    ErasureStatus,
    NothingToErase,
    TooManyAgreements,
)
from consent.tables import AccessLogRow, ArtefactRow, ErasureRow, OrderRow, RefusalRow, RequestRow

BY_DUE = pages.keyset(datetime, UUID)


@dataclass(frozen=True)
class Resources:
    """What consent's functions need: its signing keys, the batcher that decides, who knows where partners stand."""

    keys: SigningKeys
    deciding: Batcher[Question, pb.Decision]
    partners: PartnersClient
    receipts: Verifier  # of identity's scans
    identity: IdentityClient
    city: City


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["ConsentApi"],
    refusals={
        AlreadyAnswered: 409,
        AlreadyRevoked: 409,
        AlreadyEnded: 409,
        TooManyAgreements: 429,
        AlreadyAttested: 409,
        ConsentInForce: 409,
        NothingToErase: 409,
    },
)


async def residents_of(call: Call[Resources]) -> list[UUID]:
    """For whom the caller answers: themselves and their dependants, but none whose guardianship is heard to have ended
    while the caller's token still names them."""
    caller = UUID(call.principal.subject_id)
    dependants = [UUID(one) for one in call.principal.dependants]
    if dependants:
        over = await store.acts_no_longer(call.session, [(one, caller) for one in dependants])
        dependants = [one for one in dependants if (one, caller) not in over]
    return [caller, *dependants]


@api.serves
async def list_consent_requests(request: pb.ListConsentRequestsRequest, call: Call[Resources]) -> pb.ConsentRequestPage:
    wanted = pages.size(request.page)
    found = await store.requests_page(
        call.session,
        await residents_of(call),
        parse_id(request.order_id, "order_id") if request.order_id else None,
        pb.ConsentStatus.Name(request.status).removeprefix("CONSENT_STATUS_").lower() if request.status else None,
        pages.after_id(request.page),
        wanted,
    )
    return pb.ConsentRequestPage(
        requests=[request_message(row) for row in found[:wanted]], page=pages.info([row.id for row in found], wanted)
    )


async def acts_until(_request: object, call: Call[Resources]) -> dict[UUID, datetime | None]:
    """For whom the caller answers, and until when: for themselves without end, for a dependant until they come of age.
    When that is, identity tells a guardian."""
    until: dict[UUID, datetime | None] = {UUID(call.principal.subject_id): None}
    if call.principal.dependants:
        token = call.authorization.partition(" ")[2]
        told = await call.resources.identity.get_birth_dates(GetBirthDatesRequest(), token)
        for one in told.residents:
            if one.resident_id in call.principal.dependants:
                until[UUID(one.resident_id)] = call.resources.city.of_age_at(date.fromisoformat(one.date))
    return until


@api.serves_after(acts_until)
async def grant_consent(request: pb.GrantConsentRequest, call: Call[Resources]) -> pb.ConsentArtefact:
    artefact = await commands.grant_consent(
        call.session,
        request_id=parse_id(request.consent_request_id, "consent_request_id"),
        residents=call.prepared,
        by=UUID(call.principal.subject_id),
        keys=call.resources.keys,
        now=await store.clock(call.session),
    )
    return await artefact_shown(artefact, call)


@api.serves_after(acts_until)
async def agree_to_order(request: pb.AgreeToOrderRequest, call: Call[Resources]) -> pb.OrderAgreement:
    """Take the resident's own word. That it is theirs, their token says; no other service's event does."""
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if resident_id not in call.prepared:
        raise NotFound("there is no such resident for the caller", "resident_id")
    agreed = await commands.agree_to_order(
        call.session,
        order_id=parse_id(request.order_id, "order_id"),
        resident_id=resident_id,
        grantee_id=parse_id(request.grantee_id, "grantee_id"),
        hashes=domain.check_hashes(request.consent_hashes),
        by=UUID(call.principal.subject_id),
        until=call.prepared[resident_id],
        keys=call.resources.keys,
        now=await store.clock(call.session),
    )
    shown = await artefacts_shown(agreed.granted, call)
    return pb.OrderAgreement(granted=shown, kept=agreed.kept)


@api.serves
async def deny_consent(request: pb.DenyConsentRequest, call: Call[Resources]) -> pb.ConsentRequest:
    request_id = parse_id(request.consent_request_id, "consent_request_id")
    return request_message(
        await commands.deny_consent(call.session, request_id=request_id, residents=await residents_of(call))
    )


@api.serves
async def list_consents(request: pb.ListConsentsRequest, call: Call[Resources]) -> pb.ConsentPage:
    wanted = pages.size(request.page)
    residents, grantee_id = await seen(call, request.resident_id)
    found = await store.artefacts_page(
        call.session,
        residents,
        grantee_id,
        parse_id(request.order_id, "order_id") if request.order_id else None,
        pages.after_id(request.page),
        wanted,
    )
    return pb.ConsentPage(
        consents=await artefacts_shown(found[:wanted], call),
        page=pages.info([row.id for row in found], wanted),
    )


async def seen(call: Call[Resources], resident_id: str) -> tuple[list[UUID] | None, UUID | None]:
    """Whose artefacts, and held by whom, the caller may see."""
    principal = call.principal
    wanted = [parse_id(resident_id, "resident_id")] if resident_id else None
    if principal.role == Role.ROLE_RESIDENT:
        own = await residents_of(call)
        if wanted and wanted[0] not in own:
            raise NotFound("there is no such resident for the caller", "resident_id")
        return wanted or own, None
    if principal.supervises:
        if wanted is None:
            raise Invalid("resident_id", "say whose consents")
        return wanted, None
    return wanted, UUID(principal.partner_id)


@api.serves_and_waits(domain.RELEASE_SECONDS)
async def revoke_consent(request: pb.RevokeConsentRequest, call: Call[Resources]) -> pb.ConsentArtefact:
    artefact = await commands.revoke_consent(
        call.session,
        artefact_id=parse_id(request.consent_id, "consent_id"),
        residents=await residents_of(call),
        reason=request.reason,
        now=await store.clock(call.session),
    )
    return await artefact_shown(artefact, call)


@api.serves
async def list_erasures(request: pb.ListErasuresRequest, call: Call[Resources]) -> pb.ErasurePage:
    wanted = pages.size(request.page)
    named = parse_id(request.partner_id, "partner_id") if request.partner_id else None
    grantee_id = named if call.principal.supervises else UUID(call.principal.partner_id)
    if named not in (None, grantee_id):
        raise NotFound("there is no such partner for the caller", "partner_id")
    if request.status not in pb.ErasureStatus.values():
        raise Invalid("status", f"must be one of {', '.join(ErasureStatus.__members__)}")
    found = await store.erasures_page(
        call.session,
        grantee_id,
        ErasureStatus(request.status) if request.status else None,
        call.now,
        BY_DUE.after(request.page),
        wanted,
    )
    return pb.ErasurePage(
        erasures=[erasure_message(erasure, artefact, call) for erasure, artefact in found[:wanted]],
        page=BY_DUE.info([(erasure.due_at, erasure.consent_id) for erasure, _ in found], wanted),
    )


@api.serves
async def attest_erasure(request: pb.AttestErasureRequest, call: Call[Resources]) -> pb.Erasure:
    erasure, artefact = await commands.attest_erasure(
        call.session,
        consent_id=parse_id(request.consent_id, "consent_id"),
        grantee_id=UUID(call.principal.partner_id),
        by=UUID(call.principal.subject_id),
        method=request.method,
        protocol_sha256=request.protocol_sha256,
        keys=call.resources.keys,
        now=call.now,
    )
    return erasure_message(erasure, artefact, call)


@api.serves_without_transaction
async def decide(request: pb.DecideRequest, call: Call[Resources]) -> pb.Decision:
    asked = domain.check_asked(request.information_types, request.purpose, request.access_mode)
    question = Question(call.principal, parse_id(request.resident_id, "resident_id"), asked)
    return await call.resources.deciding.submit(question)


@api.serves_without_transaction
async def decide_ingest(request: pb.DecideIngestRequest, call: Call[Resources]) -> pb.Decision:
    asked = domain.check_ingest(request.information_types, request.count)
    resident_id = parse_id(request.resident_id, "resident_id")
    scanned = bool(request.scan_receipt) and await was_scanned(request.scan_receipt, resident_id, call)
    return await call.resources.deciding.submit(Question(call.principal, resident_id, asked, scanned))


async def was_scanned(receipt: str, resident_id: UUID, call: Call[Resources]) -> bool:
    """Is this identity's receipt for a scan of the resident's code by the caller's institution? Refused if not."""
    claims = await call.resources.receipts.claims(receipt, "scan", call.now.timestamp())
    if (claims.get("resident_id"), claims.get("partner_id")) != (str(resident_id), call.principal.partner_id):
        raise Invalid("scan_receipt", "is of another resident's code, or of another institution's scan")
    return True


@api.serves
async def list_access_log(request: pb.ListAccessLogRequest, call: Call[Resources]) -> pb.AccessLogPage:
    wanted = pages.size(request.page)
    resident_id = request.resident_id
    if call.principal.role == Role.ROLE_RESIDENT:
        resident_id = resident_id or call.principal.subject_id
        if parse_id(resident_id, "resident_id") not in await residents_of(call):
            raise NotFound("there is no such resident for the caller", "resident_id")
    elif not resident_id:
        raise Invalid("resident_id", "say whose log")
    before = pages.after_position(request.page)
    found = await store.log_page(call.session, parse_id(resident_id, "resident_id"), before, wanted)
    repeated = await store.refusals_at(call.session, [row.position for row in found[:wanted]])
    return pb.AccessLogPage(
        entries=[log_message(row, repeated.get(row.position)) for row in found[:wanted]],
        page=pages.info([row.position for row in found], wanted),
    )


@api.serves
async def check_access_log(request: pb.CheckAccessLogRequest, call: Call[Resources]) -> pb.AccessLogCheck:
    entries, broken_at = await commands.check_log(call.session)
    return pb.AccessLogCheck(holds=not broken_at, entries=entries, broken_at=broken_at)


def request_message(row: RequestRow) -> pb.ConsentRequest:
    return pb.ConsentRequest(
        id=str(row.id),
        resident_id=str(row.resident_id),
        grantee_id=str(row.grantee_id),
        order_id=str(row.order_id),
        order_line_id=str(row.order_line_id),
        template=ConsentTemplate.FromString(row.template),
        template_hash=row.template_hash,
        status=f"CONSENT_STATUS_{row.status.upper()}",
        requested_at=timestamp(row.requested_at),
    )


async def artefact_shown(row: ArtefactRow, call: Call[Resources]) -> pb.ConsentArtefact:
    return (await artefacts_shown([row], call))[0]


async def artefacts_shown(rows: Sequence[ArtefactRow], call: Call[Resources]) -> list[pb.ConsentArtefact]:
    erasures = await store.erasures_of(call.session, [row.id for row in rows])
    orders = await store.orders_known(call.session, [row.order_id for row in rows])
    return [artefact_message(row, erasures.get(row.id), orders.get(row.order_id), call) for row in rows]


def status_of(row: ArtefactRow, order: OrderRow | None, now: datetime) -> str:
    """Where a consent stands now."""
    if row.revoked_at is not None:
        return "REVOKED"
    if row.ended_at is not None:
        return "ENDED"
    if now >= row.expires_at:
        return "EXPIRED"
    return "GRANTED" if order is not None and order.confirmed_at is not None else "AWAITING_ORDER"


def artefact_message(
    row: ArtefactRow, erasure: ErasureRow | None, order: OrderRow | None, call: Call[Resources]
) -> pb.ConsentArtefact:
    return pb.ConsentArtefact(
        id=str(row.id),
        consent_request_id=str(row.consent_request_id),
        resident_id=str(row.resident_id),
        granted_by=str(row.granted_by),
        grantee_id=str(row.grantee_id),
        order_id=str(row.order_id),
        order_line_id=str(row.order_line_id),
        information_types=row.information_types,
        purpose=row.purpose,
        access_mode=row.access_mode,  # type: ignore[arg-type] # the contract's number
        status=f"CONSENT_STATUS_{status_of(row, order, call.now)}",
        granted_at=timestamp(row.granted_at),
        expires_at=timestamp(row.expires_at),
        revoked_at=timestamp(row.revoked_at),
        receipt=row.receipt,
        retention_days=row.retention_days,
        erasure=erasure_message(erasure, row, call) if erasure else None,
        ended_at=timestamp(row.ended_at),
        ended_because=row.ended_because,  # type: ignore[arg-type] # as above
    )


def erasure_message(row: ErasureRow, artefact: ArtefactRow, call: Call[Resources]) -> pb.Erasure:
    """An erasure, of whose resident operators learn nothing."""
    return pb.Erasure(
        consent_id=str(row.consent_id),
        resident_id="" if call.principal.role == Role.ROLE_OPERATOR else str(artefact.resident_id),
        grantee_id=str(row.grantee_id),
        order_id=str(artefact.order_id),
        order_line_id=str(artefact.order_line_id),
        status=int(domain.erasure_status(row.due_at, row.attested_at, call.now)),  # type: ignore[arg-type] # as above
        due_at=timestamp(row.due_at),
        announced_at=timestamp(row.announced_at),
        attested_at=timestamp(row.attested_at),
        attested_by=str(row.attested_by or ""),
        method=row.method or 0,  # type: ignore[arg-type] # the contract's number
        protocol_sha256=row.protocol_sha256 or b"",
        receipt=row.receipt or "",
    )


def log_message(row: AccessLogRow, repeated: RefusalRow | None) -> pb.AccessLogEntry:
    entry = pb.AccessLogEntry.FromString(row.entry)
    entry.hash = row.hash
    entry.times = repeated.times if repeated else 1
    entry.last_at.CopyFrom(entry.decided_at)
    if repeated:
        entry.last_at.FromDatetime(repeated.last_at)
    return entry
