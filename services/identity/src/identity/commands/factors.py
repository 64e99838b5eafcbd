"""Second factors: set up, asked for, ended.

What a wrong code is answered is returned, not raised, where the caller has to commit what was counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.refusals import Forbidden, NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.commands import access
from identity.commands.contacts import notify
from identity.domain.access import hashed
from identity.domain.contacts import MessageKind
from identity.domain.factors import (
    CODE,
    OF_SECOND_FACTOR,
    PASSWORD,
    RECOVERY_CODES,
    SecondFactorNeeded,
    SecondFactorNotSetUp,
    SecondFactorThere,
    SecondFactorWrong,
    new_recovery_code,
    new_secret,
    recovery_sha256,
    step_of,
)
from identity.domain.people import Role
from identity.tables import AccountRow, SecondFactorRow

type Lacking = SecondFactorNeeded | SecondFactorNotSetUp | SecondFactorWrong


@dataclass(frozen=True, slots=True)
class Shown:
    """By which factors somebody has shown who they are; with recovery codes when the second was confirmed just now."""

    factors: Sequence[str]
    recovery_codes: Sequence[str] = ()


async def check(
    session: AsyncSession, account: AccountRow, code: str, *, needed: bool, now: datetime
) -> Shown | Lacking:
    """Whether who gave the right password may sign in: with this code, or without one where none is asked for."""
    factor = await store.factors.factor_for_update(session, account.subject_id)
    if factor is None or (factor.confirmed_at is None and not code):
        if needed:
            return SecondFactorNotSetUp("set up an authenticator with `beginSecondFactor`, then sign in with a code")
        return Shown([PASSWORD])
    if not code:
        return SecondFactorNeeded("send a code of your authenticator, or a recovery code", "code")
    if not await _use(session, account, factor, code, now):
        return SecondFactorWrong("wait for the next code, and look whether the telephone's clock is right", "code")
    await store.access.forgive_try(session, OF_SECOND_FACTOR, hashed(str(account.subject_id)))
    if factor.confirmed_at is not None:
        return Shown([PASSWORD, CODE])
    factor.confirmed_at = now
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    await store.factors.add_recovery_codes(session, account.subject_id, [recovery_sha256(text) for text in codes])
    await notify(session, account, MessageKind.FACTOR_ADDED, now)
    return Shown([PASSWORD, CODE], codes)


async def _use(session: AsyncSession, account: AccountRow, factor: SecondFactorRow, code: str, now: datetime) -> bool:
    """Use a code of the factor, or a recovery code in its place."""
    step = step_of(factor.secret, code, now)
    if step is not None and step > factor.last_step:
        factor.last_step = step
        return True
    if factor.confirmed_at is None or not await store.factors.use_recovery_code(
        session, account.subject_id, recovery_sha256(code), now
    ):
        return False
    await notify(session, account, MessageKind.RECOVERY_CODE_USED, now)
    return True


async def begin(session: AsyncSession, account: AccountRow, now: datetime) -> bytes | SecondFactorThere:
    """A fresh secret for an account that has no confirmed one; the one that was begun before is void."""
    factor = await store.factors.factor_for_update(session, account.subject_id)
    if factor is not None and factor.confirmed_at is not None:
        return SecondFactorThere("sign in with one of its codes, or a recovery code")
    secret = new_secret()
    if factor is not None:
        factor.secret, factor.last_step = secret, 0
    else:
        session.add(SecondFactorRow(subject_id=account.subject_id, secret=secret, created_at=now))
    return secret


async def end(session: AsyncSession, subject_id: UUID, code: str, now: datetime) -> int | SecondFactorWrong:
    """Take somebody's own factor away, with one of its codes. Their other sessions go on; returns 0."""
    account = await store.accounts.account_of(session, subject_id)
    factor = await store.factors.factor_for_update(session, subject_id)
    if account is None or factor is None or not await _use(session, account, factor, code, now):
        return SecondFactorWrong("give a code that was not used before", "code")
    await store.access.forgive_try(session, OF_SECOND_FACTOR, hashed(str(subject_id)))
    await store.factors.delete_factor(session, subject_id)
    await notify(session, account, MessageKind.FACTOR_REMOVED, now)
    return 0


async def reset(session: AsyncSession, *, login: str, by: UUID, now: datetime) -> int:
    """Take somebody else's factor away, and end their sessions. Returns how many those were."""
    account = await store.accounts.account(session, texts.login(login))
    if account is None:
        raise NotFound("nobody signs in with this login", "login")
    if account.role == Role.REGULATOR or account.subject_id == by:
        raise Forbidden("neither your own second factor nor a regulator's", "login")
    if not await store.factors.delete_factor(session, account.subject_id):
        raise NotFound("the account has no second factor", "login")
    await notify(session, account, MessageKind.FACTOR_REMOVED, now)
    return await access.end_sessions_of(session, account.subject_id)
