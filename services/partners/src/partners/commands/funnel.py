"""What is kept of partners' way to their first offering on sale, beside their steps."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from partners.store import funnel


async def note_live(session: AsyncSession, on_sale: Sequence[tuple[UUID, datetime]]) -> None:
    """Keep since when partners have something on sale: the first publication since their newest application."""
    await funnel.note_live(session, sorted(on_sale))
