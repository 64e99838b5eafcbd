"""Emergencies, and what was found of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import ColumnElement, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from consent.domain.emergencies import EmergencyStatus
from consent.store import locks
from consent.tables import EmergencyRow

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:id AS text), :seed))")
OPENED = text(
    """
    SELECT count(*) AS opened, COALESCE(bool_or(resident_id = :resident AND emergency.until > :now
        AND EXISTS (SELECT FROM consent_artefact AS artefact WHERE artefact.id = emergency.consent_id
            AND artefact.revoked_at IS NULL AND artefact.ended_at IS NULL)), false) AS open
    FROM emergency WHERE practitioner_id = :practitioner AND opened_at > :since
    """
)
UNREVIEWED = text(
    """
    SELECT count(*) AS unreviewed, count(*) FILTER (WHERE review_due_at <= :now) AS overdue FROM emergency
    WHERE reviewed_at IS NULL
    """
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a practitioner has opened lately: how many, and whether this resident's record is open to them now."""

    opened: int
    open: bool


async def lock_practitioner(session: AsyncSession, practitioner_id: UUID) -> None:
    """Wait for others who open records for this practitioner."""
    await session.execute(LOCK, {"id": str(practitioner_id), "seed": locks.EMERGENCIES})


async def opened_by(
    session: AsyncSession, practitioner_id: UUID, resident_id: UUID, since: datetime, now: datetime
) -> Opened:
    parameters = {"practitioner": practitioner_id, "resident": resident_id, "since": since, "now": now}
    return Opened(**(await session.execute(OPENED, parameters)).mappings().one())


async def emergency_for_update(session: AsyncSession, emergency_id: UUID, partner_id: UUID | None) -> EmergencyRow:
    """An emergency, of this partner where one is named; another's does not exist for it."""
    row = await session.get(EmergencyRow, emergency_id, with_for_update=True)
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound("there is no such emergency", "emergency_id")
    return row


def has_status(status: EmergencyStatus, at: datetime) -> Sequence[ColumnElement[bool]]:
    """`emergency_status` as conditions."""
    reviewed, audited = col(EmergencyRow.reviewed_at), col(EmergencyRow.audited_at)
    match status:
        case EmergencyStatus.AUDITED:
            return [audited.is_not(None)]
        case EmergencyStatus.REVIEWED:
            return [reviewed.is_not(None), audited.is_(None)]
        case EmergencyStatus.OVERDUE:
            return [reviewed.is_(None), audited.is_(None), col(EmergencyRow.review_due_at) <= at]
        case EmergencyStatus.TO_REVIEW:
            return [reviewed.is_(None), audited.is_(None), col(EmergencyRow.review_due_at) > at]


async def emergencies_page(
    session: AsyncSession,
    residents: Sequence[UUID] | None,
    partner_id: UUID | None,
    emergency_id: UUID | None,
    status: EmergencyStatus | None,
    at: datetime,
    part: Part[tuple[UUID]],
) -> Sequence[EmergencyRow]:
    """Emergencies of some residents, or of an institution, newest first."""
    query = select(EmergencyRow)
    if residents is not None:
        query = query.where(col(EmergencyRow.resident_id).in_(residents))
    if partner_id is not None:
        query = query.where(EmergencyRow.partner_id == partner_id)
    if emergency_id is not None:
        query = query.where(EmergencyRow.id == emergency_id)
    if status is not None:
        query = query.where(*has_status(status, at))
    return (await session.scalars(part.of(query, col(EmergencyRow.id), descending=True))).all()


@dataclass(frozen=True, slots=True)
class Unreviewed:
    """How many emergencies no institution has reviewed; `overdue` are among them."""

    unreviewed: int
    overdue: int


async def unreviewed(session: AsyncSession, now: datetime) -> Unreviewed:
    return Unreviewed(**(await session.execute(UNREVIEWED, {"now": now})).mappings().one())
