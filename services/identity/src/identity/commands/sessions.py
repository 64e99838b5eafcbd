"""Sessions of people: they begin with a sign-in, and each refresh token continues one once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from city_pack.pack import City
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.commands.access import announce_end, begin_session
from identity.commands.contacts import notify
from identity.commands.factors import Shown
from identity.domain.access import Dependant
from identity.domain.accounts import CONFIRMED_ROLES, check_admission
from identity.domain.contacts import MessageKind
from identity.domain.guardianships import Act, Ward, acting_until
from identity.domain.people import Role
from identity.domain.sessions import (
    LIVES,
    LOST_ANSWER_WINDOW,
    RefreshRefused,
    RefreshTokenReused,
    new_refresh_token,
    refresh_token_sha256,
)
from identity.tables import AccountRow, RefreshTokenRow, SessionRow


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody's session as it is now, with what its next access token says and its next refresh token."""

    session: SessionRow
    role: Role
    acting: Sequence[Dependant]  # for whom the subject acts
    proven: Sequence[UUID]  # who of the subject and the dependants is proven to be who they say
    expires_at: datetime  # of the access token
    duties: Sequence[str]  # that are in effect
    refresh_token: str = ""  # of a step-up there is none: the session's newest goes on
    refresh_until: datetime | None = None
    recovery_codes: Sequence[str] = ()  # of a second factor that was confirmed just now


async def begin(
    session: AsyncSession, *, account: AccountRow, shown: Shown, city: City, access_life: timedelta, now: datetime
) -> SignedIn:
    """Begin a session of whoever has shown that the account is theirs, unless it is suspended, a regulator has frozen
    it, or it waits for another person's word."""
    check_admission(*await store.accounts.admission(session, account.login))
    await store.freezes.check_account(session, account.subject_id)
    lasts_until = now + LIVES[Role(account.role)].most
    subject_id, partner_id = account.subject_id, account.institution_id
    factor_at = now if shown.second else None
    row = begin_session(
        session, subject_id, partner_id, None, now + access_life, now, lasts_until, shown.factors, factor_at
    )
    begun = await _signed_in(session, row, account, city=city, access_life=access_life, now=now)
    return replace(begun, recovery_codes=shown.recovery_codes)


async def refresh(
    session: AsyncSession, *, refresh_token: str, city: City, access_life: timedelta, now: datetime
) -> SignedIn | RefreshTokenReused:
    """Continue the session that a refresh token is of. Raises `RefreshRefused`.

    A token that was used before ends its session: one of those who have it should not. The refusal is returned, so that
    the caller commits the end. Whoever may not have got the answer is answered again, by another token in the place of
    the unused one.
    """
    sha256 = refresh_token_sha256(refresh_token)
    refreshed = await store.sessions.refreshed_session(session, sha256)
    if refreshed is None:
        raise RefreshRefused("nobody was given it, or it is long over; sign in again", "refresh_token")
    row, token = refreshed
    account = await store.accounts.account_of_subject(session, row.subject_id)
    if row.ended_at is not None or account is None:
        raise RefreshRefused("the session was ended; sign in again", "refresh_token")
    if await was_used(session, token, now):
        announce_end(session, await store.access.end_sessions(session, ids=[row.id]))
        await notify(session, account, MessageKind.SESSION_REUSED, now)
        return RefreshTokenReused(
            "one who has it should not; sign in again, and choose another password if it was not you",
            "refresh_token",
        )
    if row.lasts_until is None or row.lasts_until <= now:
        raise RefreshRefused("the session has lasted as long as it may; sign in again", "refresh_token")
    await store.freezes.check_account(session, row.subject_id)
    await store.sessions.use_refresh_token(session, sha256, now)
    await store.sessions.replace_unused(session, row.id, now)
    return await _signed_in(session, row, account, city=city, access_life=access_life, now=now, follows=sha256)


async def was_used(session: AsyncSession, token: RefreshTokenRow, now: datetime) -> bool:
    """Was this token used before, by one who should not have it? Raises `RefreshRefused` where it is over."""
    if token.used_at is None and token.replaced_at is None:
        if token.expires_at <= now:
            raise RefreshRefused("it was not used for too long; sign in again", "refresh_token")
        return False
    lost = token.used_at is not None and now - token.used_at <= LOST_ANSWER_WINDOW
    return not lost or not await store.sessions.follower_unused(session, token.sha256)


async def stepped_up(
    session: AsyncSession, row: SessionRow, account: AccountRow, *, city: City, access_life: timedelta, now: datetime
) -> SignedIn:
    """What an access token says of a session whose person has used a factor just now; its refresh token goes on."""
    await store.freezes.check_account(session, account.subject_id)
    return await _as_it_is(session, row, account, city=city, access_life=access_life, now=now)


async def _signed_in(
    session: AsyncSession,
    row: SessionRow,
    account: AccountRow,
    *,
    city: City,
    access_life: timedelta,
    now: datetime,
    follows: bytes | None = None,
) -> SignedIn:
    """The session's next tokens."""
    signed_in = await _as_it_is(session, row, account, city=city, access_life=access_life, now=now)
    lasts_until = row.lasts_until or now
    refresh_token, refresh_until = new_refresh_token(), min(now + LIVES[signed_in.role].idle, lasts_until)
    await store.sessions.add_refresh_token(
        session,
        RefreshTokenRow(
            sha256=refresh_token_sha256(refresh_token), session_id=row.id, follows=follows, expires_at=refresh_until
        ),
    )
    return replace(signed_in, refresh_token=refresh_token, refresh_until=refresh_until)


async def _as_it_is(
    session: AsyncSession, row: SessionRow, account: AccountRow, *, city: City, access_life: timedelta, now: datetime
) -> SignedIn:
    """What the session's next access token says: of the account as it is now."""
    role = Role(account.role)
    expires_at = min(now + access_life, row.lasts_until or now)
    row.expires_at = max(row.expires_at, expires_at)
    acting = await _acting(session, row.subject_id, city, now) if role == Role.RESIDENT else ()
    proven = await _proven(session, role, row.subject_id, [dependant.id for dependant in acting])
    waits = role in CONFIRMED_ROLES and not proven
    return SignedIn(row, role, acting, proven, expires_at, () if waits else account.duties)


async def _acting(session: AsyncSession, subject_id: UUID, city: City, now: datetime) -> Sequence[Dependant]:
    """For whom a resident acts now."""
    acted_for = await store.guardianships.acted_for(session, subject_id, city.adults_born_until(now), now)
    return [
        Dependant(
            each.dependant.id,
            Ward(each.guardianship.ward),
            frozenset(Act(act) for act in each.guardianship.acts),
            acting_until(Ward(each.guardianship.ward), each.guardianship.until, each.dependant.birth_date, city),
        )
        for each in acted_for
    ]


async def _proven(session: AsyncSession, role: Role, subject_id: UUID, dependant_ids: Sequence[UUID]) -> Sequence[UUID]:
    """Who of these is proven: residents, operators and regulators by their identity number, practitioners by their
    licence."""
    if role in CONFIRMED_ROLES:
        return list(await store.holders.proven_at(session, [subject_id]))
    if role == Role.RESIDENT:
        return list(await store.proofs.proven_at(session, [subject_id, *dependant_ids]))
    if role == Role.PRACTITIONER and await store.licences.is_checked(session, subject_id):
        return [subject_id]
    return []
