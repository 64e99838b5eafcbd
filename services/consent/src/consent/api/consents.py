"""Consents over HTTP: requests, agreements, artefacts, and who sees which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment, timestamp
from yima.catalog.v1.api_pb2 import ConsentTemplate
from yima.common.v1.route_pb2 import Role
from yima.consent.v1 import api_pb2 as pb
from yima.identity.v1.api_pb2 import BirthDate, GetBirthDatesRequest

from consent.api.erasures import erasure_message
from consent.api.served import Resources, api, visible_residents
from consent.commands import consents as commands
from consent.commands.agreements import Agreement
from consent.commands.changes import log_looks
from consent.commands.receipts import for_grantee
from consent.domain.access_log import AccessAct
from consent.domain.consents import NOT_THEIR_RESIDENT, RELEASE_SECONDS, Origin, RequestStatus, check_hashes
from consent.domain.frequency import check_frequency
from consent.domain.reach import check_reach
from consent.store import consents as store
from consent.store import erasures, orders, projects, standings
from consent.store.clock import database_now
from consent.store.frequency import uses_of
from consent.tables import ArtefactRow, ErasureRow, OrderRow, RequestRow


@api.serves
async def list_consent_requests(request: pb.ListConsentRequestsRequest, call: Call[Resources]) -> pb.ConsentRequestPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(
        await store.requests_page(
            call.session,
            await visible_residents(call),
            parse_id(request.order_id, "order_id") if request.order_id else None,
            parse_id(request.consent_request_id, "consent_request_id") if request.consent_request_id else None,
            pb.ConsentStatus.Name(request.status).removeprefix("CONSENT_STATUS_").lower() if request.status else None,
            call.now,
            part,
        ),
        pages.at_id,
    )
    timed = [row.id for row in rows if row.origin != Origin.ORDER]
    granted = {row.consent_request_id: row for row in await store.artefacts_for(call.session, timed)} if timed else {}
    frozen = await standings.frozen_among(call.session, [row.grantee_id for row in granted.values()])
    over = await projects_ended(list(granted.values()), call)
    return pb.ConsentRequestPage(
        requests=[
            request_message(
                row, call.now, granted.get(row.id), frozen=row.grantee_id in frozen, over=row.project_id in over
            )
            for row in rows
        ],
        page=page,
    )


async def acts_until(_request: object, call: Call[Resources]) -> dict[UUID, datetime | None]:
    """For whom the caller answers, and until when: for themselves without end, for a dependant until the guardianship
    ends by itself, as identity answers a guardian's token."""
    until: dict[UUID, datetime | None] = {UUID(call.principal.subject_id): None}
    if call.principal.dependants:
        token = call.authorization.partition(" ")[2]
        answer = await call.resources.identity.get_birth_dates(GetBirthDatesRequest(), token)
        for resident in answer.residents:
            if resident.resident_id in call.principal.dependants:
                until[UUID(resident.resident_id)] = ends_of(resident, call)
    return until


def ends_of(resident: BirthDate, call: Call[Resources]) -> datetime | None:
    """When a guardianship ends by itself; None for an adult's without a term. The release of identity before this one
    says the birth date alone, of minors."""
    if resident.HasField("acting_until"):
        return moment(resident.acting_until)
    of_age = call.resources.city.of_age_at(date.fromisoformat(resident.date))
    return of_age if call.now < of_age else None


@api.serves_after(acts_until)
async def grant_consent(request: pb.GrantConsentRequest, call: Call[Resources]) -> pb.ConsentArtefact:
    artefact = await commands.grant_consent(
        call.session,
        request_id=parse_id(request.consent_request_id, "consent_request_id"),
        residents=call.prepared,
        by=UUID(call.principal.subject_id),
        information_types=request.information_types,
        whole_institution=request.whole_institution,
        reach=check_reach(
            request.sensitive_categories,
            request.data_from,
            request.data_until,
            call.resources.city.sensitive,
            call.resources.city.zone,
        ),
        practitioner_id=parse_id(request.practitioner_id, "practitioner_id") if request.practitioner_id else None,
        frequency=check_frequency(request.uses_per_day, request.uses_in_all),
        keys=call.resources.keys,
        now=await database_now(call.session),
    )
    return await artefact_message(artefact, call)


@api.serves_once
async def agree_to_order(request: pb.AgreeToOrderRequest, call: Call[Resources]) -> pb.OrderAgreement:
    """Take the resident's own word: their token proves that it is theirs, as no other service's event could. Given
    again, it is answered as the first time."""
    until = await acts_until(request, call)
    resident_id = parse_id(request.resident_id or call.principal.subject_id, "resident_id")
    if resident_id not in until:
        raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
    agreement = Agreement(
        order_id=parse_id(request.order_id, "order_id"),
        resident_id=resident_id,
        grantee_id=parse_id(request.grantee_id, "grantee_id"),
        hashes=check_hashes(request.consent_hashes),
        by=UUID(call.principal.subject_id),
        until=until[resident_id],
    )
    outcome = await call.resources.agreeing.submit(agreement)
    granted = [
        to_message(consent.artefact, consent.erasure, consent.order, call, frozen=False) for consent in outcome.granted
    ]
    return pb.OrderAgreement(granted=granted, kept=outcome.kept)


