"""What grantees have to erase, and their word that they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import ColumnElement, Row, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain import erasures as rules
from consent.domain.erasures import ErasureStatus
from consent.tables import ArtefactRow, ErasureRow


async def erasures_of(session: AsyncSession, consents: Sequence[UUID]) -> dict[UUID, ErasureRow]:
    """Of these consents, those under which anything may be kept."""
    rows = await session.scalars(select(ErasureRow).where(col(ErasureRow.consent_id).in_(consents)))
    return {row.consent_id: row for row in rows}


async def erasure_for_update(
    session: AsyncSession, consent_id: UUID, grantee_id: UUID
) -> tuple[ErasureRow | None, ArtefactRow]:
    """What the grantee has to erase of a consent; one that another holds does not exist for it."""
    erasure = await session.get(ErasureRow, consent_id, with_for_update=True)
    artefact = await session.get(ArtefactRow, consent_id)
    if artefact is None or artefact.grantee_id != grantee_id:
        raise NotFound("there is no such consent", "consent_id")
    return erasure, artefact


def has_status(status: ErasureStatus, at: datetime) -> Sequence[ColumnElement[bool]]:
    """`rules.erasure_status` as conditions."""
    due_at, attested_at = col(ErasureRow.due_at), col(ErasureRow.attested_at)
    overdue = rules.overdue_since(at)
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
    part: Part[tuple[datetime, UUID]],
) -> Sequence[Row[ErasureRow, ArtefactRow]]:
    """Erasures, of one grantee or of all, oldest due first."""
    keyset = (col(ErasureRow.due_at), col(ErasureRow.consent_id))
    query = select(ErasureRow, ArtefactRow).join(ArtefactRow, col(ArtefactRow.id) == col(ErasureRow.consent_id))
    if grantee_id is not None:
        query = query.where(ErasureRow.grantee_id == grantee_id)
    if status is not None:
        query = query.where(*has_status(status, at))
    return (await session.execute(part.of(query, *keyset))).all()


# Two tasks at once take different erasures: each skips what the other has locked.
ANNOUNCE = text(
    """
    WITH due AS MATERIALIZED (
        SELECT consent_id FROM erasure WHERE attested_at IS NULL AND announced_at IS NULL AND due_at <= :now
        ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE erasure SET announced_at = :now FROM due, consent_artefact AS artefact
    WHERE erasure.consent_id = due.consent_id AND artefact.id = due.consent_id
    RETURNING artefact.id AS consent_id, artefact.order_id, artefact.order_line_id, artefact.resident_id,
        artefact.grantee_id, artefact.artefact_hash, erasure.due_at
    """
)


@dataclass(frozen=True, slots=True)
class DueErasure:
    """An erasure that has just been announced."""

    consent_id: UUID
    order_id: UUID | None
    order_line_id: UUID | None
    resident_id: UUID
    grantee_id: UUID
    artefact_hash: bytes
    due_at: datetime


async def announce_due(session: AsyncSession, now: datetime, limit: int) -> Sequence[DueErasure]:
    """Mark erasures that have fallen due as announced, the oldest first; returns them."""
    rows = (await session.execute(ANNOUNCE, {"now": now, "limit": limit})).mappings()
    return [DueErasure(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class OpenErasures:
    """How many erasures are due and not attested. `due` counts those that are overdue too, as `overdue` does those that
    are long overdue."""

    due: int
    overdue: int
    long_overdue: int
    unannounced_since: datetime | None  # when the oldest fell due that is not announced


OPEN = text(
    """
    SELECT count(*) AS due, count(*) FILTER (WHERE due_at <= :overdue) AS overdue,
        count(*) FILTER (WHERE due_at <= :long_overdue) AS long_overdue,
        min(due_at) FILTER (WHERE announced_at IS NULL) AS unannounced_since
    FROM erasure WHERE attested_at IS NULL AND due_at <= :now
    """
)


async def open_erasures(session: AsyncSession, now: datetime) -> OpenErasures:
    late = {"overdue": rules.overdue_since(now), "long_overdue": rules.long_overdue_since(now)}
    return OpenErasures(**(await session.execute(OPEN, {"now": now, **late})).mappings().one())
