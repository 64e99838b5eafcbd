"""What is asked of residents, and what they signed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from chassis.rows import insert
from sqlalchemy import ColumnElement, Row, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.consents import Origin, RequestStatus
from consent.tables import ArtefactRow, RequestRow


async def add_requests(session: AsyncSession, requests: Sequence[RequestRow]) -> None:
    await insert(session, requests, "ON CONFLICT DO NOTHING")


async def request_for_update(session: AsyncSession, request_id: UUID, residents: Sequence[UUID]) -> RequestRow:
    """A request of one of these residents; another's does not exist for them."""
    request = await session.get(RequestRow, request_id, with_for_update=True)
    if request is None or request.resident_id not in residents:
        raise NotFound("there is no such request", "consent_request_id")
    return request


async def open_requests(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[RequestRow]:
    """Orders' requests that nobody has answered, locked."""
    query = (
        select(RequestRow)
        .where(col(RequestRow.order_id).in_(orders), RequestRow.status == RequestStatus.REQUESTED)
        .order_by(col(RequestRow.id))
        .with_for_update()
    )
    return (await session.scalars(query)).all()


async def requests_of_orders(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[RequestRow]:
    """All requests of these orders, locked."""
    query = select(RequestRow).where(col(RequestRow.order_id).in_(orders)).order_by(col(RequestRow.id))
    return (await session.scalars(query.with_for_update())).all()


async def artefacts_for(session: AsyncSession, requests: Sequence[UUID]) -> Sequence[ArtefactRow]:
    """What was granted on these requests."""
    return (await session.scalars(select(ArtefactRow).where(col(ArtefactRow.consent_request_id).in_(requests)))).all()


def has_status(status: str, at: datetime) -> Sequence[ColumnElement[bool]]:
    """A request's status as conditions: what a visit offers expires with the visit, by the clock."""
    stored, end = col(RequestRow.status), col(RequestRow.expires_at)
    match status:
        case RequestStatus.REQUESTED:
            return [stored == RequestStatus.REQUESTED, or_(end.is_(None), end > at)]
        case RequestStatus.EXPIRED:
            return [stored == RequestStatus.REQUESTED, end <= at]
        case _:
            return [stored == status]


async def requests_page(
    session: AsyncSession,
    residents: Sequence[UUID],
    order_id: UUID | None,
    request_id: UUID | None,
    status: str | None,
    at: datetime,
    part: Part[tuple[UUID]],
) -> Sequence[RequestRow]:
    """Residents' requests, newest first."""
    query = select(RequestRow).where(col(RequestRow.resident_id).in_(residents))
    if order_id is not None:
        query = query.where(RequestRow.order_id == order_id)
    if request_id is not None:
        query = query.where(RequestRow.id == request_id)
    if status is not None:
        query = query.where(*has_status(status, at))
    return (await session.scalars(part.of(query, col(RequestRow.id), descending=True))).all()


async def asked_page(
    session: AsyncSession,
    origin: Origin,
    grantee_id: UUID,
    resident_id: UUID | None,
    request_id: UUID | None,
    part: Part[tuple[UUID]],
) -> Sequence[Row[RequestRow, ArtefactRow | None]]:
    """What residents were asked for an institution by a visit, or by an offer, with what they granted, newest first."""
    query = (
        select(RequestRow, ArtefactRow)
        .outerjoin(ArtefactRow, col(ArtefactRow.consent_request_id) == col(RequestRow.id))
        .where(RequestRow.grantee_id == grantee_id, RequestRow.origin == origin)
    )
    if resident_id is not None:
        query = query.where(RequestRow.resident_id == resident_id)
    if request_id is not None:
        query = query.where(RequestRow.id == request_id)
    return (await session.execute(part.of(query, col(RequestRow.id), descending=True))).all()


async def add_artefacts(session: AsyncSession, artefacts: Sequence[ArtefactRow]) -> None:
    await insert(session, artefacts)


async def artefact_for_update(session: AsyncSession, artefact_id: UUID, residents: Sequence[UUID]) -> ArtefactRow:
    artefact = await session.get(ArtefactRow, artefact_id, with_for_update=True)
    if artefact is None or artefact.resident_id not in residents:
        raise NotFound("there is no such consent", "consent_id")
    return artefact


async def artefacts_of_orders(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[ArtefactRow]:
    """Orders' artefacts that have neither been revoked nor ended, locked."""
    query = (
        select(ArtefactRow)
        .where(
            col(ArtefactRow.order_id).in_(orders),
            col(ArtefactRow.revoked_at).is_(None),
            col(ArtefactRow.ended_at).is_(None),
        )
        .order_by(col(ArtefactRow.id))
        .with_for_update()
    )
    return (await session.scalars(query)).all()


async def artefacts_given_by(session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]) -> Sequence[ArtefactRow]:
    """What guardians gave for dependants and has neither been revoked nor ended, locked."""
    query = (
        select(ArtefactRow)
        .where(
            tuple_(col(ArtefactRow.resident_id), col(ArtefactRow.granted_by)).in_(pairs),
            col(ArtefactRow.granted_by) != col(ArtefactRow.resident_id),
            col(ArtefactRow.revoked_at).is_(None),
            col(ArtefactRow.ended_at).is_(None),
        )
        .order_by(col(ArtefactRow.id))
        .with_for_update()
    )
    return (await session.scalars(query)).all()


async def artefacts_given_to(
    session: AsyncSession, grantee_id: UUID, by: datetime, now: datetime, limit: int
) -> Sequence[ArtefactRow]:
    """Some of what was given to a grantee by a moment and is in force, locked. Emergencies end by themselves."""
    query = (
        select(ArtefactRow)
        .where(
            ArtefactRow.grantee_id == grantee_id,
            col(ArtefactRow.granted_at) <= by,
            col(ArtefactRow.revoked_at).is_(None),
            col(ArtefactRow.ended_at).is_(None),
            col(ArtefactRow.expires_at) > now,
            col(ArtefactRow.origin) != Origin.EMERGENCY,
        )
        .order_by(col(ArtefactRow.id))
        .limit(limit)
        .with_for_update()
    )
    return (await session.scalars(query)).all()


async def artefacts_page(
    session: AsyncSession,
    residents: Sequence[UUID] | None,
    grantee_id: UUID | None,
    order_id: UUID | None,
    artefact_id: UUID | None,
    part: Part[tuple[UUID]],
) -> Sequence[ArtefactRow]:
    """Artefacts of some residents, or held by a partner, newest first."""
    query = select(ArtefactRow)
    if residents is not None:
        query = query.where(col(ArtefactRow.resident_id).in_(residents))
    if grantee_id is not None:
        query = query.where(ArtefactRow.grantee_id == grantee_id)
    if order_id is not None:
        query = query.where(ArtefactRow.order_id == order_id)
    if artefact_id is not None:
        query = query.where(ArtefactRow.id == artefact_id)
    return (await session.scalars(part.of(query, col(ArtefactRow.id), descending=True))).all()
