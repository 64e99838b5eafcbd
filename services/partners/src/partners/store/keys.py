"""API keys and signing keys."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.refusals import NotFound
from sqlalchemy import and_, exists, func, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from partners.domain.capabilities import Capability
from partners.domain.freezes import FreezeTarget
from partners.domain.standing import PartnerStatus
from partners.tables import ApiKeyRow, FreezeRow, PartnerRow, SigningKeyRow

USE_WRITTEN_EVERY = timedelta(minutes=1)


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
    """The ids of the keys that are good: neither over nor revoked, of partners that are active or leaving, whose
    certificates are in force and whose reading no regulator has frozen."""
    return (
        select(col(ApiKeyRow.id))
        .join(PartnerRow, col(PartnerRow.id) == col(ApiKeyRow.partner_id))
        .where(
            col(ApiKeyRow.revoked_at).is_(None),
            col(ApiKeyRow.expires_at) > now,
            col(PartnerRow.status).in_((PartnerStatus.ACTIVE, PartnerStatus.OFFBOARDING)),
            col(PartnerRow.certified_until) > now,
            ~exists().where(
                col(FreezeRow.target) == FreezeTarget.PARTNER,
                col(FreezeRow.target_id) == col(PartnerRow.id),
                col(FreezeRow.lifted_at).is_(None),
                col(FreezeRow.capabilities).contains([Capability.READ_DATA]),
            ),
        )
    )


async def key_set_of(session: AsyncSession, key_id: UUID, now: datetime) -> Mapping[str, Any] | None:
    """The public keys of a good key that has some."""
    query = select(col(ApiKeyRow.key_set)).where(col(ApiKeyRow.id) == key_id, col(ApiKeyRow.id).in_(good_keys(now)))
    key_set: Mapping[str, Any] | None = (await session.execute(query)).scalar_one_or_none()
    return key_set


async def use_api_key(
    session: AsyncSession, secret_sha256: bytes, proven_id: UUID | None, now: datetime
) -> ApiKeyRow | None:
    """The good key of this hash, or of this id where it has public keys. That it is used now is written once a minute,
    however often it is."""
    proven = and_(col(ApiKeyRow.id) == proven_id, col(ApiKeyRow.key_set).is_not(None))
    named = proven if proven_id is not None else col(ApiKeyRow.secret_sha256) == secret_sha256
    keys = await session.scalars(select(ApiKeyRow).where(named, col(ApiKeyRow.id).in_(good_keys(now))))
    key = keys.one_or_none()
    if key is not None and (key.last_used_at is None or key.last_used_at <= now - USE_WRITTEN_EVERY):
        unwritten = or_(col(ApiKeyRow.last_used_at).is_(None), col(ApiKeyRow.last_used_at) <= now - USE_WRITTEN_EVERY)
        await session.execute(update(ApiKeyRow).where(col(ApiKeyRow.id) == key.id, unwritten).values(last_used_at=now))
    return key


async def good_app(session: AsyncSession, key_id: UUID, now: datetime) -> tuple[ApiKeyRow, bytes] | None:
    """An app that is good, and its partner's manifest."""
    query = (
        select(ApiKeyRow, col(PartnerRow.manifest))
        .join(PartnerRow, col(PartnerRow.id) == col(ApiKeyRow.partner_id))
        .where(ApiKeyRow.id == key_id, col(ApiKeyRow.app).is_not(None), col(ApiKeyRow.id).in_(good_keys(now)))
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def good_keys_among(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> Sequence[UUID]:
    return (await session.scalars(good_keys(now).where(col(ApiKeyRow.id).in_(ids)))).all()


async def signing_key(session: AsyncSession, partner_id: UUID) -> SigningKeyRow | None:
    return await session.get(SigningKeyRow, partner_id)
