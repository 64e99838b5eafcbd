"""Signing in and out: what is counted, which sessions begin and end. Passwords are hashed elsewhere, in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import Forbidden, NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from identity import domain, events, store
from identity.domain import AT_LOGIN, AT_LOGIN_FROM_KNOWN_ADDRESS, FROM_ADDRESS, Patience, Role, SignInRefused
from identity.tables import AccountRow, ResidentRow, SessionRow


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way: the account at this login, if there is one, and how long to wait before the next try."""

    login: str
    network: str
    account: AccountRow | None
    counted: Sequence[tuple[Patience, bytes]]
    wait_seconds: int
    known_here: bool = False  # the account was signed in to from this network before


async def begin_sign_in(session: AsyncSession, *, login: str, address: str) -> Attempt:
    """Count a sign-in before its password is looked at, so that many at once count as many. It is forgiven when the
    password was right. What is counted does not depend on whether there is such an account, but for an address that
    it was signed in to from."""
    name, network = domain.login_or_nobodys(login), domain.network(address)
    account = await store.account(session, name) if name else None
    known = (
        await store.known_address(session, account.subject_id, domain.hashed(network))
        if account is not None and network
        else None
    )
    if known is not None:
        counts = [(AT_LOGIN_FROM_KNOWN_ADDRESS, domain.hashed(name, network))]
    else:
        counts = [(AT_LOGIN, domain.hashed(name or login.strip().lower()[:254]))]
        if network:
            counts.insert(0, (FROM_ADDRESS, domain.hashed(network)))
    counted: list[tuple[Patience, bytes]] = []
    for patience, about in counts:
        if wait := await store.count_try(session, patience, about):
            return Attempt(name, network, account, counted, wait)
        counted.append((patience, about))
    return Attempt(name, network, account, counted, 0, known is not None and known.signed_in)


async def finish_sign_in(
    session: AsyncSession, *, attempt: Attempt, expires_at: datetime, now: datetime
) -> tuple[SessionRow, Sequence[ResidentRow]]:
    """Begin a session for who gave the right password; with the residents they act for."""
    account = attempt.account
    if account is None or not await store.account_unchanged(session, account.login, account.password_hash):
        raise SignInRefused("check both and try again")
    await forgive(session, attempt)
    await store.put_known_address(session, account.subject_id, attempt.network, now, signed_in=True)
    begun = begin_session(session, account.subject_id, account.institution_id, None, expires_at, now)
    dependants = (
        await store.in_guardianship(session, account.subject_id) if account.role == domain.Role.RESIDENT else ()
    )
    return begun, dependants


async def forgive(session: AsyncSession, attempt: Attempt) -> None:
    """What was counted of this sign-in does not count: its password was right, or was not looked at."""
    for patience, about in attempt.counted:
        await store.forgive_try(session, patience, about)


def begin_session(
    session: AsyncSession,
    subject_id: UUID,
    partner_id: UUID | None,
    api_key_id: UUID | None,
    expires_at: datetime,
    now: datetime,
) -> SessionRow:
    begun = SessionRow(
        id=new_id(),
        subject_id=subject_id,
        partner_id=partner_id,
        api_key_id=api_key_id,
        began_at=now,
        expires_at=expires_at,
    )
    session.add(begun)
    return begun


async def change_password(
    session: AsyncSession, *, subject_id: UUID, verified_hash: str, new_hash: str, session_id: UUID | None
) -> int:
    """Put a new password's hash in the place of the one that was verified, and end every session but this one."""
    account = await store.account_of(session, subject_id)
    if account is None or account.password_hash != verified_hash:
        raise domain.PasswordWrong("it was changed meanwhile", "current_password")
    account.password_hash = new_hash
    return await end_sessions_of(session, subject_id, but=session_id)


async def end_sessions_of(session: AsyncSession, subject_id: UUID, but: UUID | None = None) -> int:
    """End what somebody is signed in to; a sign-in under way with the old password comes to nothing."""
    await store.account_of(session, subject_id)
    ended = await store.end_sessions(session, subject_id=subject_id, but=but)
    events.announce_end(session, ended)
    return len(ended)


async def end_sessions_at(session: AsyncSession, login: str) -> int:
    """End all sessions of the account at a login, but not those of who supervises the asker."""
    account = await store.account(session, texts.login(login))
    if account is None:
        raise NotFound("nobody signs in with this login", "login")
    if account.role == Role.REGULATOR:
        raise Forbidden("a regulator's sessions end when the regulator signs out", "login")
    return await end_sessions_of(session, account.subject_id)


async def sign_out(session: AsyncSession, session_id: UUID) -> int:
    ended = await store.end_sessions(session, ids=[session_id])
    events.announce_end(session, ended)
    return len(ended)


async def end_keys(session: AsyncSession, keys: Sequence[UUID]) -> int:
    """End the sessions of API keys that are no longer good."""
    ended = await store.end_sessions(session, api_keys=keys)
    events.announce_end(session, ended)
    return len(ended)
