"""Signing in and out: which tries are counted, which sessions begin and end. `commands.passwords` calls these before
and after a password is hashed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.refusals import Forbidden, NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from identity import events, store
from identity.domain.access import (
    AT_LOGIN,
    AT_LOGIN_FROM_KNOWN_ADDRESS,
    FROM_ADDRESS,
    OF_CURRENT_PASSWORD,
    SignInRefused,
    TryLimit,
    hashed,
    login_or_nobodys,
    network_of,
)
from identity.domain.passwords import PasswordWrong
from identity.domain.people import Role
from identity.tables import AccountRow, SessionRow


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way: the account at this login, if there is one, and how long to wait before the next try."""

    login: str
    network: str
    account: AccountRow | None
    counted: Sequence[tuple[TryLimit, bytes]]
    wait_seconds: int
    known_here: bool = False  # the account was signed in to from this network before


async def begin_sign_in(session: AsyncSession, *, login: str, address: str) -> Attempt:
    """Count a sign-in before its password is looked at, so that many at once count as many. It is forgiven when the
    password was right. What is counted does not depend on whether there is such an account, but for an address that
    it was signed in to from."""
    name, network = login_or_nobodys(login), network_of(address)
    account = await store.accounts.account(session, name) if name else None
    if account is not None and account.awaits_code:
        account = None  # nobody has this login yet
    known_address = (
        await store.access.known_address(session, account.subject_id, hashed(network))
        if account is not None and network
        else None
    )
    if known_address is not None:
        limits = [(AT_LOGIN_FROM_KNOWN_ADDRESS, hashed(name, network))]
    else:
        limits = [(AT_LOGIN, hashed(name or login.strip().lower()[:254]))]
        if network:
            limits.insert(0, (FROM_ADDRESS, hashed(network)))
    counted: list[tuple[TryLimit, bytes]] = []
    for limit, about in limits:
        if wait := await store.access.count_try(session, limit, about):
            return Attempt(name, network, account, counted, wait)
        counted.append((limit, about))
    return Attempt(name, network, account, counted, 0, known_address is not None and known_address.signed_in)


async def finish_sign_in(session: AsyncSession, *, attempt: Attempt) -> AccountRow:
    """The account of who gave the right password; it does not change before we commit."""
    account = attempt.account
    if account is None or not await store.accounts.account_unchanged(session, account.login, account.password_hash):
        raise SignInRefused("check both and try again")
    await forgive(session, attempt)
    return account


async def forgive(session: AsyncSession, attempt: Attempt) -> None:
    """What was counted of this sign-in does not count: its password was right, or was not looked at."""
    for limit, about in attempt.counted:
        await store.access.forgive_try(session, limit, about)


def begin_session(
    session: AsyncSession,
    subject_id: UUID,
    partner_id: UUID | None,
    api_key_id: UUID | None,
    expires_at: datetime,
    now: datetime,
    lasts_until: datetime | None = None,
    factors: Sequence[str] = (),
    factor_at: datetime | None = None,
) -> SessionRow:
    """A session until its token is over, or until `lasts_until` if it is refreshed."""
    row = SessionRow(
        id=new_id(),
        subject_id=subject_id,
        partner_id=partner_id,
        api_key_id=api_key_id,
        began_at=now,
        expires_at=expires_at,
        lasts_until=lasts_until,
        factors=list(factors),
        factor_at=factor_at,
    )
    session.add(row)
    return row


async def change_password(
    session: AsyncSession, *, subject_id: UUID, verified_hash: str, new_hash: str, session_id: UUID | None
) -> int:
    """Put a new password's hash in the place of the one that was verified, and end every session but this one. The try
    at the current password does not count."""
    account = await store.accounts.account_of(session, subject_id)
    if account is None or account.password_hash != verified_hash:
        raise PasswordWrong("it was changed meanwhile", "current_password")
    account.password_hash = new_hash
    await store.access.forgive_try(session, OF_CURRENT_PASSWORD, hashed(str(subject_id)))
    return await end_sessions_of(session, subject_id, but=session_id)


async def end_sessions_of(session: AsyncSession, subject_id: UUID, but: UUID | None = None) -> int:
    """End what somebody is signed in to; a sign-in under way with the old password comes to nothing, and health codes
    that were fetched in those sessions are void."""
    await store.accounts.account_of(session, subject_id)
    await store.codes.rotate_of_account(session, subject_id)
    return announce_end(session, await store.access.end_sessions(session, subject_id=subject_id, but=but))


async def end_sessions_at(session: AsyncSession, login: str) -> int:
    """End all sessions of the account at a login, but not those of who supervises the asker."""
    account = await store.accounts.account(session, texts.login(login))
    if account is None:
        raise NotFound("nobody signs in with this login", "login")
    if account.role == Role.REGULATOR:
        raise Forbidden("a regulator's sessions end when the regulator signs out", "login")
    return await end_sessions_of(session, account.subject_id)


async def end_own(session: AsyncSession, subject_id: UUID, session_id: UUID) -> int:
    """End a session of somebody's own, and void the health codes that were fetched in it: those of all their sessions,
    as a code says nothing of where it was fetched."""
    ended = await store.access.end_sessions(session, ids=[session_id], subject_id=subject_id)
    if not ended:
        raise NotFound("you have no such session that goes on", "session_id")
    await store.codes.rotate_of_account(session, subject_id)
    return announce_end(session, ended)


async def sign_out(session: AsyncSession, session_id: UUID) -> int:
    return announce_end(session, await store.access.end_sessions(session, ids=[session_id]))


async def end_sessions_of_api_keys(session: AsyncSession, api_key_ids: Sequence[UUID]) -> int:
    """End the sessions of API keys that are no longer good."""
    return announce_end(session, await store.access.end_sessions(session, api_keys=api_key_ids))


async def end_sessions_of_systems(session: AsyncSession, partner_ids: Sequence[UUID]) -> int:
    """End the sessions of these partners' systems. Their people stay signed in."""
    return announce_end(session, await store.access.end_sessions(session, systems_of=partner_ids))


def announce_end(session: AsyncSession, ended: Sequence[SessionRow]) -> int:
    """Announce to everybody who verifies tokens that these sessions are over. Returns how many there are."""
    for event in events.sessions_ended(ended):
        publish(session, event, event.subject_id)
    return len(ended)
