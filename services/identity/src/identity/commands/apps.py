"""What a resident lets an app see: the code, the session that it is exchanged for, and its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.ids import new_id
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.commands import sessions
from identity.commands.access import announce_end, begin_session
from identity.domain import apps
from identity.domain.apps import AppCodeRefused, Asked
from identity.domain.sessions import RefreshRefused, RefreshTokenReused, new_refresh_token, refresh_token_sha256
from identity.tables import AppGrantRow, RefreshTokenRow, SessionRow

REUSED = "one who has it should not: the resident is asked again"


@dataclass(frozen=True, slots=True)
class AppAccess:
    """What an app's next access token says, and the refresh token that continues it; empty where it does not go on."""

    session: SessionRow
    grant: AppGrantRow
    scope: str
    expires_at: datetime
    refresh_token: str = ""


def add_grant(
    session: AsyncSession,
    *,
    asked: Asked,
    client_id: UUID,
    partner_id: UUID,
    resident_id: UUID,
    by: UUID,
    consent_id: UUID,
    scope: str,
    until: datetime,
    now: datetime,
) -> str:
    """Keep what a resident lets an app see. Returns the code, which is kept nowhere."""
    code = apps.new_code()
    session.add(
        AppGrantRow(
            id=new_id(),
            code_sha256=apps.sha256(code),
            client_id=client_id,
            partner_id=partner_id,
            resident_id=resident_id,
            granted_by=by,
            consent_id=consent_id,
            scope=scope,
            goes_on=asked.goes_on,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            granted_at=now,
            code_until=now + apps.CODE_LIFE,
            until=until,
        )
    )
    return code


async def exchange_code(
    session: AsyncSession,
    *,
    code: str,
    client_id: UUID,
    redirect_uri: str,
    verifier: str,
    access_life: timedelta,
    now: datetime,
) -> AppAccess | AppCodeRefused:
    """Begin the session that a code is for. One that was used before ends the session it began (RFC 6749, 4.1.2): that
    refusal is returned, so that the caller commits the end. Raises `AppCodeRefused`."""
    grant = await store.apps.grant_of_code(session, apps.sha256(code))
    if grant is None or grant.client_id != client_id or grant.redirect_uri != redirect_uri:
        raise AppCodeRefused("it is not this app's, or was for another redirect_uri", "code")
    if not apps.proves(verifier, grant.challenge):
        raise AppCodeRefused("code_verifier is not what the challenge was made of", "code_verifier")
    if grant.used_at is not None:
        if grant.session_id is not None:
            announce_end(session, await store.access.end_sessions(session, ids=[grant.session_id]))
        return AppCodeRefused(f"it was used before; {REUSED}", "code")
    if grant.code_until <= now or grant.until <= now or grant.ended_at is not None:
        raise AppCodeRefused("it is over, or the resident took it back; ask them again", "code")
    expires_at = min(now + access_life, grant.until)
    lasts_until = grant.until if grant.goes_on else None
    row = begin_session(session, client_id, grant.partner_id, client_id, expires_at, now, lasts_until)
    await session.flush()
    grant.used_at, grant.session_id = now, row.id
    return await continued(session, row, grant, grant.scope, expires_at)


async def refresh(
    session: AsyncSession, *, refresh_token: str, client_id: UUID, scope: str, access_life: timedelta, now: datetime
) -> AppAccess | RefreshTokenReused:
    """Continue an app's session, as `sessions.refresh` does a person's. Raises `RefreshRefused`."""
    token_sha256 = refresh_token_sha256(refresh_token)
    known = await store.sessions.refreshed_session(session, token_sha256)
    grant = await store.apps.grant_of_session(session, known[0].id) if known is not None else None
    if known is None or grant is None or grant.client_id != client_id:
        raise RefreshRefused("this app was not given it, or it is long over; ask the resident again", "refresh_token")
    row, token = known
    if row.ended_at is not None or grant.ended_at is not None or grant.until <= now:
        raise RefreshRefused("what the resident let it see is over; ask them again", "refresh_token")
    if await sessions.was_used(session, token, now):
        announce_end(session, await store.access.end_sessions(session, ids=[row.id]))
        return RefreshTokenReused(REUSED, "refresh_token")
    fewer = apps.narrowed(grant.scope, scope)
    await store.sessions.use_refresh_token(session, token_sha256, now)
    await store.sessions.replace_unused(session, row.id, now)
    expires_at = min(now + access_life, grant.until)
    row.expires_at = max(row.expires_at, expires_at)
    return await continued(session, row, grant, fewer, expires_at, token_sha256)


async def continued(
    session: AsyncSession,
    row: SessionRow,
    grant: AppGrantRow,
    scope: str,
    expires_at: datetime,
    follows: bytes | None = None,
) -> AppAccess:
    """The session's next tokens."""
    if not grant.goes_on:
        return AppAccess(row, grant, scope, expires_at)
    refresh_token = new_refresh_token()
    await store.sessions.add_refresh_token(
        session,
        RefreshTokenRow(
            sha256=refresh_token_sha256(refresh_token), session_id=row.id, follows=follows, expires_at=grant.until
        ),
    )
    return AppAccess(row, grant, scope, expires_at, refresh_token)


async def end_of_consents(session: AsyncSession, consent_ids: Sequence[UUID]) -> None:
    """What residents took back ends the sessions of the apps that saw it. Decisions deny it before."""
    if ended := await store.apps.end_of_consents(session, consent_ids):
        announce_end(session, await store.access.end_sessions(session, ids=ended))
