"""What is apart, found in resources that were classified by other categories, and rows that no page can show."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from records.domain.sensitivity import Sensitivity
from records.store.ingests import APART, parameters_of
from records.tables import OUT_OF_RANGE

CLASSIFY = text(
    f"""
    WITH {APART}, chunk AS MATERIALIZED (
        SELECT id, version, classified_by FROM record WHERE id > :after ORDER BY id LIMIT :limit
    ), stale AS MATERIALIZED (
        SELECT record.id FROM record JOIN chunk USING (id)
        WHERE record.classified_by <> :digest || ':' || CAST(record.version AS text) FOR UPDATE OF record SKIP LOCKED
    ), done AS (
        UPDATE record SET classified_by = :digest || ':' || CAST(record.version AS text), sensitive = ARRAY(
            SELECT category FROM apart
            WHERE jsonb_path_exists(record.resource, path) OR jsonb_path_exists(record.mapped, path)
        ) FROM stale WHERE record.id = stale.id
    )
    SELECT max(CAST(id AS text)) AS last FROM chunk
    """  # noqa: S608 of a constant
)


CLASSIFY_FRESH = text(
    f"""
    WITH {APART}, chunk AS MATERIALIZED (
        SELECT id FROM record WHERE classified_by = '' ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    ), done AS (
        UPDATE record SET classified_by = :digest || ':' || CAST(record.version AS text), sensitive = ARRAY(
            SELECT category FROM apart
            WHERE jsonb_path_exists(record.resource, path) OR jsonb_path_exists(record.mapped, path)
        ) FROM chunk WHERE record.id = chunk.id
    )
    SELECT count(*) FROM chunk
    """  # noqa: S608 of a constant
)


async def classify_fresh(session: AsyncSession, apart: Sensitivity, limit: int) -> int:
    """Classify records that were stored with codes of maps, by which nobody has classified them; returns how many."""
    return int((await session.execute(CLASSIFY_FRESH, {"limit": limit} | parameters_of(apart))).scalar_one())


async def classify(session: AsyncSession, apart: Sensitivity, after: UUID, limit: int) -> UUID | None:
    """Classify records after this id that were classified by other categories, or not at all; returns the last id that
    was looked at, None at the end."""
    parameters = {"after": after, "limit": limit} | parameters_of(apart)
    last = (await session.execute(CLASSIFY, parameters)).scalar_one()
    return UUID(last) if last is not None else None


UNREADABLE = text(f"SELECT count(*) FROM record WHERE {OUT_OF_RANGE}")  # noqa: S608 of two constants


async def unreadable(session: AsyncSession) -> int:
    """How many rows no page can show, because their moment cannot be read back."""
    return int((await session.execute(UNREADABLE)).scalar_one())
