"""What connectors of sources said of themselves last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import rows
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from records.tables import ConnectorReportRow

# A source that sends is heard of, whether its connector reports or not.
MEASURED = text(
    """
    SELECT source.id, source.partner_id, greatest(report.reported_at, source.last_received_at) AS heard_at,
        report.oldest_waiting_at
    FROM connector_report AS report JOIN source ON source.id = report.source_id WHERE source.status = 2
    ORDER BY source.id
    """
)
KEEP = (
    "ON CONFLICT (source_id) DO UPDATE SET reported_at = excluded.reported_at, version = excluded.version,"
    " waiting_lines = excluded.waiting_lines, waiting_batches = excluded.waiting_batches,"
    " oldest_waiting_at = excluded.oldest_waiting_at, last_number = excluded.last_number, errors = excluded.errors"
)


@dataclass(frozen=True, slots=True)
class MeasuredConnector:
    """What is measured of the connector of an approved source."""

    id: UUID
    partner_id: UUID
    heard_at: datetime
    oldest_waiting_at: datetime | None


async def keep(session: AsyncSession, report: ConnectorReportRow) -> None:
    """Keep what a connector said, in the place of what it said before."""
    await rows.insert(session, [report], KEEP)


async def reports(session: AsyncSession, source_ids: Sequence[UUID]) -> Mapping[UUID, ConnectorReportRow]:
    """The last report of each of these sources that has one."""
    query = select(ConnectorReportRow).where(col(ConnectorReportRow.source_id).in_(source_ids))
    return {row.source_id: row for row in await session.scalars(query)}


async def measured(session: AsyncSession) -> Sequence[MeasuredConnector]:
    return [MeasuredConnector(**row) for row in (await session.execute(MEASURED)).mappings()]
