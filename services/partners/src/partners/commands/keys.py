"""API keys and signing keys."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Invalid
from sqlalchemy.ext.asyncio import AsyncSession

from partners import events
from partners.domain import key_sets
from partners.domain.apps import Registration
from partners.domain.codes import check_expiry
from partners.domain.keys import (
    API_KEY_LIFE,
    API_KEYS_MAX,
    OVERLAP,
    OVERLAP_MAX,
    Scope,
    TooManyApiKeys,
    parse_public_key,
)
from partners.store import keys, partners
from partners.tables import (
    ApiKeyRow,
    SigningKeyRow,
)


async def create_api_key(
    session: AsyncSession,
    *,
    partner_id: UUID,
    label: str,
    scopes: Sequence[Scope],
    expires_at: datetime | None,
    now: datetime,
    key_set: str = "",
    app: Registration | None = None,
) -> tuple[ApiKeyRow, str]:
    """A new key and its secret, which exists nowhere else from now on; with a key set, or as an app, it has none. While
    a partner is suspended its keys are not good, and none are made; with its reinstatement they are good again."""
    await partners.load_for_update(session, partner_id)
    if await keys.keys_in_force(session, partner_id, now) >= API_KEYS_MAX:
        raise TooManyApiKeys(f"at most {API_KEYS_MAX}: revoke those that nobody uses")
    if app is not None and key_set:
        raise Invalid("key_set", "is for systems: an app that residents use keeps no secret")
    secret = "" if key_set or app is not None else f"yk_{secrets.token_urlsafe(32)}"
    until = check_expiry(expires_at, now, "expires_at", API_KEY_LIFE) if expires_at else now + API_KEY_LIFE
    key = ApiKeyRow(
        id=new_id(),
        partner_id=partner_id,
        label=texts.label(label, "label"),
        scopes=sorted(scopes) if app is None else [Scope.RECORDS],
        secret_sha256=hashlib.sha256(secret.encode()).digest() if secret else None,
        key_set=key_sets.checked(key_set, "key_set") if key_set else None,
        app=app.kept() if app is not None else None,
        created_at=now,
        expires_at=until,
    )
    session.add(key)
    publish(session, events.api_key_issued(key), key.id)
    return key, secret


async def rotate_api_key(
    session: AsyncSession,
    *,
    api_key_id: UUID,
    partner_id: UUID,
    old_until: datetime | None,
    expires_at: datetime | None,
    now: datetime,
    key_set: str = "",
) -> tuple[ApiKeyRow, str]:
    """A new key of the same label and scopes, and its secret. The one there is goes on until a moment, but no longer
    than it would have."""
    await partners.load_for_update(session, partner_id)
    old = await keys.api_key_for_update(session, api_key_id, partner_id)
    if old.revoked_at is not None or old.expires_at <= now:
        raise Invalid("api_key_id", "is not in force any more; create a key instead")
    if old.app is not None:
        raise Invalid("api_key_id", "is an app's, which has nothing to rotate: register another and end this one")
    if bool(key_set) != (old.key_set is not None):
        raise Invalid("key_set", "is needed for a key that has one, and for no other: its system's new public keys")
    until = check_expiry(old_until, now, "old_until", OVERLAP_MAX) if old_until else now + OVERLAP
    new_key = await create_api_key(
        session,
        partner_id=partner_id,
        label=old.label,
        scopes=[Scope(scope) for scope in old.scopes],
        expires_at=expires_at,
        now=now,
        key_set=key_set,
    )
    old.expires_at = min(old.expires_at, until)
    return new_key


async def put_signing_key(
    session: AsyncSession, *, partner_id: UUID, public_key: bytes, compromised: bool, now: datetime
) -> SigningKeyRow:
    """Take a public key into the place of the one before, which proves nothing any more if it is compromised; otherwise
    it goes on proving the orders that were accepted under it."""
    parse_public_key(public_key, "public_key")
    key = await keys.signing_key(session, partner_id)
    if key is None:
        key = SigningKeyRow(partner_id=partner_id, public_key=public_key, registered_at=now, version=0)
        session.add(key)
    key.public_key, key.registered_at = public_key, now
    key.version += 1
    publish(session, events.signing_key_registered(key, compromised), partner_id)
    return key


async def revoke_api_key(session: AsyncSession, *, api_key_id: UUID, partner_id: UUID, now: datetime) -> ApiKeyRow:
    key = await keys.api_key_for_update(session, api_key_id, partner_id)
    if key.revoked_at is None:
        key.revoked_at = now
        publish(session, events.api_key_revoked(key), key.id)
    return key
