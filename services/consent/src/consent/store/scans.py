"""When a partner's people last scanned a resident's code."""

from collections.abc import Sequence
from datetime import datetime

from chassis.pruning import PRUNE_MAX, piece, prune
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from consent.tables import ScanRow

NOTE_SCANS = text(
    """
    INSERT INTO last_scan AS known (resident_id, partner_id, scanned_at)
    SELECT resident_id, partner_id, max(scanned_at)
    FROM unnest(CAST(:residents AS uuid[]), CAST(:partners AS uuid[]), CAST(:moments AS timestamptz[]))
        AS incoming (resident_id, partner_id, scanned_at)
    GROUP BY 1, 2
    ON CONFLICT (resident_id, partner_id) DO UPDATE SET scanned_at = GREATEST(known.scanned_at, excluded.scanned_at)
    """
)
FORGET_SCANS = piece("last_scan", "scanned_at < :before")


async def note_scans(session: AsyncSession, scans: Sequence[ScanRow]) -> None:
    await session.execute(
        NOTE_SCANS,
        {
            "residents": [scan.resident_id for scan in scans],
            "partners": [scan.partner_id for scan in scans],
            "moments": [scan.scanned_at for scan in scans],
        },
    )


async def forget_scans(session: AsyncSession, before: datetime, most: int = PRUNE_MAX) -> bool:
    """Delete scans that no longer count. True where there may be more."""
    return await prune(session, FORGET_SCANS, most, before=before)
