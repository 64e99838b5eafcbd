"""Certificates, and those that have lapsed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from sqlalchemy import func, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from partners.tables import CertificateRow

LAPSED = text(
    """
    UPDATE partner SET lapse_announced = true, version = version + 1
    WHERE id IN (
        SELECT id FROM partner WHERE NOT lapse_announced AND certified_until <= :now
        ORDER BY certified_until LIMIT :most FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)


async def certificate_versions(session: AsyncSession, partner_id: UUID) -> dict[str, int]:
    """The newest version of each aspect's certificate."""
    rows = await session.execute(
        select(col(CertificateRow.aspect), func.max(CertificateRow.version).label("newest"))
        .where(CertificateRow.partner_id == partner_id)
        .group_by(col(CertificateRow.aspect))
    )
    return {row.aspect: row.newest for row in rows}


async def certificate(session: AsyncSession, certificate_id: UUID) -> CertificateRow:
    row = await session.get(CertificateRow, certificate_id)
    if row is None:
        raise NotFound("there is no such certificate", "certificate_id")
    return row


async def newest_revocations(session: AsyncSession, partner_id: UUID) -> dict[str, datetime]:
    """When a certificate of each aspect was last revoked."""
    rows = await session.execute(
        select(col(CertificateRow.aspect), func.max(CertificateRow.revoked_at).label("revoked_at"))
        .where(CertificateRow.partner_id == partner_id, col(CertificateRow.revoked_at).is_not(None))
        .group_by(col(CertificateRow.aspect))
    )
    return {row.aspect: row.revoked_at for row in rows}


async def claim_lapsed(session: AsyncSession, now: datetime, most: int) -> Sequence[UUID]:
    """Partners whose certification has ended, which was not announced yet. It counts as announced from now on."""
    return list(await session.scalars(LAPSED, {"now": now, "most": most}))
