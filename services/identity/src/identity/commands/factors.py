"""Second factors: set up, asked for, ended.

What a wrong code is answered is returned, not raised, where the caller has to commit what was counted.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis import texts
from chassis.refusals import STEP_UP_HINT, Forbidden, NotFound, StepUpNeeded, Unauthenticated
from chassis.sealing import Sealer
from chassis.settings import SettingUnfit
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
    LastFactor,
    SecondFactorNeeded,
    SecondFactorNotSetUp,
    SecondFactorThere,
    SecondFactorWrong,
    Used,
    is_recent,
    new_recovery_code,
    new_secret,
    recovery_sha256,
    sealed,
    step_of,
    unsealed,
)
from identity.domain.passkeys import WEBAUTHN
from identity.domain.people import Role
from identity.tables import AccountRow, SecondFactorRow, SessionRow

log = logging.getLogger("identity.factors")

SECOND = (CODE, WEBAUTHN)
type Lacking = SecondFactorNeeded | SecondFactorNotSetUp | SecondFactorWrong
SEAL_AT_ONCE_MAX = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """By which factors somebody has shown who they are; with recovery codes when their first second factor was
    confirmed just now."""

    factors: Sequence[str]
    recovery_codes: Sequence[str] = ()

    @property
    def second(self) -> bool:
        """Was one of them a second factor?"""
        return any(factor in SECOND for factor in self.factors)


async def check(
    session: AsyncSession,
    account: AccountRow,
    code: str,
    *,
    first: str = PASSWORD,
    needed: bool,
    sealer: Sealer,
    now: datetime,
) -> Shown | Lacking:
    """Whether who gave the right password, or showed another `first` factor, may sign in: with this code, or without
    one where none is asked for."""
    factor = await store.factors.factor_for_update(session, account.subject_id)
    passkeys = await store.passkeys.count_passkeys(session, account.subject_id)
    there = passkeys > 0 or (factor is not None and factor.confirmed_at is not None)
    if not there and (factor is None or not code):
        if needed:
            return SecondFactorNotSetUp(
                "set up an authenticator with `beginSecondFactor`, then sign in with a code; or a passkey with "
                "`beginPasskey`"
            )
        return Shown([first])
    if not code:
        also = "sign in with a passkey, or " if passkeys else ""
        return SecondFactorNeeded(f"{also}send a code of your authenticator, or a recovery code", "code")
    used = await _use(session, account, factor, code, sealer=sealer, now=now)
    if used is None:
        return SecondFactorWrong("wait for the next code, and look whether the telephone's clock is right", "code")
    await store.access.forgive_try(session, OF_SECOND_FACTOR, hashed(str(account.subject_id)))
    if used != Used.AUTHENTICATOR or factor is None or factor.confirmed_at is not None:
        return Shown([first, CODE])
    factor.confirmed_at = now
    await notify(session, account, MessageKind.FACTOR_ADDED, now)
    return Shown([first, CODE], await recovery_codes(session, account.subject_id))


async def recovery_codes(session: AsyncSession, subject_id: UUID) -> Sequence[str]:
    """Recovery codes for who has none: they are given with the first factor, and shown this once."""
    if await store.factors.has_recovery_codes(session, subject_id):
        return ()
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    await store.factors.add_recovery_codes(session, subject_id, [recovery_sha256(text) for text in codes])
    return codes


async def _use(
    session: AsyncSession,
    account: AccountRow,
    factor: SecondFactorRow | None,
    code: str,
    *,
    sealer: Sealer,
    now: datetime,
    confirmed_only: bool = False,
) -> Used | None:
    """Use a code of the authenticator, or a recovery code in its place; nobody uses it again."""
    if factor is not None and not (confirmed_only and factor.confirmed_at is None):
        step = step_of(unsealed(factor.secret, account.subject_id, sealer), code, now)
        if step is not None and step > factor.last_step:
            factor.last_step = step
            return Used.AUTHENTICATOR
    if not await store.factors.use_recovery_code(session, account.subject_id, recovery_sha256(code), now):
        return None
    await notify(session, account, MessageKind.RECOVERY_CODE_USED, now)
    return Used.RECOVERY_CODE


async def begin(session: AsyncSession, account: AccountRow, sealer: Sealer, now: datetime) -> bytes | SecondFactorThere:
    """A fresh secret for an account that has no factor; the one that was begun before is void."""
    if await store.factors.has_factor(session, account.subject_id):
        return SecondFactorThere(
            "sign in with it, or a recovery code; beside a passkey, an authenticator is begun with `addSecondFactor`"
        )
    return await _new_secret(session, account, sealer, now)


async def add(
    session: AsyncSession, subject_id: UUID, session_id: UUID, *, life: timedelta, sealer: Sealer, now: datetime
) -> tuple[str, bytes]:
    """A fresh authenticator's secret beside the passkeys there are, and the account's login."""
    account = await check_recent(session, subject_id, session_id, life=life, now=now)
    factor = await store.factors.factor_for_update(session, subject_id)
    if factor is not None and factor.confirmed_at is not None:
        raise SecondFactorThere("take the authenticator that is there away first, with `endSecondFactor`")
    return account.login, await _new_secret(session, account, sealer, now)


async def _new_secret(session: AsyncSession, account: AccountRow, sealer: Sealer, now: datetime) -> bytes:
    factor = await store.factors.factor_for_update(session, account.subject_id)
    secret = new_secret()
    kept = sealed(secret, account.subject_id, sealer)
    if factor is not None:
        factor.secret, factor.last_step = kept, 0
    else:
        session.add(SecondFactorRow(subject_id=account.subject_id, secret=kept, created_at=now))
    return secret


async def check_recent(
    session: AsyncSession, subject_id: UUID, session_id: UUID, *, life: timedelta, now: datetime
) -> AccountRow:
    """The account, locked, of whoever changes its factors: they have used one within `life` in this session. So a
    copied access token adds no passkey and takes none away. Raises `StepUpNeeded`, or `SecondFactorNotSetUp`."""
    account = await store.accounts.account_of(session, subject_id)
    row = await session.get(SessionRow, session_id)
    if account is None or row is None or row.subject_id != subject_id or row.ended_at is not None:
        raise Unauthenticated("sign in again")
    if not await store.factors.has_factor(session, subject_id):
        raise SecondFactorNotSetUp("begin with `beginPasskey` or `beginSecondFactor`, which take your password")
    if not is_recent(row.factor_at, life, now):
        raise StepUpNeeded(STEP_UP_HINT)
    return account


async def step_up(
    session: AsyncSession, account: AccountRow, row: SessionRow, code: str, sealer: Sealer, now: datetime
) -> SecondFactorWrong | None:
    """Use a factor's code again in a session that goes on."""
    factor = await store.factors.factor_for_update(session, account.subject_id)
    if not await _use(session, account, factor, code, sealer=sealer, now=now, confirmed_only=True):
        return SecondFactorWrong("wait for the next code, and look whether the telephone's clock is right", "code")
    await store.access.forgive_try(session, OF_SECOND_FACTOR, hashed(str(account.subject_id)))
    row.factor_at = now
    row.factors = sorted({*row.factors, CODE})
    return None