@api.serves
async def deny_consent(request: pb.DenyConsentRequest, call: Call[Resources]) -> pb.ConsentRequest:
    request_id = parse_id(request.consent_request_id, "consent_request_id")
    now = await database_now(call.session)
    row = await commands.deny_consent(
        call.session,
        request_id=request_id,
        residents=await visible_residents(call),
        now=now,
        by=UUID(call.principal.subject_id),
    )
    return request_message(row, now)


@api.serves
async def list_consents(request: pb.ListConsentsRequest, call: Call[Resources]) -> pb.ConsentPage:
    part = pages.by_id(request.page)
    visibility = await visibility_of(call, request.resident_id)
    rows, page = part.cut(
        await store.artefacts_page(
            call.session,
            visibility.residents,
            visibility.grantee_id,
            parse_id(request.order_id, "order_id") if request.order_id else None,
            parse_id(request.consent_id, "consent_id") if request.consent_id else None,
            part,
        ),
        pages.at_id,
    )
    if visibility.residents:
        looked_at = [str(resident_id) for resident_id in visibility.residents]
        await log_looks(call.session, call.principal, AccessAct.CONSENTS_SEEN, looked_at, call.now)
    return pb.ConsentPage(
        consents=await artefact_messages(rows, call),
        page=page,
    )


@dataclass(frozen=True, slots=True)
class Visibility:
    """Which artefacts a caller may see: these residents', held by this grantee; None: anybody."""

    residents: list[UUID] | None
    grantee_id: UUID | None


async def visibility_of(call: Call[Resources], resident_id: str) -> Visibility:
    """What the caller may see of one resident's artefacts, or of all."""
    principal = call.principal
    residents = [parse_id(resident_id, "resident_id")] if resident_id else None
    if principal.role == Role.ROLE_RESIDENT:
        own = await visible_residents(call)
        if residents and residents[0] not in own:
            raise NotFound(NOT_THEIR_RESIDENT, "resident_id")
        return Visibility(residents or own, None)
    if principal.supervises:
        if residents is None:
            raise Invalid("resident_id", "name the resident whose consents you want to see")
        return Visibility(residents, None)
    return Visibility(residents, UUID(principal.partner_id))


@api.serves_and_waits(RELEASE_SECONDS)
async def revoke_consent(request: pb.RevokeConsentRequest, call: Call[Resources]) -> pb.ConsentArtefact:
    artefact = await commands.revoke_consent(
        call.session,
        artefact_id=parse_id(request.consent_id, "consent_id"),
        residents=await visible_residents(call),
        reason=request.reason,
        now=await database_now(call.session),
        by=UUID(call.principal.subject_id),
    )
    return await artefact_message(artefact, call)


async def asked_of_residents(
    request: pb.ListVisitsRequest | pb.ListConsentOffersRequest, call: Call[Resources], origin: Origin
) -> pb.ConsentRequestPage:
    """What residents were asked for the caller's institution by visits, or by offers, with what they granted."""
    part, partner_id = pages.by_id(request.page), UUID(call.principal.partner_id)
    rows, page = part.cut(
        await store.asked_page(
            call.session,
            origin,
            partner_id,
            parse_id(request.resident_id, "resident_id") if request.resident_id else None,
            parse_id(request.consent_request_id, "consent_request_id") if request.consent_request_id else None,
            part,
        ),
        lambda row: pages.at_id(row[0]),
    )
    frozen = bool(await standings.frozen_among(call.session, [partner_id]))
    return pb.ConsentRequestPage(
        requests=[request_message(asked, call.now, artefact, frozen=frozen) for asked, artefact in rows],
        page=page,
    )


def request_message(
    row: RequestRow, now: datetime, granted: ArtefactRow | None = None, *, frozen: bool = False, over: bool = False
) -> pb.ConsentRequest:
    """A request; that of a visit, an offer or a project with what was granted on it, and where that stands now.
    `frozen`: that its grantee is, by a regulator; `over`: that its project has ended."""
    over = row.status == RequestStatus.REQUESTED and row.expires_at is not None and row.expires_at <= now
    status, template = "EXPIRED" if over else row.status.upper(), ConsentTemplate.FromString(row.template)
    if granted is not None:
        status, template.information_types[:] = (
            status_of(granted, None, now, frozen=frozen, over=over),
            granted.information_types,
        )
    return pb.ConsentRequest(
        id=str(row.id),
        resident_id=str(row.resident_id),
        grantee_id=str(row.grantee_id),
        order_id=str(row.order_id or ""),
        order_line_id=str(row.order_line_id or ""),
        template=template,
        template_hash=row.template_hash,
        status=f"CONSENT_STATUS_{status}",
        requested_at=timestamp(row.requested_at),
        origin=row.origin,  # type: ignore[arg-type] # the contract's number
        practitioner_id=str(row.practitioner_id or ""),
        scan_id=str(row.scan_id or ""),
        until=timestamp(row.expires_at),
        consent_id=str(granted.id) if granted else "",
        data_from=timestamp(row.data_from),
        data_until=timestamp(row.data_until),
        uses_per_day=row.uses_per_day,
        uses_in_all=row.uses_in_all,
        project_id=str(row.project_id or ""),
    )


