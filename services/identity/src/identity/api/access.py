"""Signing in and out, passwords, API keys, and which sessions have ended."""

import hashlib
import logging
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from chassis import texts
from chassis.api import Call
from chassis.auth import role_named, sign
from chassis.database import Database
from chassis.ids import parse_id
from chassis.problems import Problem
from chassis.refusals import Unauthenticated
from chassis.wire import moment, timestamp
from yima.common.v1.route_pb2 import Role, Scope
from yima.identity.v1 import api_pb2 as pb
from yima.partners.v1.api_pb2 import ApiKeyHolder, CheckApiKeyRequest, GetKeySetRequest

from identity import store
from identity.api.accounts import duty_messages
from identity.api.served import Resources, api
from identity.commands import access, passwords, sessions
from identity.commands.passwords import PasswordChange
from identity.commands.sessions import SignedIn
from identity.domain.access import SignInRefused, access_claims
from identity.domain.clients import TOKEN_LIFE_MAX, ClientRefused, ScopeRefused, client_of, granted, verified
from identity.domain.factors import stale_from
from identity.domain.sessions import RefreshTokenReused
from identity.tables import SessionRow

log = logging.getLogger("identity.access")

NOT_FOUND = 404


@api.serves_without_transaction
async def sign_in(request: pb.SignInRequest, call: Call[Resources]) -> pb.AccessToken:
    signed_in = await passwords.sign_in(
        call.resources.database,
        call.resources.passwords,
        login=request.login,
        password=request.password,
        code=request.code,
        address=call.address,
        city=call.resources.pack,
        factor_roles=call.resources.factor_roles,
        sealer=call.resources.sealer,
        access_life=call.resources.access_life,
        now=call.now,
    )
    return tokens(call, signed_in)


@api.serves_without_transaction
async def refresh_access(request: pb.RefreshAccessRequest, call: Call[Resources]) -> pb.AccessToken:
    async with call.resources.database.transaction() as session:
        refreshed = await sessions.refresh(
            session,
            refresh_token=request.refresh_token,
            city=call.resources.pack,
            access_life=call.resources.access_life,
            now=call.now,
        )
    if isinstance(refreshed, RefreshTokenReused):
        log.warning("a refresh token was used twice; its session was ended")
        raise refreshed  # only now, when the session's end is committed
    return tokens(call, refreshed)


def session_of(call: Call[Resources]) -> UUID:
    """The caller's session. Raises `Unauthenticated` where the token is of none."""
    if not call.principal.session_id:
        raise Unauthenticated("sign in again")
    return UUID(call.principal.session_id)


def tokens(call: Call[Resources], signed_in: SignedIn) -> pb.AccessToken:
    """The access token of a person's session, and the refresh token that continues it."""
    role = role_named(f"ROLE_{signed_in.role.upper()}")
    claims = access_claims(
        city=call.resources.city,
        role=Role.Name(role),
        session_id=signed_in.session.id,
        subject_id=signed_in.session.subject_id,
        partner_id=signed_in.session.partner_id,
        duties=duty_messages(signed_in.duties),
        acting=signed_in.acting,
        factors=signed_in.session.factors,
        proven=signed_in.proven,
        stale_from=stale_from(
            signed_in.session.began_at,
            signed_in.session.factor_at,
            call.resources.step_up_life,
            needed=signed_in.role in call.resources.factor_roles,
        ),
        now=call.now,
        expires_at=signed_in.expires_at,
    )
    token = access_token(call, signed_in.session, role, claims, signed_in.expires_at)
    refreshed_by = pb.AccessToken(
        refresh_token=signed_in.refresh_token,
        refresh_until=timestamp(signed_in.refresh_until),
        recovery_codes=signed_in.recovery_codes,
    )
    token.MergeFrom(refreshed_by)
    return token


@api.serves_without_transaction
async def exchange_api_key(request: pb.ExchangeApiKeyRequest, call: Call[Resources]) -> pb.AccessToken:
    """Partners knows its keys, and is asked each time: a fresh key is good at once, and one that was ended is not.
    It is asked once more when whoever ends sessions can see this one, so that none begins while its key is ended."""
    secret_sha256 = hashlib.sha256(request.api_key.encode()).digest()
    holder = await api_key_holder(call, secret_sha256)
    key_id, partner_id = UUID(holder.api_key_id), UUID(holder.partner_id)
    expires_at = min(call.now + call.resources.access_life, moment(holder.expires_at))
    async with call.resources.database.transaction() as session:
        row = access.begin_session(session, key_id, partner_id, key_id, expires_at, call.now)
    await api_key_holder(call, secret_sha256)
    claims = access_claims(
        city=call.resources.city,
        role=Role.Name(Role.ROLE_PARTNER),
        session_id=row.id,
        subject_id=key_id,
        partner_id=partner_id,
        api_key_id=key_id,
        scopes=holder.scopes,
        now=call.now,
        expires_at=expires_at,
    )
    return access_token(call, row, Role.ROLE_PARTNER, claims, expires_at)


