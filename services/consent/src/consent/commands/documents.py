"""Consents as FHIR documents: what a resident signed, and what somebody sent for the resident to answer."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.auth import Principal
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession
from yima.catalog.v1.api_pb2 import ConsentTemplate

from consent import events
from consent.commands import changes
from consent.domain import decisions as rules
from consent.domain import documents
from consent.domain.consents import AccessMode, Origin, RequestStatus
from consent.domain.decisions import NO_STANDING
from consent.domain.documents import ResidentNotServed, SignedConsent, Terms, TooManyOffers
from consent.domain.frequency import Frequency
from consent.domain.reach import Reach
from consent.store import consents, decisions, standings
from consent.store import documents as store
from consent.tables import ArtefactRow, RequestRow

OFFERS_A_DAY_MAX = 5  # to one resident, for one institution
DAY = timedelta(days=1)
ACTIVE, PROPOSED, INACTIVE = "active", "proposed", "inactive"
STATUSES = {"GRANTED": ACTIVE, "AWAITING_ORDER": PROPOSED}  # as FHIR has them; of all others inactive


async def offer(
    session: AsyncSession, *, resident_id: UUID, terms: Terms, by: Principal, city: City, now: datetime
) -> RequestRow:
    """Ask a resident for what a document says. An institution asks for itself, and only whom it serves; a resident's
    own app may ask them for any institution. Either way the resident answers."""
    if by.partner_id:
        if str(terms.grantee_id) != by.partner_id:
            field = f"{documents.DOCUMENT}.provision.actor"
            raise Invalid(field, "must be your own institution: nobody asks for another")
        await check_serves(session, resident_id, terms.grantee_id, now)
    await store.lock_offers(session, resident_id)
    if await store.count_offers(session, resident_id, terms.grantee_id, now - DAY) >= OFFERS_A_DAY_MAX:
        raise TooManyOffers(f"there were {OFFERS_A_DAY_MAX} within a day; ask again tomorrow", "resident_id")
    await standings.meet_partners(session, [terms.grantee_id])
    request = request_for(resident_id, terms, UUID(by.subject_id), now)
    await consents.add_requests(session, [request])
    publish(session, events.offer_made(request), request.id)
    await changes.log_offered(session, request, now, by)
    return request


async def check_serves(session: AsyncSession, resident_id: UUID, partner_id: UUID, now: datetime) -> None:
    """Refuse an institution that neither serves the resident by an order nor has just scanned their code; whether
    there is such a person it does not learn."""
    ((standing, relation),) = await decisions.for_ingests(session, [(resident_id, partner_id)])
    if not rules.decide_ingest(standing or NO_STANDING, relation, now).permitted:
        raise ResidentNotServed(
            "ask while an order of theirs is under way, or within the hour of a scan", "resident_id"
        )


def request_for(resident_id: UUID, terms: Terms, by: UUID, now: datetime) -> RequestRow:
    template = ConsentTemplate(
        information_types=sorted(terms.information_types),
        purpose=terms.purpose,
        access_mode=int(terms.access_mode),  # type: ignore[arg-type] # the contract's number
        sensitive_categories=sorted(terms.reach.sensitive_categories),
    ).SerializeToString(deterministic=True)
    return RequestRow(
        id=new_id(),
        resident_id=resident_id,
        grantee_id=terms.grantee_id,
        template=template,
        template_hash=hashlib.sha256(template).digest(),
        status=RequestStatus.REQUESTED,
        requested_at=now,
        origin=Origin.OFFER,
        practitioner_id=terms.practitioner_id,
        expires_at=terms.expires_at,
        offered_by=by,
        data_from=terms.reach.data_from,
        data_until=terms.reach.data_until,
        uses_per_day=terms.frequency.per_day,
        uses_in_all=terms.frequency.in_all,
    )


def document_of(artefact: ArtefactRow, status: str, city: City) -> dict[str, Any]:
    """The FHIR Consent of an artefact; `status` is the contract's, without its prefix."""
    reach = Reach(frozenset(artefact.sensitive_categories), artefact.data_from, artefact.data_until)
    signed = SignedConsent(
        id=artefact.id,
        resident_id=artefact.resident_id,
        granted_by=artefact.granted_by,
        granted_at=artefact.granted_at,
        status=STATUSES.get(status, INACTIVE),
        terms=Terms(
            grantee_id=artefact.grantee_id,
            information_types=frozenset(artefact.information_types),
            purpose=artefact.purpose,
            access_mode=AccessMode(artefact.access_mode),
            expires_at=artefact.expires_at,
            reach=reach,
            practitioner_id=artefact.practitioner_id,
            frequency=Frequency(artefact.uses_per_day, artefact.uses_in_all),
        ),
        receipt=artefact.receipt,
        of={
            "order": artefact.order_id,
            "order-line": artefact.order_line_id,
            "scan": artefact.scan_id,
            "project": artefact.project_id,
        },
        ended_at=artefact.revoked_at or artefact.ended_at,
    )
    return documents.document(signed, city.name, city.sensitive)
