"""Freezes, in force and lifted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import rows
from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.domain.capabilities import Capability
from partners.domain.freezes import AlreadyFrozen, FreezeTarget, FreezeTerms
from partners.tables import FreezeRow


async def add(session: AsyncSession, freeze: FreezeRow) -> None:
    """Add a freeze, unless the same is frozen under the same case."""
    added = await session.scalar(
        insert(FreezeRow).values(freeze.model_dump()).on_conflict_do_nothing().returning(col(FreezeRow.id))
    )
    if added is None:
        raise AlreadyFrozen("lift that one first, or name another case", "case_number")


async def count_in_force(session: AsyncSession) -> int:
    """How many freezes there are. Nobody counts them before this transaction ends."""
    await rows.lock_count(session, "freezes")
    query = select(func.count()).select_from(FreezeRow).where(col(FreezeRow.lifted_at).is_(None))
    return (await session.scalars(query)).one()


async def for_update(session: AsyncSession, freeze_id: UUID) -> FreezeRow:
    row = await session.get(FreezeRow, freeze_id, with_for_update=True)
    if row is None:
        raise NotFound("there is no such freeze", "freeze_id")
    return row


async def of_partners(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, Sequence[FreezeRow]]:
    """Freezes of partners themselves, oldest first, those that were lifted too."""
    rows = await session.scalars(
        select(FreezeRow)
        .where(col(FreezeRow.partner_id).in_(partners), FreezeRow.target == FreezeTarget.PARTNER)
        .order_by(col(FreezeRow.id))
    )
    freezes: dict[UUID, list[FreezeRow]] = {partner: [] for partner in partners}
    for row in rows:
        freezes[row.target_id].append(row)
    return freezes


def terms(rows: Sequence[FreezeRow]) -> list[FreezeTerms]:
    """Those in force, as rules see them."""
    return [
        FreezeTerms(row.case_number, frozenset(Capability(name) for name in row.capabilities))
        for row in rows
        if row.lifted_at is None
    ]


async def in_force(
    session: AsyncSession, target: FreezeTarget | None, target_id: UUID | None, limit: int
) -> Sequence[FreezeRow]:
    """What is frozen now, of a kind or a thing."""
    query = select(FreezeRow).where(col(FreezeRow.lifted_at).is_(None)).order_by(col(FreezeRow.id)).limit(limit)
    if target is not None:
        query = query.where(FreezeRow.target == target)
    if target_id is not None:
        query = query.where(FreezeRow.target_id == target_id)
    return (await session.scalars(query)).all()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a listing is narrowed to, where it is given."""

    partner_id: UUID | None = None
    target_id: UUID | None = None
    case_number: str = ""
    in_force: bool = False


async def page(session: AsyncSession, narrowed: Filter, part: Part[tuple[UUID]]) -> Sequence[FreezeRow]:
    """Freezes, newest first."""
    query = select(FreezeRow)
    if narrowed.partner_id is not None:
        query = query.where(FreezeRow.partner_id == narrowed.partner_id)
    if narrowed.target_id is not None:
        query = query.where(FreezeRow.target_id == narrowed.target_id)
    if narrowed.case_number:
        query = query.where(FreezeRow.case_number == narrowed.case_number)
    if narrowed.in_force:
        query = query.where(col(FreezeRow.lifted_at).is_(None))
    return (await session.scalars(part.of(query, col(FreezeRow.id), descending=True))).all()


def lift(row: FreezeRow, by: UUID, reason: str, now: datetime) -> None:
    row.lifted_by, row.lift_reason, row.lifted_at = by, reason, now
