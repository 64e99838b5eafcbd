"""Moving health codes on: every token that was issued before is void."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.domain.scans import Rotation


async def rotate_codes(
    session: AsyncSession, *, resident_ids: Sequence[UUID], because: Rotation, now: datetime
) -> None:
    """Move residents' codes on: whatever shows a token issued before, such as a lost phone, is refused, and so is a
    printed code."""
    await store.printed_codes.end_of(session, resident_ids, now)
    await store.codes.rotate(session, dict.fromkeys(resident_ids, store.codes.ANY_GENERATION), because, now)
