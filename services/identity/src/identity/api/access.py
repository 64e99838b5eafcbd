"""Signing in and out, passwords, API keys, and which sessions have ended."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from chassis import texts
from chassis.api import Call
from chassis.auth import role_named, sign
from chassis.database import Database
from chassis.ids import new_id
from chassis.problems import Problem
from chassis.refusals import Busy, Invalid, TooManyTries
from chassis.settings import SettingUnfit
from chassis.wire import moment, timestamp
from yima.common.v1.route_pb2 import Role, Scope
from yima.identity.v1 import api_pb2 as pb
from yima.partners.v1.api_pb2 import ApiKeyHolder, CheckApiKeyRequest

from identity import domain, store
from identity.api.served import Resources, api, count_try
from identity.commands import access
from identity.domain import ACCESS_LIFETIME, OF_CURRENT_PASSWORD, LoginTaken, PasswordWrong, SignInRefused
from identity.passwords import UNKNOWN_HASH, Lane, Passwords
from identity.tables import AccountRow, SessionRow

log = logging.getLogger("identity.access")

OVERLAP = timedelta(seconds=90)  # a session's end is committed no later than this after its moment


@api.serves_without_transaction
async def sign_in(request: pb.SignInRequest, call: Call[Resources]) -> pb.AccessToken:
    database, passwords = call.resources.database, call.resources.passwords
    lane = passwords.lane_at(call.address)
    async with passwords.counting(call.address, lane), database.transaction() as session:
        attempt = await access.begin_sign_in(session, login=request.login, address=call.address)
    if attempt.wait_seconds:
        raise TooManyTries(f"wait {attempt.wait_seconds} seconds before the next try", attempt.wait_seconds)
    try:
        known = Lane.KNOWN if attempt.known_here else Lane.STRANGER
        async with passwords.admitted(call.address, known, attempt.login) as lane:
            # An unknown login costs as much as a wrong password, so that the time does not tell which it was.
            known_hash = attempt.account.password_hash if attempt.account else UNKNOWN_HASH
            right = await passwords.matches(known_hash, request.password, lane)
    except Busy:
        async with database.transaction() as session:
            await access.forgive(session, attempt)
        raise
    if not right or attempt.account is None:
        raise SignInRefused("check both and try again")
    expires_at = call.now + ACCESS_LIFETIME
    async with database.transaction() as session:
        begun, dependants = await access.finish_sign_in(session, attempt=attempt, expires_at=expires_at, now=call.now)
    if attempt.network:
        passwords.meet(domain.hashed(attempt.network))
    role = role_named(f"ROLE_{attempt.account.role.upper()}")
    of_age = {str(one.id): call.resources.pack.of_age_at(one.birth_date) for one in dependants}
    return access_token(call, begun, role=role, of_age=of_age)


@api.serves_without_transaction
async def exchange_api_key(request: pb.ExchangeApiKeyRequest, call: Call[Resources]) -> pb.AccessToken:
    """Partners knows its keys, and is asked each time: a fresh key is good at once, and one that was ended is not.
    It is asked once more when whoever ends sessions can see this one, so that none begins while its key is ended."""
    secret_sha256 = hashlib.sha256(request.api_key.encode()).digest()
    holder = await api_key_holder(call, secret_sha256)
    expires_at = min(call.now + ACCESS_LIFETIME, moment(holder.expires_at))
    key_id = UUID(holder.api_key_id)
    async with call.resources.database.transaction() as session:
        begun = access.begin_session(session, key_id, UUID(holder.partner_id), key_id, expires_at, call.now)
    await api_key_holder(call, secret_sha256)
    return access_token(call, begun, role=Role.ROLE_PARTNER, scopes=holder.scopes)


async def api_key_holder(call: Call[Resources], secret_sha256: bytes) -> ApiKeyHolder:
    try:
        return await call.resources.partners.check_api_key(CheckApiKeyRequest(secret_sha256=secret_sha256))
    except Problem as refusal:
        if refusal.status != 404:
            raise
        raise SignInRefused("the API key is not known, has expired or was revoked", "api_key") from None


def access_token(
    call: Call[Resources],
    begun: SessionRow,
    *,
    role: Role,
    of_age: Mapping[str, datetime] = MappingProxyType({}),
    scopes: Sequence[Scope] = (),
) -> pb.AccessToken:
    """A signed token; what it says is verified by every service with the published keys. It says ids, and nothing of a
    person: anybody who sees it can read it."""
    claims = {
        "use": "access",
        "iss": call.resources.city,
        "sub": str(begun.subject_id),
        "sid": str(begun.id),
        "role": Role.Name(role),
        "iat": int(call.now.timestamp()),
        "exp": int(begun.expires_at.timestamp()),
    }
    if begun.partner_id is not None:
        claims["pid"] = str(begun.partner_id)
    minors = {one: until for one, until in of_age.items() if call.now < until}
    if minors:
        claims["dep"] = list(minors)
    if soon := {one: int(until.timestamp()) for one, until in minors.items() if until < begun.expires_at}:
        claims["adult"] = soon  # of others it is not said when: it would tell their birthday
    if begun.api_key_id is not None:
        claims |= {"key": str(begun.api_key_id), "scp": list(scopes)}
    return pb.AccessToken(
        access_token=sign(call.resources.keys.signing, claims),
        expires_at=timestamp(begun.expires_at),
        role=role,
        subject_id=str(begun.subject_id),
        partner_id=str(begun.partner_id or ""),
    )


async def changed_password(request: pb.ChangePasswordRequest, call: Call[Resources]) -> tuple[str, str]:
    """The hash of the password in use, once it was given, and that of the new one."""
    subject_id = UUID(call.principal.subject_id)
    await count_try(call, OF_CURRENT_PASSWORD, call.principal.subject_id, Lane.STRANGER)
    async with call.resources.database.transaction() as session:
        account = await store.account_of(session, subject_id)
    about = [account.login, account.name] if account else []
    chosen = domain.new_password(request.new_password, [*about, call.resources.city, "yima"], "new_password")
    passwords = call.resources.passwords
    async with passwords.admitted(call.address, Lane.STRANGER) as lane:
        known_hash = account.password_hash if account else UNKNOWN_HASH
        if not await passwords.matches(known_hash, request.current_password, lane) or account is None:
            raise PasswordWrong("give the password you sign in with now", "current_password")
        return known_hash, await passwords.hash(chosen, lane)


@api.serves_after(changed_password)
async def change_password(request: pb.ChangePasswordRequest, call: Call[Resources]) -> pb.AccessEnd:
    verified_hash, new_hash = call.prepared
    session_id = UUID(call.principal.session_id) if call.principal.session_id else None
    ended = await access.change_password(
        call.session,
        subject_id=UUID(call.principal.subject_id),
        verified_hash=verified_hash,
        new_hash=new_hash,
        session_id=session_id,
    )
    await store.forgive_try(call.session, OF_CURRENT_PASSWORD, domain.hashed(call.principal.subject_id))
    return pb.AccessEnd(sessions=ended)


@api.serves
async def sign_out(request: pb.SignOutRequest, call: Call[Resources]) -> pb.AccessEnd:
    if not call.principal.session_id:
        return pb.AccessEnd()
    return pb.AccessEnd(sessions=await access.sign_out(call.session, UUID(call.principal.session_id)))


@api.serves
async def sign_out_everywhere(request: pb.SignOutEverywhereRequest, call: Call[Resources]) -> pb.AccessEnd:
    return pb.AccessEnd(sessions=await access.end_sessions_of(call.session, UUID(call.principal.subject_id)))


@api.serves
async def end_sessions(request: pb.EndSessionsRequest, call: Call[Resources]) -> pb.AccessEnd:
    reason = texts.reason(request.reason)
    ended = await access.end_sessions_at(call.session, request.login)
    log.info("%s ended %d sessions of an account: %s", call.principal.subject_id, ended, reason)
    return pb.AccessEnd(sessions=ended)


@api.serves_without_transaction
async def list_ended_sessions(request: pb.ListEndedSessionsRequest, call: Call[Resources]) -> pb.EndedSessions:
    return await ended_sessions(call.resources.database, moment(request.since) if request.HasField("since") else None)


async def ended_sessions(database: Database, since: datetime | None) -> pb.EndedSessions:
    """What ended since shortly before a moment, so that what is committed late is in one of the lists."""
    async with database.transaction() as session:
        ended, as_of = await store.ended_sessions(session, since - OVERLAP if since else None)
    return pb.EndedSessions(
        sessions=[pb.EndedSession(session_id=str(one), until=timestamp(until)) for one, until in ended],
        as_of=timestamp(as_of),
    )


async def ensure_account(
    database: Database, passwords: Passwords, login: str, password: str, role: domain.Role, now: datetime
) -> None:
    """The operator's or the regulator's account, made at start; a changed secret changes the password, and whoever was
    signed in with the old one is not any more."""
    async with database.transaction() as session:
        known = await store.account(session, login)
    if known is not None and await passwords.matches(known.password_hash, password, Lane.STRANGER):
        return
    try:
        chosen = domain.new_password(password, [login, role.value], f"YIMA_{role.value.upper()}_PASSWORD")
    except Invalid as refusal:
        raise SettingUnfit(refusal.detail) from None
    new_hash = await passwords.hash(chosen, Lane.STRANGER)
    async with database.transaction() as session:
        if known is None:
            account = AccountRow(
                login=login,
                password_hash=new_hash,
                role=role,
                subject_id=new_id(),
                name=role.value,
                created_at=now,
            )
            with suppress(LoginTaken):  # by another process that starts at the same time
                await store.add_account(session, account)
        else:
            with suppress(PasswordWrong):  # changed by another process that starts at the same time
                await access.change_password(
                    session,
                    subject_id=known.subject_id,
                    verified_hash=known.password_hash,
                    new_hash=new_hash,
                    session_id=None,
                )
