"""Which account of an operator or a regulator a person has."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import IdentityProofRow, OfficeHolderRow

LOCK = text("SELECT pg_advisory_xact_lock(:number)")


async def hold(session: AsyncSession, holder: OfficeHolderRow) -> OfficeHolderRow | None:
    """Add whose account it is; returns which account the person of this number has: another where they had one before.
    None where the account is another number's. Nobody else says anything of this person until we commit."""
    await session.execute(LOCK, {"number": int.from_bytes(holder.number_hash[:8], signed=True)})
    await session.execute(upsert(OfficeHolderRow).values(holder.model_dump()).on_conflict_do_nothing())
    query = select(OfficeHolderRow).where(OfficeHolderRow.number_hash == holder.number_hash)
    return (await session.scalars(query)).one_or_none()


async def proven_at(session: AsyncSession, account_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Those of these accounts of which it is proven whose they are, and since when."""
    rows = await session.execute(
        select(OfficeHolderRow.account_id, OfficeHolderRow.proven_at).where(
            col(OfficeHolderRow.account_id).in_(account_ids)
        )
    )
    return {row.account_id: row.proven_at for row in rows}


async def as_residents(session: AsyncSession, account_id: UUID) -> Sequence[UUID]:
    """Who the person of an account is as a resident."""
    query = (
        select(IdentityProofRow.resident_id)
        .join(OfficeHolderRow, col(OfficeHolderRow.number_hash) == col(IdentityProofRow.number_hash))
        .where(OfficeHolderRow.account_id == account_id)
    )
    return (await session.scalars(query)).all()
