"""Runs of the checks of conformance, and what they are decided by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.refusals import NotFound
from chassis.statements import Statement
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from notifications.domain.conformance import Happened, RunStatus
from notifications.tables import ConformanceCheckRow, ConformanceRunRow, EventRow

EVENTS_MAX = 200  # of a run's orders: what a conforming system brings about is a tenth
CLAIM = Statement(
    """
    UPDATE conformance_run SET next_at = CAST(:until AS timestamptz)
    WHERE id = (
        SELECT id FROM conformance_run WHERE status = 'playing' AND next_at <= CAST(:now AS timestamptz)
        ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)
# What happened of some orders since a moment, with how an endpoint answered the newest attempt.
HAPPENED = Statement(
    """
    SELECT event.subject, event.id, event.type, event.sequence, event.recorded_at, tried.status, tried.error
    FROM webhook_event AS event
    LEFT JOIN LATERAL (
        SELECT attempt.status, attempt.error FROM webhook_delivery AS delivery
        JOIN webhook_attempt AS attempt ON attempt.delivery_id = delivery.id
        WHERE delivery.event_id = event.id AND delivery.endpoint_id = CAST(:endpoint AS uuid)
        ORDER BY attempt.id DESC LIMIT 1
    ) AS tried ON true
    WHERE event.partner_id = CAST(:partner AS uuid) AND event.subject = ANY(CAST(:subjects AS text[]))
        AND event.sequence IS NOT NULL AND event.recorded_at >= CAST(:since AS timestamptz)
    ORDER BY event.subject, event.sequence LIMIT :most
    """
)


async def count_since(session: AsyncSession, partner_id: UUID, since: datetime) -> int:
    """How many runs a partner began since then. Nobody counts them before this transaction ends."""
    await rows.lock_count(session, "conformance runs", partner_id)
    query = select(func.count()).where(
        col(ConformanceRunRow.partner_id) == partner_id, col(ConformanceRunRow.started_at) > since
    )
    return int(await session.scalar(query) or 0)


async def expire_of_endpoint(session: AsyncSession, endpoint_id: UUID, now: datetime) -> None:
    """End the run that is under way for an endpoint."""
    await session.execute(
        update(ConformanceRunRow)
        .where(col(ConformanceRunRow.endpoint_id) == endpoint_id, col(ConformanceRunRow.status) == RunStatus.PLAYING)
        .values(status=RunStatus.EXPIRED, finished_at=now)
    )


async def run_of(session: AsyncSession, run_id: UUID, partner_id: UUID, *, lock: bool = False) -> ConformanceRunRow:
    query = select(ConformanceRunRow).where(
        col(ConformanceRunRow.id) == run_id, col(ConformanceRunRow.partner_id) == partner_id
    )
    run = await session.scalar(query.with_for_update() if lock else query)
    if run is None:
        raise NotFound("there is no such run, or it is older than 30 days", "conformance_run_id")
    return run


async def checks_of(session: AsyncSession, run_id: UUID) -> Sequence[ConformanceCheckRow]:
    query = select(ConformanceCheckRow).where(col(ConformanceCheckRow.run_id) == run_id)
    return (await session.scalars(query)).all()


async def claim(session: AsyncSession, now: datetime, until: datetime) -> ConformanceRunRow | None:
    """A run that is to be looked at now, which nobody else looks at before a moment."""
    claimed = await CLAIM.fetch(session, now=now, until=until)
    return await session.get(ConformanceRunRow, claimed[0]["id"]) if claimed else None


async def happened(
    session: AsyncSession, run: ConformanceRunRow, subjects: Sequence[str]
) -> Mapping[str, Sequence[Happened]]:
    """The events about each of these since the run began, in their order."""
    rows = await HAPPENED.fetch(
        session,
        endpoint=run.endpoint_id,
        partner=run.partner_id,
        subjects=list(subjects),
        since=run.started_at,
        most=EVENTS_MAX,
    )
    events: dict[str, list[Happened]] = {subject: [] for subject in subjects}
    for row in rows:
        events[row["subject"]].append(
            Happened(row["id"], row["type"], row["sequence"], row["recorded_at"], row["status"], row["error"] or "")
        )
    return events


async def event(session: AsyncSession, event_id: UUID) -> EventRow | None:
    return await session.get(EventRow, event_id)
