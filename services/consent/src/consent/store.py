"""Every SQL statement of consent."""

from collections.abc import Sequence
from uuid import UUID

from chassis.refusals import NotFound
from chassis.rows import insert
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain import GENESIS, AccessMode, Artefact, Status
from consent.tables import AccessLogRow, ArtefactRow, RequestRow

CHAIN = text("SELECT pg_advisory_xact_lock(1129270867)")  # one writer of the access log at a time
HEAD = text("SELECT position, hash FROM access_log ORDER BY position DESC LIMIT 1")


async def add_requests(session: AsyncSession, requests: Sequence[RequestRow]) -> None:
    await insert(session, requests, "ON CONFLICT DO NOTHING")


async def request_for_update(session: AsyncSession, request_id: UUID, residents: Sequence[UUID]) -> RequestRow:
    """A request of one of these residents; another's does not exist for them."""
    found = await session.get(RequestRow, request_id, with_for_update=True)
    if found is None or found.resident_id not in residents:
        raise NotFound("there is no such request", "consent_request_id")
    return found


async def open_requests(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[RequestRow]:
    """Orders' requests that nobody has answered, locked."""
    found = await session.scalars(
        select(RequestRow)
        .where(col(RequestRow.order_id).in_(orders), RequestRow.status == Status.REQUESTED)
        .order_by(col(RequestRow.id))
        .with_for_update()
    )
    return found.all()


async def requests_page(
    session: AsyncSession,
    residents: Sequence[UUID],
    order_id: UUID | None,
    status: str | None,
    after: UUID | None,
    most: int,
) -> Sequence[RequestRow]:
    """Residents' requests, newest first, one more than wanted."""
    query = select(RequestRow).where(col(RequestRow.resident_id).in_(residents))
    if order_id is not None:
        query = query.where(RequestRow.order_id == order_id)
    if status is not None:
        query = query.where(RequestRow.status == status)
    if after is not None:
        query = query.where(col(RequestRow.id) < after)
    return (await session.scalars(query.order_by(col(RequestRow.id).desc()).limit(most + 1))).all()


async def add_artefacts(session: AsyncSession, artefacts: Sequence[ArtefactRow]) -> None:
    await insert(session, artefacts)


async def artefact_for_update(session: AsyncSession, artefact_id: UUID, residents: Sequence[UUID]) -> ArtefactRow:
    found = await session.get(ArtefactRow, artefact_id, with_for_update=True)
    if found is None or found.resident_id not in residents:
        raise NotFound("there is no such consent", "consent_id")
    return found


async def artefacts_of_orders(session: AsyncSession, orders: Sequence[UUID]) -> Sequence[ArtefactRow]:
    """Orders' artefacts that have not been revoked, locked."""
    found = await session.scalars(
        select(ArtefactRow)
        .where(col(ArtefactRow.order_id).in_(orders), col(ArtefactRow.revoked_at).is_(None))
        .order_by(col(ArtefactRow.id))
        .with_for_update()
    )
    return found.all()


async def artefacts_page(
    session: AsyncSession,
    residents: Sequence[UUID] | None,
    grantee_id: UUID | None,
    order_id: UUID | None,
    after: UUID | None,
    most: int,
) -> Sequence[ArtefactRow]:
    """Artefacts of some residents, or held by a partner; newest first, one more than wanted."""
    query = select(ArtefactRow)
    if residents is not None:
        query = query.where(col(ArtefactRow.resident_id).in_(residents))
    if grantee_id is not None:
        query = query.where(ArtefactRow.grantee_id == grantee_id)
    if order_id is not None:
        query = query.where(ArtefactRow.order_id == order_id)
    if after is not None:
        query = query.where(col(ArtefactRow.id) < after)
    return (await session.scalars(query.order_by(col(ArtefactRow.id).desc()).limit(most + 1))).all()


FOR_DECISION = text(
    """
    SELECT asked.place, artefact.id, artefact.information_types, artefact.purpose, artefact.access_mode,
        artefact.granted_at, artefact.expires_at, artefact.revoked_at
    FROM unnest(CAST(:residents AS uuid[]), CAST(:grantees AS uuid[])) WITH ORDINALITY
        AS asked (resident_id, grantee_id, place)
    JOIN consent_artefact AS artefact
        ON artefact.resident_id = asked.resident_id AND artefact.grantee_id = asked.grantee_id
    ORDER BY asked.place, artefact.granted_at DESC
    """
)


async def for_decisions(session: AsyncSession, asked: Sequence[tuple[UUID, UUID]]) -> Sequence[Sequence[Artefact]]:
    """For each resident and grantee the artefacts between them, newest first: one indexed read for all."""
    found: list[list[Artefact]] = [[] for _ in asked]
    rows = await session.execute(
        FOR_DECISION, {"residents": [one for one, _ in asked], "grantees": [one for _, one in asked]}
    )
    for place, id_, types, purpose, mode, granted_at, expires_at, revoked_at in rows:
        found[place - 1].append(
            Artefact(id_, frozenset(types), purpose, AccessMode(mode), granted_at, expires_at, revoked_at)
        )
    return found


async def lock_chain(session: AsyncSession) -> tuple[int, bytes]:
    """Be the one writer of the access log until the commit; returns the last position and hash."""
    await session.execute(CHAIN)
    head = (await session.execute(HEAD)).first()
    return (head[0], head[1]) if head else (0, GENESIS)


async def append_log(session: AsyncSession, rows: Sequence[AccessLogRow]) -> None:
    await insert(session, rows)


async def log_page(session: AsyncSession, resident_id: UUID, before: int | None, most: int) -> Sequence[AccessLogRow]:
    """A resident's log, newest first, one more than wanted."""
    query = select(AccessLogRow).where(AccessLogRow.resident_id == resident_id)
    if before is not None:
        query = query.where(col(AccessLogRow.position) < before)
    return (await session.scalars(query.order_by(col(AccessLogRow.position).desc()).limit(most + 1))).all()


async def log_chunk(session: AsyncSession, after: int, most: int) -> Sequence[AccessLogRow]:
    """The log in the order it was written, a chunk at a time."""
    query = select(AccessLogRow).where(col(AccessLogRow.position) > after).order_by(col(AccessLogRow.position))
    return (await session.scalars(query.limit(most).execution_options(populate_existing=True))).all()
