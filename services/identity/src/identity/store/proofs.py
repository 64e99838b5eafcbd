"""Who is proven to be who they say."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.tables import IdentityProofRow


async def add_proof(session: AsyncSession, proof: IdentityProofRow) -> bool:
    """Add a proof; False where the resident has one, or the number is another resident's."""
    added = await session.execute(
        upsert(IdentityProofRow)
        .values(proof.model_dump())
        .on_conflict_do_nothing()  # by either of its keys
        .returning(col(IdentityProofRow.resident_id))
    )
    return added.first() is not None


async def proof(session: AsyncSession, resident_id: UUID) -> IdentityProofRow | None:
    return await session.get(IdentityProofRow, resident_id)


async def proven_at(session: AsyncSession, resident_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """Those of these residents who are proven, and since when."""
    rows = await session.execute(
        select(IdentityProofRow.resident_id, IdentityProofRow.proven_at).where(
            col(IdentityProofRow.resident_id).in_(resident_ids)
        )
    )
    return {row.resident_id: row.proven_at for row in rows}
