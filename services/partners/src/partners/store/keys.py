"""API keys and signing keys."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.refusals import NotFound
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from partners.domain.standing import PartnerStatus
from partners.tables import ApiKeyRow, PartnerRow, SigningKeyRow


async def api_key_for_update(session: AsyncSession, key_id: UUID, partner_id: UUID) -> ApiKeyRow:
    key = await session.get(ApiKeyRow, key_id, with_for_update=True)
    if key is None or key.partner_id != partner_id:
        raise NotFound("there is no such key", "api_key_id")
    return key


async def api_keys(session: AsyncSession, partner_id: UUID) -> Sequence[ApiKeyRow]:
    """A partner's keys, newest first."""
    keys = await session.scalars(
        select(ApiKeyRow).where(ApiKeyRow.partner_id == partner_id).order_by(col(ApiKeyRow.id).desc())
    )
    return keys.all()


async def keys_in_force(session: AsyncSession, partner_id: UUID, now: datetime) -> int:
    """How many keys a partner has that are neither over nor revoked."""
    query = select(func.count()).where(
        col(ApiKeyRow.partner_id) == partner_id, col(ApiKeyRow.revoked_at).is_(None), col(ApiKeyRow.expires_at) > now
    )
    return (await session.execute(query)).scalar_one()


def good_keys(now: datetime) -> SelectOfScalar[UUID]:
    """The ids of the keys that are good: neither over nor revoked, of partners that are active."""
    return (
        select(col(ApiKeyRow.id))
        .join(PartnerRow, col(PartnerRow.id) == col(ApiKeyRow.partner_id))
        .where(
            col(ApiKeyRow.revoked_at).is_(None),
            col(ApiKeyRow.expires_at) > now,
            col(PartnerRow.status) == PartnerStatus.ACTIVE,
        )
    )


async def use_api_key(session: AsyncSession, secret_sha256: bytes, now: datetime) -> ApiKeyRow | None:
    """The good key of this hash, used now."""
    keys = await session.scalars(
        update(ApiKeyRow)
        .where(col(ApiKeyRow.secret_sha256) == secret_sha256, col(ApiKeyRow.id).in_(good_keys(now)))
        .values(last_used_at=now)
        .returning(ApiKeyRow)
    )
    return keys.one_or_none()


async def good_keys_among(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> Sequence[UUID]:
    return (await session.scalars(good_keys(now).where(col(ApiKeyRow.id).in_(ids)))).all()


async def signing_key(session: AsyncSession, partner_id: UUID) -> SigningKeyRow | None:
    return await session.get(SigningKeyRow, partner_id)
