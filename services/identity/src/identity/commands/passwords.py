"""What needs a password hashed: signing in, registering, changing a password, the first operator's account.

A hash takes a core for some fifty milliseconds. These open transactions of their own before and after it, so that
nobody holds a connection meanwhile.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.database import Database
from chassis.ids import new_id
from chassis.refusals import Busy, Invalid, TooManyTries
from chassis.sealing import Sealer
from chassis.settings import SettingUnfit
from city_pack.pack import City

from identity import store
from identity.commands import access, factors, passkeys, sessions
from identity.commands.access import Attempt
from identity.commands.sessions import SignedIn
from identity.domain.access import OF_CURRENT_PASSWORD, SignInRefused, TryLimit, hashed
from identity.domain.accounts import all_duties
from identity.domain.factors import OF_SECOND_FACTOR, SecondFactorThere
from identity.domain.passkeys import Site
from identity.domain.passwords import PasswordWrong, new_password
from identity.domain.people import LoginTaken, Role
from identity.hashing import UNKNOWN_HASH, Lane, Passwords
from identity.tables import AccountRow, CeremonyRow

PRODUCT = "yima"  # nobody's password is what everybody knows


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """The hash of the password in use, which was given, and that of the new one."""

    verified_hash: str
    new_hash: str


async def count_try(
    database: Database, passwords: Passwords, limit: TryLimit, about: str, *, address: str, lane: Lane
) -> None:
    """Count a try of something. Raises `TooManyTries`, or `Busy`."""
    async with passwords.counting(address, lane), database.transaction() as session:
        wait_seconds = await store.access.count_try(session, limit, hashed(about))
    if wait_seconds:
        raise TooManyTries(f"wait {wait_seconds} seconds before the next try", wait_seconds)


async def verify(
    database: Database, passwords: Passwords, *, login: str, password: str, address: str
) -> tuple[Attempt, AccountRow]:
    """The account of who gives the right password. Raises `SignInRefused`, `TooManyTries` or `Busy`."""
    lane = passwords.lane_at(address)
    async with passwords.counting(address, lane), database.transaction() as session:
        attempt = await access.begin_sign_in(session, login=login, address=address)
    if attempt.wait_seconds:
        raise TooManyTries(f"wait {attempt.wait_seconds} seconds before the next try", attempt.wait_seconds)
    try:
        lane = Lane.KNOWN if attempt.known_here else Lane.STRANGER
        async with passwords.admitted(address, lane, attempt.login) as admitted_lane:
            # An unknown login costs as much as a wrong password, so that the time does not tell which it was.
            password_hash = attempt.account.password_hash if attempt.account else UNKNOWN_HASH
            right = await passwords.matches(password_hash, password, admitted_lane)
    except Busy:
        async with database.transaction() as session:
            await access.forgive(session, attempt)
        raise
    if not right or attempt.account is None:
        raise SignInRefused("check both and try again")
    return attempt, attempt.account


async def sign_in(
    database: Database,
    passwords: Passwords,
    *,
    login: str,
    password: str,
    code: str,
    address: str,
    city: City,
    factor_roles: frozenset[Role],
    sealer: Sealer,
    access_life: timedelta,
    now: datetime,
) -> SignedIn:
    """Begin a session for who gives the right password, and a code where the account has a second factor. Raises what
    `verify` does, `TooManyTries` of codes, or what is wrong about the code."""
    attempt, account = await verify(database, passwords, login=login, password=password, address=address)
    if code:
        subject = str(account.subject_id)
        await count_try(database, passwords, OF_SECOND_FACTOR, subject, address=address, lane=Lane.STRANGER)
    async with database.transaction() as session:
        account = await access.finish_sign_in(session, attempt=attempt)
        needed = Role(account.role) in factor_roles
        shown = await factors.check(session, account, code, needed=needed, sealer=sealer, now=now)
        if isinstance(shown, factors.Shown):
            network = attempt.network
            await store.access.put_known_address(session, account.subject_id, network, now, signed_in=True)
            signed_in = await sessions.begin(
                session, account=account, shown=shown, city=city, access_life=access_life, now=now
            )
    if not isinstance(shown, factors.Shown):
        raise shown  # only now: the password was right, and what was counted of it is forgiven
    if attempt.network:
        passwords.meet(hashed(attempt.network))
    return signed_in


async def begin_second_factor(
    database: Database, passwords: Passwords, *, login: str, password: str, address: str, sealer: Sealer, now: datetime
) -> tuple[str, bytes]:
    """A fresh authenticator's secret for who gives the right password, and their login. Raises what `verify` does, or
    `SecondFactorThere`."""
    attempt, _ = await verify(database, passwords, login=login, password=password, address=address)
    async with database.transaction() as session:
        account = await access.finish_sign_in(session, attempt=attempt)
        secret = await factors.begin(session, account, sealer, now)
    if isinstance(secret, SecondFactorThere):
        raise secret
    return account.login, secret


async def begin_first_passkey(
    database: Database, passwords: Passwords, *, login: str, password: str, address: str, site: Site, now: datetime
) -> tuple[CeremonyRow, str]:
    """What to make a passkey with, for who gives the right password, where the account has no factor. Raises what
    `verify` does, or `SecondFactorThere`."""
    attempt, _ = await verify(database, passwords, login=login, password=password, address=address)
    async with database.transaction() as session:
        account = await access.finish_sign_in(session, attempt=attempt)
        begun = await passkeys.begin_first(session, account, site, now)
    if isinstance(begun, SecondFactorThere):
        raise begun
    return begun


async def hash_for_account(
    database: Database,
    passwords: Passwords,
    *,
    password: str,
    about: Sequence[str],
    asked_by: str,
    limit: TryLimit,
    address: str,
    city: str,
) -> str:
    """The hash of a password for a new account. How often one address, or one institution, may ask for an account is
    bound: that is also how often it may learn that a login is taken."""
    if asked_by:
        await count_try(database, passwords, limit, asked_by, address=address, lane=Lane.REGISTRATION)
    chosen = new_password(password, [*about, city, PRODUCT])
    async with passwords.admitted(address, Lane.REGISTRATION) as lane:
        return await passwords.hash(chosen, lane)


async def check_current(
    database: Database, passwords: Passwords, *, subject_id: UUID, current: str, address: str, field: str
) -> None:
    """Whether somebody who is signed in knows their password. Raises `PasswordWrong`, `TooManyTries` or `Busy`."""
    await count_try(database, passwords, OF_CURRENT_PASSWORD, str(subject_id), address=address, lane=Lane.STRANGER)
    async with database.transaction() as session:
        account = await store.accounts.account_of(session, subject_id)
    async with passwords.admitted(address, Lane.STRANGER) as lane:
        if not await passwords.matches(account.password_hash if account else UNKNOWN_HASH, current, lane):
            raise PasswordWrong("give the password of this account", field)
    async with database.transaction() as session:
        await store.access.forgive_try(session, OF_CURRENT_PASSWORD, hashed(str(subject_id)))


async def hash_for_change(
    database: Database, passwords: Passwords, *, subject_id: UUID, current: str, new: str, address: str, city: str
) -> PasswordChange:
    """Verify the password in use and hash the new one. Raises `PasswordWrong`, `TooManyTries` or `Busy`."""
    await count_try(database, passwords, OF_CURRENT_PASSWORD, str(subject_id), address=address, lane=Lane.STRANGER)
    async with database.transaction() as session:
        account = await store.accounts.account_of(session, subject_id)
    about = [account.login, account.name] if account else []
    chosen = new_password(new, [*about, city, PRODUCT], "new_password")
    async with passwords.admitted(address, Lane.STRANGER) as lane:
        current_hash = account.password_hash if account else UNKNOWN_HASH
        if not await passwords.matches(current_hash, current, lane) or account is None:
            raise PasswordWrong("give the password you sign in with now", "current_password")
        return PasswordChange(current_hash, await passwords.hash(chosen, lane))


async def ensure_account(
    database: Database, passwords: Passwords, *, login: str, password: str, role: Role, now: datetime
) -> None:
    """The first operator's or regulator's account, made at the first start: once there is one, or was, the settings
    make no other. A changed secret changes the password, and ends the sessions of whoever was signed in with the old
    one."""
    async with database.transaction() as session:
        account = await store.accounts.account(session, login)
        if account is None and await store.accounts.role_has_accounts(session, role):
            return
    if account is not None and await passwords.matches(account.password_hash, password, Lane.STRANGER):
        return
    try:
        chosen = new_password(password, [login, role.value], f"YIMA_{role.value.upper()}_PASSWORD")
    except Invalid as refusal:
        raise SettingUnfit(refusal.detail) from None
    new_hash = await passwords.hash(chosen, Lane.STRANGER)
    async with database.transaction() as session:
        if account is None:
            first = AccountRow(
                login=login,
                password_hash=new_hash,
                role=role,
                subject_id=new_id(),
                name=role.value,
                created_at=now,
                duties=all_duties(role),
            )
            with suppress(LoginTaken):  # by another process that starts at the same time
                await store.accounts.add_account(session, first)
        else:
            with suppress(PasswordWrong):  # changed by another process that starts at the same time
                await access.change_password(
                    session,
                    subject_id=account.subject_id,
                    verified_hash=account.password_hash,
                    new_hash=new_hash,
                    session_id=None,
                )
