"""Signing in with an OpenID provider, and linking an account with it.

What comes from the provider is used once, in a transaction of its own, before it is looked at. Nobody is signed in for
an address that the provider knows: a link is made by who is signed in to the account.
"""

from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import Unauthenticated
from chassis.sealing import Sealer
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.commands import factors
from identity.commands.contacts import notify
from identity.domain.contacts import MessageKind
from identity.domain.providers import (
    FEDERATED,
    SIGN_IN_LIFE,
    ProviderNotLinked,
    ProviderRefused,
    ProviderSignInOver,
    authorization_url,
    new_sign_in_values,
    sha256,
    subject_of,
)
from identity.registers.openid import Provider
from identity.tables import AccountRow, ProviderLinkRow, ProviderSignInRow


async def begin(
    session: AsyncSession, provider: Provider, endpoint: str, sealer: Sealer, now: datetime, link_of: UUID | None = None
) -> tuple[ProviderSignInRow, str]:
    """A sign-in, or a link of somebody's account, and where the browser goes for it."""
    values, sign_in_id = new_sign_in_values(), new_id()
    row = ProviderSignInRow(
        id=sign_in_id,
        link_of=link_of,
        state_sha256=sha256(values.state),
        nonce_sha256=sha256(values.nonce),
        verifier=sealer.seal(values.verifier.encode(), about(sign_in_id)),
        expires_at=now + SIGN_IN_LIFE,
    )
    await store.providers.add_sign_in(session, row)
    return row, authorization_url(endpoint, provider.registered, values)


def over() -> ProviderSignInOver:
    return ProviderSignInOver("each is good once, for ten minutes", "sign_in_id")


def about(sign_in_id: UUID) -> str:
    return f"provider sign-in {sign_in_id}"


async def check_owner(
    session: AsyncSession, subject_id: UUID, session_id: UUID, *, life: timedelta, now: datetime
) -> None:
    """Whoever links an account has used its factor within `life`, where it has one."""
    if await store.factors.has_factor(session, subject_id):
        await factors.check_recent(session, subject_id, session_id, life=life, now=now)


async def who(
    database: Database,
    provider: Provider,
    *,
    sign_in_id: UUID,
    link_of: UUID | None,
    code: str,
    state: str,
    issuer: str,
    sealer: Sealer,
    now: datetime,
) -> str:
    """Who the provider says the browser's owner is. Raises `ProviderSignInOver`, `ProviderRefused`, `ProviderAway`."""
    async with database.transaction() as session:
        row = await store.providers.use_sign_in(session, sign_in_id, link_of, now)
    if row is None:
        raise over()
    if sha256(state) != row.state_sha256:
        raise ProviderRefused("`state` is not this sign-in's: another page began it", "state")
    if issuer and issuer != provider.registered.issuer:  # RFC 9207: a code of another provider's goes to nobody
        raise ProviderRefused("`iss` is not the provider that was asked", "issuer")
    if not code:
        raise ProviderRefused("the provider sent no code: it, or its owner, said no", "code")
    verifier = sealer.unseal(row.verifier, about(row.id)).decode()
    token = await provider.id_token(code, verifier)
    key = await provider.key(token)
    return subject_of(token, key, provider.registered, row.nonce_sha256, now)


async def linked_account(session: AsyncSession, issuer: str, provider_subject: str, now: datetime) -> AccountRow:
    """The account, locked, that is linked with who the provider says it is. Raises `ProviderNotLinked`."""
    link = await store.providers.link_with(session, issuer, provider_subject)
    account = await store.accounts.account_of(session, link.subject_id) if link is not None else None
    if account is not None:  # it may have been unlinked before the lock
        link = await store.providers.link_with(session, issuer, provider_subject)
    if account is None or link is None or link.subject_id != account.subject_id:
        raise ProviderNotLinked("sign in with the password, and link the account with `beginProviderLink`")
    link.last_used_at = now
    return account


async def proven_account(session: AsyncSession, sign_in_id: UUID, state: str, now: datetime) -> AccountRow:
    """The account, locked, whose sign-in waits for a second factor. Raises `ProviderSignInOver`."""
    row = await store.providers.proven_sign_in(session, sign_in_id, sha256(state), now)
    account = await store.accounts.account_of(session, row.proven_subject_id) if row and row.proven_subject_id else None
    if account is None:
        raise over()
    return account


async def check(
    session: AsyncSession,
    account: AccountRow,
    sign_in_id: UUID,
    code: str,
    *,
    needed: bool,
    sealer: Sealer,
    now: datetime,
) -> factors.Shown | factors.Lacking:
    """Whether who the provider says it is may sign in: with the account's second factor, where there is one. Where that
    is lacking, it may be sent for as long as the sign-in lasts."""
    shown = await factors.check(session, account, code, first=FEDERATED, needed=needed, sealer=sealer, now=now)
    if isinstance(shown, factors.Shown):
        await store.providers.delete_sign_in(session, sign_in_id)
    else:
        await store.providers.prove_sign_in(session, sign_in_id, account.subject_id)
    return shown


async def link(
    session: AsyncSession, subject_id: UUID, issuer: str, provider_subject: str, now: datetime
) -> ProviderLinkRow:
    """Link somebody's own account. Raises `ProviderLinkTaken`."""
    account = await store.accounts.account_of(session, subject_id)
    if account is None:
        raise Unauthenticated("sign in again")
    row = ProviderLinkRow(
        id=new_id(), subject_id=subject_id, issuer=issuer, provider_subject=provider_subject, linked_at=now
    )
    await store.providers.add_link(session, row)
    await notify(session, account, MessageKind.PROVIDER_LINKED, now)
    return row


async def unlink(session: AsyncSession, subject_id: UUID, link_id: UUID, now: datetime) -> ProviderLinkRow:
    """End somebody's own link: nobody signs in by it any more."""
    account = await store.accounts.account_of(session, subject_id)
    if account is None:
        raise Unauthenticated("sign in again")
    ended = await store.providers.delete_link(session, subject_id, link_id)
    await notify(session, account, MessageKind.PROVIDER_UNLINKED, now)
    return ended
