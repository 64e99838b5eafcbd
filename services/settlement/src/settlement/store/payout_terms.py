"""SQL of payout terms and of risk tiers."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from settlement.domain.payout_terms import Rail, Schedule, Terms
from settlement.store import locks
from settlement.tables import PayoutTermsRow, RiskTierRow


async def terms(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, PayoutTermsRow]:
    rows = await session.scalars(select(PayoutTermsRow).where(col(PayoutTermsRow.partner_id).in_(partners)))
    return {row.partner_id: row for row in rows}


IN_FORCE = text(
    """
    SELECT partner_id, hold_days, minimum_minor, reserve_basis_points, reserve_days, frozen, rail, schedule,
        schedule_day
    FROM terms_in_force WHERE partner_id = ANY(:partners)
    """
)


async def terms_in_force(session: AsyncSession, partners: Sequence[UUID]) -> Mapping[UUID, Terms]:
    """What holds for partners: the stricter of what was agreed with each and what is asked of its risk."""
    rows = await session.execute(IN_FORCE, {"partners": partners})
    return {
        row.partner_id: Terms(
            hold_days=row.hold_days,
            minimum_minor=row.minimum_minor,
            reserve_basis_points=row.reserve_basis_points,
            reserve_days=row.reserve_days,
            frozen=row.frozen,
            rail=Rail(row.rail),
            schedule=Schedule(row.schedule),
            schedule_day=row.schedule_day,
        )
        for row in rows
    }


async def lock_terms(session: AsyncSession) -> None:
    """One change of terms or tiers at a time, so that what is compared with what holds is what holds."""
    await locks.take(session, locks.PAYOUT_TERMS)


async def in_force(session: AsyncSession, partner_id: UUID) -> Terms:
    """What holds for one partner, whether its events have arrived or not."""
    known = (await terms_in_force(session, [partner_id])).get(partner_id)
    if known is not None:
        return known
    new = await session.get(RiskTierRow, "new")
    assert new is not None  # a migration put it there
    return Terms(hold_days=new.hold_days, reserve_basis_points=new.reserve_basis_points, reserve_days=new.reserve_days)


async def tiers(session: AsyncSession) -> Sequence[RiskTierRow]:
    return (await session.scalars(select(RiskTierRow).order_by(col(RiskTierRow.name)))).all()


async def put_tier(session: AsyncSession, row: RiskTierRow) -> None:
    statement = upsert(RiskTierRow).values(row.model_dump())
    kept = {name: statement.excluded[name] for name in row.model_dump() if name != "name"}
    await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=kept))


async def put_terms(session: AsyncSession, row: PayoutTermsRow) -> None:
    statement = upsert(PayoutTermsRow).values(row.model_dump())
    kept = {name: statement.excluded[name] for name in row.model_dump() if name != "partner_id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["partner_id"], set_=kept))
