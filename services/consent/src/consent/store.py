"""Every SQL statement of consent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from chassis.rows import insert
from sqlalchemy import ColumnElement, Row, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent import domain
from consent.domain import GENESIS, AccessMode, Artefact, ErasureStatus, Status
from consent.tables import AccessLogRow, ArtefactRow, ErasureRow, RequestRow

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


async def erasures_of(session: AsyncSession, consents: Sequence[UUID]) -> dict[UUID, ErasureRow]:
    """Of these consents, those under which anything may be kept."""
    found = await session.scalars(select(ErasureRow).where(col(ErasureRow.consent_id).in_(consents)))
    return {row.consent_id: row for row in found}


async def erasure_for_update(
    session: AsyncSession, consent_id: UUID, grantee_id: UUID
) -> tuple[ErasureRow | None, ArtefactRow]:
    """What the grantee has to erase of a consent; one that another holds does not exist for it."""
    erasure = await session.get(ErasureRow, consent_id, with_for_update=True)
    artefact = await session.get(ArtefactRow, consent_id)
    if artefact is None or artefact.grantee_id != grantee_id:
        raise NotFound("there is no such consent", "consent_id")
    return erasure, artefact


def stands(status: ErasureStatus, at: datetime) -> Sequence[ColumnElement[bool]]:
    """`domain.erasure_status` as conditions."""
    due_at, attested_at = col(ErasureRow.due_at), col(ErasureRow.attested_at)
    overdue = domain.overdue_since(at)
    match status:
        case ErasureStatus.ATTESTED:
            return [attested_at.is_not(None)]
        case ErasureStatus.EXPECTED:
            return [attested_at.is_(None), due_at > at]
        case ErasureStatus.DUE:
            return [attested_at.is_(None), due_at <= at, due_at > overdue]
        case ErasureStatus.OVERDUE:
            return [attested_at.is_(None), due_at <= overdue]


async def erasures_page(
    session: AsyncSession,
    grantee_id: UUID | None,
    status: ErasureStatus | None,
    at: datetime,
    after: tuple[datetime, UUID] | None,
    most: int,
) -> Sequence[Row[ErasureRow, ArtefactRow]]:
    """Erasures, of one grantee or of all, oldest due first, one more than wanted."""
    place = (col(ErasureRow.due_at), col(ErasureRow.consent_id))
    query = select(ErasureRow, ArtefactRow).join(ArtefactRow, col(ArtefactRow.id) == col(ErasureRow.consent_id))
    if grantee_id is not None:
        query = query.where(ErasureRow.grantee_id == grantee_id)
    if status is not None:
        query = query.where(*stands(status, at))
    if after is not None:
        query = query.where(tuple_(*place) > after)
    return (await session.execute(query.order_by(*place).limit(most + 1))).all()


# Two at once take different ones: what the other has locked is skipped.
ANNOUNCE = text(
    """
    WITH due AS MATERIALIZED (
        SELECT consent_id FROM erasure WHERE attested_at IS NULL AND announced_at IS NULL AND due_at <= :now
        ORDER BY due_at LIMIT :most FOR UPDATE SKIP LOCKED
    )
    UPDATE erasure SET announced_at = :now FROM due, consent_artefact AS artefact
    WHERE erasure.consent_id = due.consent_id AND artefact.id = due.consent_id
    RETURNING artefact.id, artefact.order_id, artefact.order_line_id, artefact.resident_id, artefact.grantee_id,
        artefact.artefact_hash, erasure.due_at
    """
)


@dataclass(frozen=True, slots=True)
class Due:
    """An erasure that has just been announced."""

    consent_id: UUID
    order_id: UUID
    order_line_id: UUID
    resident_id: UUID
    grantee_id: UUID
    artefact_hash: bytes
    due_at: datetime


async def announce_due(session: AsyncSession, now: datetime, most: int) -> Sequence[Due]:
    """Take note that erasures which have fallen due are announced, the oldest first; returns them."""
    return [Due(*row) for row in await session.execute(ANNOUNCE, {"now": now, "most": most})]


@dataclass(frozen=True, slots=True)
class OpenErasures:
    """How many erasures are due and not attested, and how many of them are late; each counts the next ones too."""

    due: int
    overdue: int
    long_overdue: int
    untold_since: datetime | None  # when the oldest fell due that nobody was told of


OPEN = text(
    """
    SELECT count(*), count(*) FILTER (WHERE due_at <= :overdue), count(*) FILTER (WHERE due_at <= :long_overdue),
        min(due_at) FILTER (WHERE announced_at IS NULL)
    FROM erasure WHERE attested_at IS NULL AND due_at <= :now
    """
)


async def open_erasures(session: AsyncSession, now: datetime) -> OpenErasures:
    late = {"overdue": domain.overdue_since(now), "long_overdue": domain.long_overdue_since(now)}
    return OpenErasures(*(await session.execute(OPEN, {"now": now, **late})).one())


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


# An order has one resident and one grantee. An entry that names the grantee has its id among its bytes; as what it is
# named, the reader sees from the entry.
LOGGED = text(
    """
    SELECT party.order_id, party.grantee_id, party.since, party.consents, log.entry, log.hash
    FROM (
        SELECT request.order_id, request.resident_id, request.grantee_id, min(request.requested_at) AS since,
            array_agg(artefact.id) AS consents
        FROM consent_request AS request
        LEFT JOIN consent_artefact AS artefact ON artefact.consent_request_id = request.id
        WHERE request.order_id = ANY(:orders) GROUP BY 1, 2, 3
    ) AS party CROSS JOIN LATERAL (
        SELECT access_log.position, entry, hash FROM access_log
        WHERE resident_id = party.resident_id
            AND position(convert_to(CAST(party.grantee_id AS text), 'UTF8') IN entry) > 0
        ORDER BY access_log.position DESC LIMIT :most
    ) AS log
    ORDER BY party.order_id, log.position DESC
    """
)


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of the access log about an order's resident that names the order's grantee."""

    order_id: UUID
    grantee_id: UUID
    since: datetime  # when the resident was asked for the order
    consents: Sequence[UUID | None]  # the order's
    entry: bytes
    hash: bytes


async def logged_between(session: AsyncSession, orders: Sequence[UUID], most: int) -> Sequence[Logged]:
    """The log of orders' residents as far as it names the grantees: newest first, and at most so many an order."""
    return [Logged(*row) for row in await session.execute(LOGGED, {"orders": orders, "most": most})]
