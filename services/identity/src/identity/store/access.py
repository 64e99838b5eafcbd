"""Sessions, what may not be tried without end, and the addresses accounts are used from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from chassis.pruning import PRUNE_MAX, piece, prune
from sqlalchemy import func, or_, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.access import KNOWN_ADDRESS_LIFE, TryLimit, hashed
from identity.domain.clients import Assertion
from identity.tables import KnownAddressRow, SessionRow

SESSIONS_SHOWN = 100
COMMITTED_WITHIN = timedelta(seconds=90)  # a session's end is committed no later than this after its moment


async def end_sessions(
    session: AsyncSession,
    *,
    ids: Sequence[UUID] | None = None,
    subject_id: UUID | None = None,
    but: UUID | None = None,
    api_keys: Sequence[UUID] | None = None,
    systems_of: Sequence[UUID] | None = None,
) -> Sequence[SessionRow]:
    """End the sessions that are of these ids, this subject, these API keys, or any API key of these partners. Their
    refresh tokens continue them no longer."""
    statement = update(SessionRow).values(ended_at=func.now())
    statement = statement.where(
        col(SessionRow.ended_at).is_(None),
        or_(col(SessionRow.expires_at) > func.now(), col(SessionRow.lasts_until) > func.now()),
    )
    if ids is not None:
        statement = statement.where(col(SessionRow.id).in_(ids))
    if subject_id is not None:
        statement = statement.where(col(SessionRow.subject_id) == subject_id)
    if but is not None:
        statement = statement.where(col(SessionRow.id) != but)
    if api_keys is not None:
        statement = statement.where(col(SessionRow.api_key_id).in_(api_keys))
    if systems_of is not None:
        statement = statement.where(col(SessionRow.partner_id).in_(systems_of), col(SessionRow.api_key_id).is_not(None))
    return (await session.scalars(statement.returning(SessionRow))).all()


async def sessions_of(session: AsyncSession, subject_id: UUID) -> Sequence[SessionRow]:
    """Where a person is signed in now, the last begun first: at most 100."""
    query = select(SessionRow).where(
        SessionRow.subject_id == subject_id,
        col(SessionRow.api_key_id).is_(None),
        col(SessionRow.ended_at).is_(None),
        or_(col(SessionRow.expires_at) > func.now(), col(SessionRow.lasts_until) > func.now()),
    )
    return (await session.scalars(query.order_by(col(SessionRow.began_at).desc()).limit(SESSIONS_SHOWN))).all()


@dataclass(frozen=True, slots=True)
class EndedSession:
    id: UUID
    expires_at: datetime  # when its tokens are over


async def ended_sessions(session: AsyncSession, since: datetime | None) -> tuple[Sequence[EndedSession], datetime]:
    """The sessions that ended since a moment, whose tokens are not over; and the moment to ask from next time. Those
    that ended shortly before `since` are listed again, so that what is committed late is in one of the lists."""
    as_of: datetime = (await session.execute(select(func.now()))).scalar_one()
    query = select(col(SessionRow.id), col(SessionRow.expires_at)).where(
        col(SessionRow.ended_at).is_not(None), col(SessionRow.expires_at) > func.now()
    )
    if since is not None:
        query = query.where(col(SessionRow.ended_at) >= since - COMMITTED_WITHIN)
    rows = await session.execute(query)
    return [EndedSession(row.id, row.expires_at) for row in rows], as_of


async def live_api_keys(session: AsyncSession) -> Sequence[UUID]:
    """The API keys that have a session now."""
    query = select(SessionRow.api_key_id).distinct()
    query = query.where(
        col(SessionRow.api_key_id).is_not(None),
        col(SessionRow.ended_at).is_(None),
        col(SessionRow.expires_at) > func.now(),
    )
    return [key for key in await session.scalars(query) if key is not None]


WAITED = """
    counted.last_at + make_interval(secs => CASE
        WHEN counted.tries < :free THEN 0
        ELSE least(:wait_max, power(2, least(counted.tries - :free, 20)))
    END)
