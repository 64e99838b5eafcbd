"""Sources: registered by their institution, approved by an operator, ended by either."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.sources import (
    SOURCES_MAX,
    OwnSource,
    SourceBudget,
    SourceKnown,
    SourceStatus,
    SourceTerms,
    TooManySources,
    check_certified,
    check_move,
)
from records.store import sources as store
from records.tables import SourceRow


async def register_source(
    session: AsyncSession, *, partner_id: UUID, terms: SourceTerms, scope: Collection[str], by: UUID, now: datetime
) -> SourceRow:
    """Register a system of an institution whose certificates cover `scope`."""
    check_certified(scope, terms.category, "category")
    await store.lock_sources_of(session, partner_id)
    others = await store.open_sources(session, partner_id)
    if any(other.name.lower() == terms.name.lower() for other in others):
        raise SourceKnown("give this one another name, or end that one", "name")
    if len(others) >= SOURCES_MAX:
        raise TooManySources(f"at most {SOURCES_MAX}")
    row = SourceRow(
        id=new_id(),
        partner_id=partner_id,
        name=terms.name,
        system=int(terms.system),
        category=terms.category,
        information_types=list(terms.information_types),
        budget_batches=terms.budget.batches,
        budget_lines=terms.budget.lines,
        budget_bytes=terms.budget.bytes,
        every_minutes=terms.every_minutes,
        status=int(SourceStatus.PROPOSED),
        version=1,
        registered_by=by,
        registered_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def locked(session: AsyncSession, source_id: UUID, partner_id: UUID | None) -> SourceRow:
    """A source, locked; of this institution alone, where one is named."""
    row = await store.source(session, source_id, lock=True)
    if row is None or partner_id not in (None, row.partner_id):
        raise NotFound("there is no such source", "source_id")
    return row


def move(row: SourceRow, to: SourceStatus) -> None:
    check_move(SourceStatus(row.status), to)
    row.status = int(to)
    row.version += 1


async def decide_source(
    session: AsyncSession,
    *,
    source_id: UUID,
    approved: bool,
    reason: str,
    scope: Collection[str],
    by: UUID,
    now: datetime,
) -> SourceRow:
    """Let a source send, or refuse it. `scope` is what its institution's certificates cover now."""
    row = await locked(session, source_id, None)
    if row.registered_by == by:
        raise OwnSource("let a colleague decide", "source_id")
    if approved:
        check_certified(scope, row.category, "source_id")
    move(row, SourceStatus.APPROVED if approved else SourceStatus.REFUSED)
    row.decided_by, row.decided_at, row.reason = by, now, reason
    await session.flush()
    return row


async def end_source(
    session: AsyncSession, *, source_id: UUID, partner_id: UUID | None, reason: str, by: UUID, now: datetime
) -> SourceRow:
    """Take nothing more from a source. Ended twice, it was ended the first time."""
    row = await locked(session, source_id, partner_id)
    if row.status == SourceStatus.ENDED:
        return row
    move(row, SourceStatus.ENDED)
    row.ended_by, row.ended_at, row.reason = by, now, reason
    await session.flush()
    return row


async def set_budget(
    session: AsyncSession, *, source_id: UUID, partner_id: UUID, budget: SourceBudget, every_minutes: int | None
) -> SourceRow:
    """Say how much a source sends within a minute; None: as often as before."""
    row = await locked(session, source_id, partner_id)
    row.budget_batches, row.budget_lines, row.budget_bytes = budget.batches, budget.lines, budget.bytes
    if every_minutes is not None:
        row.every_minutes = every_minutes
    row.version += 1
    await session.flush()
    return row
