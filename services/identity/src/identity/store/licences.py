"""Licences: what the register has answered, and which it is to be asked about."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.licences import LicenceState
from identity.tables import LicenceCheckRow


class DueLicence(NamedTuple):
    """A licence that the register is to be asked about."""

    practitioner_id: UUID
    name: str
    licence_number: str


# Whoever takes them moves them on before asking: no two processes ask about one, and none is lost with its process.
TAKE_DUE = text(
    """
    UPDATE licence_check SET due_at = now() + :lease
    FROM practitioner
    WHERE practitioner.id = licence_check.practitioner_id AND licence_check.practitioner_id IN (
        SELECT due.practitioner_id FROM licence_check AS due JOIN practitioner ON practitioner.id = due.practitioner_id
        WHERE due.due_at <= now() AND practitioner.ended_at IS NULL
        ORDER BY due.due_at LIMIT :most FOR UPDATE OF due SKIP LOCKED
    )
    RETURNING licence_check.practitioner_id, practitioner.name, practitioner.licence_number
    """
)


async def take_due(session: AsyncSession, lease: timedelta, most: int) -> Sequence[DueLicence]:
    """Licences that are due, which nobody else takes before the lease is over."""
    return [DueLicence(**row) for row in (await session.execute(TAKE_DUE, {"lease": lease, "most": most})).mappings()]


async def check_for_update(session: AsyncSession, practitioner_id: UUID) -> LicenceCheckRow:
    """What is known of a practitioner's licence, locked."""
    return await session.get_one(LicenceCheckRow, practitioner_id, with_for_update=True)


async def checks(session: AsyncSession, practitioner_ids: Sequence[UUID]) -> Mapping[UUID, LicenceCheckRow]:
    rows = await session.scalars(
        select(LicenceCheckRow).where(col(LicenceCheckRow.practitioner_id).in_(practitioner_ids))
    )
    return {row.practitioner_id: row for row in rows}


async def is_checked(session: AsyncSession, practitioner_id: UUID) -> bool:
    """Is the practitioner's licence confirmed? It is not withdrawn before we commit."""
    checked = await session.scalar(
        select(LicenceCheckRow.practitioner_id)
        .where(LicenceCheckRow.practitioner_id == practitioner_id, LicenceCheckRow.state == LicenceState.CHECKED)
        .with_for_update(read=True)
    )
    return checked is not None
