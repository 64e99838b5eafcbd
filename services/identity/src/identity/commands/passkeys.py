"""Passkeys: begun, made, used, called something, removed.

What an authenticator was asked is taken before its answer is looked at, in a transaction of its own: a challenge is
good once, whatever becomes of it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.commands import factors
from identity.commands.contacts import notify
from identity.domain import passkeys as domain
from identity.domain.contacts import MessageKind
from identity.domain.factors import SecondFactorThere
from identity.domain.passkeys import (
    CEREMONY_LIFE,
    PASSKEYS_MAX,
    CeremonyOver,
    PasskeyCopied,
    PasskeyRefused,
    Purpose,
    Site,
    TooManyPasskeys,
)
from identity.domain.people import Role
from identity.tables import AccountRow, CeremonyRow, PasskeyRow, SessionRow


async def begin_first(
    session: AsyncSession, account: AccountRow, site: Site, now: datetime
) -> tuple[CeremonyRow, str] | SecondFactorThere:
    """What to make an account's first passkey with, where it has no factor. A challenge for who gave the password."""
    if await store.factors.has_factor(session, account.subject_id):
        return SecondFactorThere("sign in with it; another passkey is begun with `addPasskey`")
    return await _begin(session, account, Purpose.FIRST, site, now)


async def begin_another(
    session: AsyncSession, subject_id: UUID, session_id: UUID, *, site: Site, life: timedelta, now: datetime
) -> tuple[CeremonyRow, str]:
    """What to make a further passkey with, for whoever has used a factor within `life`."""
    account = await factors.check_recent(session, subject_id, session_id, life=life, now=now)
    return await _begin(session, account, Purpose.ANOTHER, site, now)


async def _begin(
    session: AsyncSession, account: AccountRow, purpose: Purpose, site: Site, now: datetime
) -> tuple[CeremonyRow, str]:
    ceremony = ceremony_for(purpose, account.subject_id, now)
    await store.passkeys.add_ceremony(session, ceremony)
    existing = [passkey.credential_id for passkey in await store.passkeys.passkeys_of(session, account.subject_id)]
    return ceremony, domain.creation_options(site, ceremony.challenge, account.subject_id, account.login, existing)


async def begin_use(session: AsyncSession, site: Site, now: datetime) -> tuple[CeremonyRow, str]:
    """What any passkey of this site may sign."""
    ceremony = ceremony_for(Purpose.USE, None, now)
    await store.passkeys.add_ceremony(session, ceremony)
    return ceremony, domain.request_options(site, ceremony.challenge)


def ceremony_for(purpose: Purpose, subject_id: UUID | None, now: datetime) -> CeremonyRow:
    return CeremonyRow(
        id=new_id(),
        purpose=purpose,
        subject_id=subject_id,
        challenge=domain.new_challenge(),
        expires_at=now + CEREMONY_LIFE,
    )


async def take(session: AsyncSession, ceremony_id: UUID, purposes: Sequence[Purpose], now: datetime) -> CeremonyRow:
    """What was asked: the caller commits, and then looks at the answer. Raises `CeremonyOver`."""
    ceremony = await store.passkeys.take_ceremony(session, ceremony_id, purposes, now)
    if ceremony is None:
        raise CeremonyOver("each is good once, for five minutes", "ceremony_id")
    return ceremony


async def make(
    session: AsyncSession, ceremony: CeremonyRow, credential: str, name: str, site: Site, now: datetime
) -> tuple[PasskeyRow, Sequence[str]]:
    """Keep the passkey that an authenticator made; with recovery codes, where it is the account's first factor."""
    new = domain.verified_creation(site, ceremony.challenge, credential)
    account = await store.accounts.account_of(session, ceremony.subject_id) if ceremony.subject_id else None
    if account is None:
        raise CeremonyOver("the account is closed", "ceremony_id")
    if ceremony.purpose == Purpose.FIRST:
        if await store.factors.has_factor(session, account.subject_id):
            raise SecondFactorThere("one was set up meanwhile; sign in with it")
        # Whoever had the password may have begun one: it would be a way in beside this passkey.
        await store.factors.delete_authenticator(session, account.subject_id, confirmed_too=False)
    if await store.passkeys.count_passkeys(session, account.subject_id) >= PASSKEYS_MAX:
        raise TooManyPasskeys(f"at most {PASSKEYS_MAX}; remove one that you do not use")
    passkey = PasskeyRow(
        id=new_id(),
        subject_id=account.subject_id,
        credential_id=new.credential_id,
        public_key=new.public_key,
        sign_count=new.sign_count,
        synced=new.synced,
        name=name,
        created_at=now,
    )
    await store.passkeys.add_passkey(session, passkey)
    await notify(session, account, MessageKind.PASSKEY_ADDED, now)
    return passkey, await factors.recovery_codes(session, account.subject_id)


async def use(
    session: AsyncSession, ceremony: CeremonyRow, credential: str, site: Site, now: datetime
) -> AccountRow | PasskeyCopied:
    """The account, locked, whose passkey signed what was asked, with its owner verified. A counter that goes back is
    returned as its refusal, so that the caller commits the message about it. Raises `PasskeyRefused`."""
    assertion = domain.assertion_of(credential)
    row = await store.passkeys.passkey_with(session, assertion.credential_id)
    if row is None or assertion.user_handle != row.subject_id.bytes:
        raise PasskeyRefused("nobody has this passkey here; it may have been removed", "credential")
    account = await store.accounts.account_of(session, row.subject_id)
    if account is None:
        raise PasskeyRefused("the account is closed", "credential")
    passkey = await store.passkeys.passkey_for_update(session, row.subject_id, row.id)
    sign_count = domain.verified_count(site, ceremony.challenge, assertion, passkey.public_key)
    if not domain.went_on(passkey.sign_count, sign_count):
        await notify(session, account, MessageKind.PASSKEY_COPIED, now)
        return PasskeyCopied("remove it, and add the authenticator again", "credential")
    passkey.sign_count, passkey.last_used_at = sign_count, now
    return account


async def step_up(
    session: AsyncSession, ceremony: CeremonyRow, credential: str, *, row: SessionRow, site: Site, now: datetime
) -> PasskeyCopied | None:
    """Use a passkey again in its owner's session, which goes on. Raises `PasskeyRefused`."""
    used = await use(session, ceremony, credential, site, now)
    if isinstance(used, PasskeyCopied):
        return used
    if used.subject_id != row.subject_id:
        raise PasskeyRefused("it is another account's", "credential")
    row.factor_at = now
    row.factors = sorted({*row.factors, domain.WEBAUTHN})
    return None


async def rename(session: AsyncSession, subject_id: UUID, passkey_id: UUID, name: str) -> PasskeyRow:
    """Call somebody's own passkey something else."""
    passkey = await store.passkeys.passkey_for_update(session, subject_id, passkey_id)
    passkey.name = texts.label(name, "name")
    return passkey


async def remove(
    session: AsyncSession,
    subject_id: UUID,
    session_id: UUID,
    passkey_id: UUID,
    *,
    needing: frozenset[Role],
    life: timedelta,
    now: datetime,
) -> PasskeyRow:
    """Take somebody's own passkey away, who has used a factor within `life`. The last factor of who needs one stays."""
    account = await factors.check_recent(session, subject_id, session_id, life=life, now=now)
    passkey = await store.passkeys.passkey_for_update(session, subject_id, passkey_id)
    await session.delete(passkey)
    await session.flush()
    await factors.check_one_is_left(session, account, needing)
    await factors.forget_recovery_codes(session, subject_id)
    await notify(session, account, MessageKind.PASSKEY_REMOVED, now)
    return passkey