async def end(
    session: AsyncSession, subject_id: UUID, code: str, *, needing: frozenset[Role], sealer: Sealer, now: datetime
) -> int | SecondFactorWrong:
    """Take somebody's own authenticator away, with one of its codes. Their other sessions go on; returns 0. The last
    factor of who needs one stays: raises `LastFactor`."""
    account = await store.accounts.account_of(session, subject_id)
    factor = await store.factors.factor_for_update(session, subject_id)
    if account is None or factor is None or not await _use(session, account, factor, code, sealer=sealer, now=now):
        return SecondFactorWrong("give a code that was not used before", "code")
    await store.access.forgive_try(session, OF_SECOND_FACTOR, hashed(str(subject_id)))
    await store.factors.delete_authenticator(session, subject_id)
    await check_one_is_left(session, account, needing)
    await forget_recovery_codes(session, subject_id)
    await notify(session, account, MessageKind.FACTOR_REMOVED, now)
    return 0


async def check_one_is_left(session: AsyncSession, account: AccountRow, needing: frozenset[Role]) -> None:
    """Refuse to leave an account that needs a factor, for its role, without one. Raises `LastFactor`."""
    if Role(account.role) in needing and not await store.factors.has_factor(session, account.subject_id):
        raise LastFactor("add another first, with `addPasskey` or `addSecondFactor`")


async def forget_recovery_codes(session: AsyncSession, subject_id: UUID) -> None:
    """With the last factor go the codes that stand in for one."""
    if not await store.factors.has_factor(session, subject_id):
        await store.factors.delete_recovery_codes(session, subject_id)


async def reset(session: AsyncSession, *, login: str, by: UUID, now: datetime) -> int:
    """Take all factors of somebody else away, and end their sessions. Returns how many those were."""
    account = await store.accounts.account(session, texts.login(login))
    if account is None:
        raise NotFound("nobody signs in with this login", "login")
    if account.role == Role.REGULATOR or account.subject_id == by:
        raise Forbidden("neither your own second factor nor a regulator's", "login")
    await store.accounts.account_of(session, account.subject_id)
    passkeys = await store.passkeys.delete_passkeys(session, account.subject_id)
    if not await store.factors.delete_authenticator(session, account.subject_id) and not passkeys:
        raise NotFound("the account has no second factor", "login")
    await store.factors.delete_recovery_codes(session, account.subject_id)
    await notify(session, account, MessageKind.FACTOR_REMOVED, now)
    return await access.end_sessions_of(session, account.subject_id)


async def seal(session: AsyncSession, sealer: Sealer) -> int:
    """Encipher some of the secrets that an earlier release kept as they are, or that an older key enciphers. Returns
    how many those were; what no key that is there deciphers stays as it is, and is said."""
    factors = await store.factors.factors_to_seal(session, sealer.head, SEAL_AT_ONCE_MAX)
    done = 0
    for factor in factors:
        try:
            factor.secret = sealed(unsealed(factor.secret, factor.subject_id, sealer), factor.subject_id, sealer)
            done += 1
        except SettingUnfit as unfit:
            log.error("%s", unfit)
    return done
