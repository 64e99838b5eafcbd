"""Registrations that the register of institutions is to be asked about again."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class DueRegistration(NamedTuple):
    """A registration that is due to be checked."""

    partner_id: UUID
    manifest: bytes
    number: str


# Whoever takes them moves them on before asking: no two processes ask about one, and none is lost with its process.
TAKE_DUE = text(
    """
    UPDATE partner SET registration_due_at = now() + :lease
    WHERE id IN (
        SELECT id FROM partner
        WHERE (registration_due_at IS NULL OR registration_due_at <= now())
            AND status IN ('certifying', 'contracting', 'active', 'suspended', 'offboarding')
        ORDER BY registration_due_at NULLS FIRST LIMIT :most FOR UPDATE SKIP LOCKED
    )
    RETURNING id, manifest, registration_number
    """
)


async def take_due(session: AsyncSession, lease: timedelta, most: int) -> Sequence[DueRegistration]:
    """Registrations that are due, which nobody else takes before the lease is over."""
    return [DueRegistration(*row) for row in await session.execute(TAKE_DUE, {"lease": lease, "most": most})]