"""
FORGIVEN = "greatest(0, counted.tries - extract(epoch FROM clock_timestamp() - counted.last_at) / :forgiven)"
# The row's lock makes tries at once count one after another, and the clock is the database's alone.
TRY = text(
    f"""
    INSERT INTO try_count AS counted (kind, about, tries, last_at) VALUES (:kind, :about, 1, clock_timestamp())
    ON CONFLICT (kind, about) DO UPDATE SET tries = {FORGIVEN} + 1, last_at = clock_timestamp()
    WHERE CASE WHEN :wait_max = 0 THEN {FORGIVEN} <= :free - 1 ELSE clock_timestamp() >= {WAITED} END
    RETURNING true
    """  # noqa: S608 words of ours
)
WAIT = text(
    f"""
    SELECT ceil(CASE
        WHEN :wait_max = 0 THEN ({FORGIVEN} - :free + 1) * :forgiven
        ELSE extract(epoch FROM {WAITED} - clock_timestamp())
    END) FROM try_count AS counted WHERE kind = :kind AND about = :about
    """  # noqa: S608 words of ours
)
FORGIVE = text("UPDATE try_count SET tries = greatest(0, tries - 1) WHERE kind = :kind AND about = :about")
# Tokens go before their sessions: what is left of these takes none with it. Each is a piece of what is over.
SWEEPS = (
    piece("refresh_token", "expires_at < now()"),
    piece("access_session", "lasts_until < now() - interval '1 day'"),
    piece("access_session", "expires_at < now() - interval '1 day' AND lasts_until IS NULL"),
    piece("app_grant", "until < now() - interval '1 day'"),
    piece("client_assertion", "expires_at < now() - interval '1 hour'"),
    # Registrations that nobody confirmed, whole: of whoever was behind them nothing is kept.
    """
    WITH forgotten AS (
        DELETE FROM account WHERE subject_id IN (
            SELECT subject_id FROM account WHERE awaits_code AND created_at < now() - interval '1 day' LIMIT :most
        ) AND awaits_code RETURNING subject_id
    ), addresses AS (
        DELETE FROM known_address WHERE subject_id IN (SELECT subject_id FROM forgotten)
    ) SELECT count(*) FROM forgotten
    """,
    piece(
        "resident",
        "awaits_code AND registered_at < now() - interval '1 day' "
        "AND NOT EXISTS (SELECT FROM account WHERE account.subject_id = resident.id)",
    ),
    piece(
        "institution",
        "awaits_code AND registered_at < now() - interval '1 day' "
        "AND NOT EXISTS (SELECT FROM account WHERE account.institution_id = institution.id)",
    ),
    piece("contact_code", "expires_at < now() - interval '1 day'"),
    piece("foreign_scan", "received_at < now() - interval '400 days'"),
    piece("passkey_ceremony", "expires_at < now()"),
    piece("provider_sign_in", "expires_at < now()"),
    piece("message", "created_at < now() - interval '7 days'"),
    piece("try_count", "last_at < now() - interval '1 day'"),
    piece("city_request", "expires_at < now() - interval '1 hour'"),
    piece("known_address", "last_at < now() - CAST(:life AS interval)"),
)


async def count_try(session: AsyncSession, limit: TryLimit, about: bytes) -> int:
    """Count a try. Returns 0 where it may be made, else the seconds to wait, and it is not counted."""
    values = {"kind": limit.kind, "about": about, "free": float(limit.free)}
    values |= {"forgiven": float(limit.forgiven_seconds), "wait_max": float(limit.wait_max_seconds)}
    if await session.scalar(TRY, values):
        return 0
    return max(1, int(await session.scalar(WAIT, values) or 1))


async def forgive_try(session: AsyncSession, limit: TryLimit, about: bytes) -> None:
    """A try that succeeded does not count."""
    await session.execute(FORGIVE, {"kind": limit.kind, "about": about})


async def known_address(session: AsyncSession, subject_id: UUID, address_sha256: bytes) -> KnownAddressRow | None:
    return await session.get(KnownAddressRow, (subject_id, address_sha256))


async def addresses_signed_in_from(session: AsyncSession, most: int) -> Sequence[bytes]:
    """The addresses, hashed, that accounts were last signed in from."""
    query = select(KnownAddressRow.address_sha256).where(col(KnownAddressRow.signed_in))
    return (await session.scalars(query.order_by(col(KnownAddressRow.last_at).desc()).limit(most))).all()


async def put_known_address(
    session: AsyncSession, subject_id: UUID, network: str, now: datetime, *, signed_in: bool = False
) -> None:
    """An account is used from an address, where one is known: registered, or signed in to."""
    if not network:
        return
    values = {"subject_id": subject_id, "address_sha256": hashed(network), "last_at": now, "signed_in": signed_in}
    added = upsert(KnownAddressRow).values(values)
    await session.execute(
        added.on_conflict_do_update(
            index_elements=["subject_id", "address_sha256"],
            set_={
                "last_at": added.excluded.last_at,
                "signed_in": col(KnownAddressRow.signed_in) | added.excluded.signed_in,
            },
        )
    )


USE_ASSERTION = text(
    """
    INSERT INTO client_assertion (api_key_id, jti_sha256, expires_at) VALUES (:api_key_id, :jti_sha256, :expires_at)
    ON CONFLICT DO NOTHING RETURNING true
    """
)


async def use_assertion(session: AsyncSession, assertion: Assertion) -> bool:
    """Use what a system has signed. False where it was used before."""
    parameters = {
        "api_key_id": assertion.api_key_id,
        "jti_sha256": assertion.jti_sha256,
        "expires_at": assertion.expires_at,
    }
    return (await session.execute(USE_ASSERTION, parameters)).first() is not None


async def sweep(session: AsyncSession, most: int = PRUNE_MAX) -> bool:
    """Delete sessions, counts and addresses that are long over, `most` of a kind. True where there may be more."""
    for statement in SWEEPS:
        values = {"life": KNOWN_ADDRESS_LIFE} if ":life" in statement else {}
        if await prune(session, statement, most, **values):
            return True
    return False
