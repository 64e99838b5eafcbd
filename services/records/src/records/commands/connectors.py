"""Connectors of sources: what one says of itself is kept until it says it again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from records.commands.sources import locked
from records.domain.connectors import ConnectorReport
from records.store import connectors as store
from records.tables import ConnectorReportRow, SourceRow


async def report(
    session: AsyncSession, *, source_id: UUID, partner_id: UUID, said: ConnectorReport, now: datetime
) -> tuple[SourceRow, ConnectorReportRow]:
    """Keep what the connector of an institution's source says of itself. How long something has waited counts from now
    back, by our clock."""
    source = await locked(session, source_id, partner_id)
    row = ConnectorReportRow(
        source_id=source_id,
        reported_at=now,
        version=said.version,
        waiting_lines=said.waiting_lines,
        waiting_batches=said.waiting_batches,
        oldest_waiting_at=None if said.oldest_waiting is None else now - said.oldest_waiting,
        last_number=said.last_number,
        errors=dict(said.errors),
    )
    await store.keep(session, row)
    return source, row