async def artefact_message(row: ArtefactRow, call: Call[Resources]) -> pb.ConsentArtefact:
    return (await artefact_messages([row], call))[0]


async def artefact_messages(rows: Sequence[ArtefactRow], call: Call[Resources]) -> list[pb.ConsentArtefact]:
    """Artefacts with their erasures, and where they stand by their orders and projects."""
    erased = await erasures.erasures_of(call.session, [row.id for row in rows])
    known = await orders.orders_known(call.session, [row.order_id for row in rows if row.order_id is not None])
    frozen = await standings.frozen_among(call.session, [row.grantee_id for row in rows])
    over = await projects_ended(rows, call)
    limited = [row.id for row in rows if row.uses_per_day or row.uses_in_all]
    used = await uses_of(call.session, limited) if limited else {}
    return [
        to_message(
            row,
            erased.get(row.id),
            known.get(row.order_id) if row.order_id else None,
            call,
            frozen=row.grantee_id in frozen,
            over=row.project_id in over,
            used=used.get(row.id, 0),
        )
        for row in rows
    ]


async def projects_ended(rows: Sequence[ArtefactRow], call: Call[Resources]) -> frozenset[UUID]:
    """Which projects have ended, of those that these artefacts were given for."""
    project_ids = [row.project_id for row in rows if row.project_id is not None]
    return await projects.ended_of(call.session, project_ids) if project_ids else frozenset()


async def artefact_status(row: ArtefactRow, call: Call[Resources]) -> str:
    """Where one consent stands now."""
    known = await orders.orders_known(call.session, [row.order_id]) if row.order_id is not None else {}
    frozen = await standings.frozen_among(call.session, [row.grantee_id])
    order = known.get(row.order_id) if row.order_id is not None else None
    over = row.project_id in await projects_ended([row], call)
    return status_of(row, order, call.now, frozen=row.grantee_id in frozen, over=over)


def status_of(row: ArtefactRow, order: OrderRow | None, now: datetime, *, frozen: bool, over: bool = False) -> str:
    """Where a consent stands now. `frozen`: that its grantee is, by a regulator; `over`: that its project has ended,
    which the artefact says within seconds."""
    if row.revoked_at is not None:
        return "REVOKED"
    if row.ended_at is not None or over:
        return "ENDED"
    if now >= row.expires_at:
        return "EXPIRED"
    if frozen:
        return "SUSPENDED"
    if row.origin != Origin.ORDER:
        return "GRANTED"
    return "GRANTED" if order is not None and order.confirmed_at is not None else "AWAITING_ORDER"


def to_message(
    row: ArtefactRow,
    erasure: ErasureRow | None,
    order: OrderRow | None,
    call: Call[Resources],
    *,
    frozen: bool,
    over: bool = False,
    used: int = 0,
) -> pb.ConsentArtefact:
    """An artefact; `used` is how often it was, where it may be used so often only; `over`: that its project ended."""
    return pb.ConsentArtefact(
        id=str(row.id),
        consent_request_id=str(row.consent_request_id or ""),
        resident_id=str(row.resident_id),
        granted_by=str(row.granted_by),
        grantee_id=str(row.grantee_id),
        order_id=str(row.order_id or ""),
        order_line_id=str(row.order_line_id or ""),
        information_types=row.information_types,
        purpose=row.purpose,
        access_mode=row.access_mode,  # type: ignore[arg-type] # the contract's number
        status=f"CONSENT_STATUS_{status_of(row, order, call.now, frozen=frozen, over=over)}",
        granted_at=timestamp(row.granted_at),
        expires_at=timestamp(row.expires_at),
        revoked_at=timestamp(row.revoked_at),
        receipt=for_grantee(row, call.resources.keys) if call.principal.partner_id else row.receipt,
        retention_days=row.retention_days,
        erasure=erasure_message(erasure, row, call) if erasure else None,
        ended_at=timestamp(row.ended_at),
        ended_because=row.ended_because,  # type: ignore[arg-type] # as above
        origin=row.origin,  # type: ignore[arg-type] # as above
        practitioner_id=str(row.practitioner_id or ""),
        scan_id=str(row.scan_id or ""),
        visit_rule_id=str(row.visit_rule_id or ""),
        sensitive_categories=row.sensitive_categories,
        data_from=timestamp(row.data_from),
        data_until=timestamp(row.data_until),
        uses_per_day=row.uses_per_day,
        uses_in_all=row.uses_in_all,
        used_in_all=used,
        project_id=str(row.project_id or ""),
    )