@api.serves_without_transaction
async def exchange_client_assertion(
    request: pb.ExchangeClientAssertionRequest, call: Call[Resources]
) -> pb.AccessToken:
    """What a system has signed is held against the public keys that its partner registered, and used up with the
    session that it begins. Partners is asked as for API keys."""
    audience = call.resources.token_url
    if not audience:
        raise ClientRefused("this city has no token endpoint (YIMA_TOKEN_URL)")
    scope = granted(request.scope)
    client_id = client_of(request.client_assertion)
    key_set = await key_set_of(call, client_id)
    ahead = call.resources.clock_ahead
    signed = verified(request.client_assertion, key_set, client_id=client_id, audience=audience, now=call.now - ahead)
    assertion = replace(signed, expires_at=signed.expires_at + ahead)
    holder = await holder_proven(call, client_id)
    if Scope.SCOPE_RECORDS not in holder.scopes:
        raise ScopeRefused("its API key has not the scope RECORDS; make one that has", "scope")
    expires_at = min(call.now + min(call.resources.access_life, TOKEN_LIFE_MAX), moment(holder.expires_at))
    partner_id = UUID(holder.partner_id)
    async with call.resources.database.transaction() as session:
        if not await store.access.use_assertion(session, assertion):
            raise ClientRefused("it was used before; sign another for each request", "client_assertion")
        row = access.begin_session(session, client_id, partner_id, client_id, expires_at, call.now)
    await holder_proven(call, client_id)
    claims = access_claims(
        city=call.resources.city,
        role=Role.Name(Role.ROLE_PARTNER),
        session_id=row.id,
        subject_id=client_id,
        partner_id=partner_id,
        api_key_id=client_id,
        scopes=[Scope.SCOPE_RECORDS],
        fhir_scope=scope,
        now=call.now,
        expires_at=expires_at,
    )
    token = access_token(call, row, Role.ROLE_PARTNER, claims, expires_at)
    token.scope = scope
    return token


async def key_set_of(call: Call[Resources], client_id: UUID) -> dict[str, Any]:
    """The public keys that a system's partner has registered for it."""
    try:
        key_set = await call.resources.partners.get_key_set(GetKeySetRequest(api_key_id=str(client_id)))
    except Problem as refusal:
        if refusal.status != NOT_FOUND:
            raise
        raise ClientRefused("no API key of this id has public keys and is good now", "client_assertion") from None
    return dict(orjson.loads(key_set.key_set))


async def holder_proven(call: Call[Resources], client_id: UUID) -> ApiKeyHolder:
    """Whose the API key is of a system that has proven to have its private key, if it is good."""
    try:
        return await call.resources.partners.check_api_key(CheckApiKeyRequest(api_key_id=str(client_id)))
    except Problem as refusal:
        if refusal.status != NOT_FOUND:
            raise
        raise ClientRefused("its API key is good no longer", "client_assertion") from None


async def api_key_holder(call: Call[Resources], secret_sha256: bytes) -> ApiKeyHolder:
    try:
        return await call.resources.partners.check_api_key(CheckApiKeyRequest(secret_sha256=secret_sha256))
    except Problem as refusal:
        if refusal.status != NOT_FOUND:
            raise
        raise SignInRefused("the API key is not known, has expired or was revoked", "api_key") from None


def access_token(
    call: Call[Resources], row: SessionRow, role: Role, claims: dict[str, object], expires_at: datetime
) -> pb.AccessToken:
    """The session's token, signed: every service verifies it with the published keys."""
    return pb.AccessToken(
        access_token=sign(call.resources.keys.signing, claims),
        expires_at=timestamp(expires_at),
        role=role,
        subject_id=str(row.subject_id),
        partner_id=str(row.partner_id or ""),
    )


async def hash_for_change(request: pb.ChangePasswordRequest, call: Call[Resources]) -> PasswordChange:
    return await passwords.hash_for_change(
        call.resources.database,
        call.resources.passwords,
        subject_id=UUID(call.principal.subject_id),
        current=request.current_password,
        new=request.new_password,
        address=call.address,
        city=call.resources.city,
    )


@api.serves_after(hash_for_change)
async def change_password(request: pb.ChangePasswordRequest, call: Call[Resources]) -> pb.AccessEnd:
    change: PasswordChange = call.prepared
    ended = await access.change_password(
        call.session,
        subject_id=UUID(call.principal.subject_id),
        verified_hash=change.verified_hash,
        new_hash=change.new_hash,
        session_id=UUID(call.principal.session_id) if call.principal.session_id else None,
    )
    return pb.AccessEnd(sessions=ended)


@api.serves
async def sign_out(request: pb.SignOutRequest, call: Call[Resources]) -> pb.AccessEnd:
    if not call.principal.session_id:
        return pb.AccessEnd()
    return pb.AccessEnd(sessions=await access.sign_out(call.session, UUID(call.principal.session_id)))


@api.serves
async def sign_out_everywhere(request: pb.SignOutEverywhereRequest, call: Call[Resources]) -> pb.AccessEnd:
    return pb.AccessEnd(sessions=await access.end_sessions_of(call.session, UUID(call.principal.subject_id)))


@api.serves_without_transaction
async def list_sessions(request: pb.ListSessionsRequest, call: Call[Resources]) -> pb.Sessions:
    async with call.resources.database.transaction() as session:
        rows = await store.access.sessions_of(session, UUID(call.principal.subject_id))
    return pb.Sessions(
        sessions=[
            pb.Session(
                id=str(row.id),
                began_at=timestamp(row.began_at),
                lasts_until=timestamp(row.lasts_until or row.expires_at),
                factors=row.factors,
                current=str(row.id) == call.principal.session_id,
            )
            for row in rows
        ]
    )


@api.serves
async def end_session(request: pb.EndSessionRequest, call: Call[Resources]) -> pb.AccessEnd:
    session_id = parse_id(request.session_id, "session_id")
    return pb.AccessEnd(sessions=await access.end_own(call.session, UUID(call.principal.subject_id), session_id))


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
    async with database.transaction() as session:
        ended, as_of = await store.access.ended_sessions(session, since)
    return pb.EndedSessions(
        sessions=[pb.EndedSession(session_id=str(row.id), until=timestamp(row.expires_at)) for row in ended],
        as_of=timestamp(as_of),
    )
