"""Scans of residents' codes: proof that a resident was present."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from consent.store import scans
from consent.tables import ScanRow


async def note_scans(session: AsyncSession, rows: Sequence[ScanRow]) -> None:
    await scans.note_scans(session, rows)
