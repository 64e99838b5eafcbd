"""Every SQL statement of identity."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast
from uuid import UUID

from chassis import texts
from chassis.refusals import NotFound
from sqlalchemy import CursorResult, delete, func, insert, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.access import KNOWN_ADDRESS_LIFE, TryLimit, hashed
from identity.domain.people import DEPENDANTS_MAX, LicenceTaken, LoginTaken, TooManyDependants
from identity.tables import (
    AccountRow,
    GuardianRow,
    InstitutionRow,
    KnownAddressRow,
    PractitionerRow,
    ResidentRow,
    ScanRow,
    SessionRow,
)

COMMITTED_WITHIN = timedelta(seconds=90)  # a session's end is committed no later than this after its moment


async def add_account(session: AsyncSession, account: AccountRow) -> None:
    """Add a login, unless somebody has it, or one that looks the same."""
    values = account.model_dump() | {"look_alike": texts.look_alike(account.login)}
    added = await session.execute(
        upsert(AccountRow).values(values).on_conflict_do_nothing().returning(col(AccountRow.login))
    )
    if added.first() is None:
        raise LoginTaken("choose another, or sign in", "login")


async def institutions(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[InstitutionRow]:
    """Those institutions of these ids that there are."""
    return (await session.scalars(select(InstitutionRow).where(col(InstitutionRow.id).in_(ids)))).all()


async def account(session: AsyncSession, login: str) -> AccountRow | None:
    return await session.get(AccountRow, login)


async def account_of(session: AsyncSession, subject_id: UUID) -> AccountRow | None:
    """Somebody's own account, locked."""
    return (
        await session.scalars(select(AccountRow).where(AccountRow.subject_id == subject_id).with_for_update())
    ).one_or_none()


async def delete_account_of(session: AsyncSession, subject_id: UUID) -> None:
    """Delete somebody's login: a sign-in with it is answered like one with a login that nobody has."""
    await session.execute(delete(AccountRow).where(col(AccountRow.subject_id) == subject_id))


async def account_unchanged(session: AsyncSession, login: str, password_hash: str) -> bool:
    """Has the account still this password? It cannot be changed, nor its sessions be ended, before we commit."""
    current_hash = await session.scalar(
        select(AccountRow.password_hash).where(AccountRow.login == login).with_for_update(read=True)
    )
    return current_hash == password_hash


async def add_guardian(session: AsyncSession, guardian_id: UUID, dependant_id: UUID, now: datetime) -> None:
    """Make a resident another's guardian."""
    await session.execute(select(ResidentRow.id).where(ResidentRow.id == guardian_id).with_for_update())
    if len(await in_guardianship(session, guardian_id)) >= DEPENDANTS_MAX:
        raise TooManyDependants(f"at most {DEPENDANTS_MAX}")
    await session.execute(insert(GuardianRow).values(guardian_id=guardian_id, dependant_id=dependant_id, since=now))


async def guardianship_for_update(session: AsyncSession, guardian_id: UUID, dependant_id: UUID) -> GuardianRow:
    """A guardianship that has not been ended, locked."""
    guardianship = await session.get(GuardianRow, (guardian_id, dependant_id), with_for_update=True)
    if guardianship is None or guardianship.ended_at is not None:
        raise NotFound("there is no such guardianship", "resident_id")
    return guardianship


async def guardianships_of_born_until(
    session: AsyncSession, day: date, most: int
) -> Sequence[tuple[GuardianRow, date]]:
    """Guardianships that have not ended, of dependants born by a day, with their birth dates; locked. What another
    process has locked is left to it."""
    rows = await session.execute(
        select(GuardianRow, col(ResidentRow.birth_date))
        .join(ResidentRow, col(GuardianRow.dependant_id) == col(ResidentRow.id))
        .where(col(GuardianRow.ended_at).is_(None), col(ResidentRow.birth_date) <= day)
        .limit(most)
        .with_for_update(of=GuardianRow, skip_locked=True)
    )
    return [(guardianship, birth_date) for guardianship, birth_date in rows]


async def in_guardianship(
    session: AsyncSession, guardian_id: UUID, born_after: date | None = None
) -> Sequence[ResidentRow]:
    """Whom somebody was made guardian of, until it was ended; all of them, or those who were born after a day: minors
    were born after `City.adults_born_until`."""
    query = select(ResidentRow).join(GuardianRow, col(GuardianRow.dependant_id) == col(ResidentRow.id))
    query = query.where(GuardianRow.guardian_id == guardian_id, col(GuardianRow.ended_at).is_(None))
    if born_after is not None:
        query = query.where(col(ResidentRow.birth_date) > born_after)
    return (await session.scalars(query.order_by(col(ResidentRow.id)))).all()


async def guardian_names(session: AsyncSession, dependant_id: UUID) -> Sequence[str]:
    """Who was made guardian of somebody, until it was ended, by name. The dependant may be of age by now."""
    names = await session.scalars(
        select(ResidentRow.name)
        .join(GuardianRow, col(GuardianRow.guardian_id) == col(ResidentRow.id))
        .where(GuardianRow.dependant_id == dependant_id, col(GuardianRow.ended_at).is_(None))
        .order_by(col(GuardianRow.since))
    )
    return names.all()


async def resident(session: AsyncSession, resident_id: UUID) -> ResidentRow | None:
    return await session.get(ResidentRow, resident_id)


async def practitioner(session: AsyncSession, practitioner_id: UUID) -> PractitionerRow | None:
    return await session.get(PractitionerRow, practitioner_id)


async def practitioner_for_update(session: AsyncSession, practitioner_id: UUID) -> PractitionerRow | None:
    """A practitioner, who may have left, locked."""
    return await session.get(PractitionerRow, practitioner_id, with_for_update=True)


async def is_registered(session: AsyncSession, practitioner_id: UUID) -> bool:
    """Is the practitioner's registration in force? It does not end before we commit."""
    registered = await session.scalar(
        select(PractitionerRow.id)
        .where(PractitionerRow.id == practitioner_id, col(PractitionerRow.ended_at).is_(None))
        .with_for_update(read=True)
    )
    return registered is not None


async def institution(session: AsyncSession, institution_id: UUID) -> InstitutionRow | None:
    return await session.get(InstitutionRow, institution_id)


async def add_practitioner(session: AsyncSession, practitioner: PractitionerRow) -> None:
    """Add a practitioner, unless the institution has one with this licence already, or one that looks like it."""
    added = await session.execute(
        upsert(PractitionerRow)
        .values(practitioner.model_dump())
        .on_conflict_do_nothing()  # by either of its keys
        .returning(col(PractitionerRow.id))
    )
    if added.first() is None:
        raise LicenceTaken("look at who has it, or correct the number", "licence_number")


async def resident_of_code(session: AsyncSession, health_code_id: UUID) -> UUID | None:
    return await session.scalar(select(ResidentRow.id).where(ResidentRow.health_code_id == health_code_id))


async def add_scan(session: AsyncSession, scan: ScanRow) -> bool:
    """Honour a token: True for the one caller who is first, however many try at once."""
    added = await session.execute(
        upsert(ScanRow)
        .values(scan.model_dump())
        .on_conflict_do_nothing(index_elements=["token_id"])
        .returning(col(ScanRow.id))
    )
    return added.first() is not None


async def scan_of_token(session: AsyncSession, token_id: bytes) -> ScanRow | None:
    return (await session.scalars(select(ScanRow).where(ScanRow.token_id == token_id))).one_or_none()


async def resident_of_scan(session: AsyncSession, scan: ScanRow) -> ResidentRow:
    return await session.get_one(ResidentRow, scan.resident_id)


async def end_sessions(
    session: AsyncSession,
    *,
    ids: Sequence[UUID] | None = None,
    subject_id: UUID | None = None,
    but: UUID | None = None,
    api_keys: Sequence[UUID] | None = None,
    systems_of: Sequence[UUID] | None = None,
) -> Sequence[SessionRow]:
    """End the sessions that are of these ids, this subject, these API keys, or any API key of these partners."""
    statement = update(SessionRow).values(ended_at=func.now())
    statement = statement.where(col(SessionRow.ended_at).is_(None), col(SessionRow.expires_at) > func.now())
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
SWEEPS = (
    "DELETE FROM access_session WHERE expires_at < now() - interval '1 day'",
    "DELETE FROM try_count WHERE last_at < now() - interval '1 day'",
    "DELETE FROM known_address WHERE last_at < now() - CAST(:life AS interval)",
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


async def sweep(session: AsyncSession) -> int:
    """Delete sessions, counts and addresses that are long over. Returns how many rows that were."""
    count = 0
    for statement in SWEEPS:
        values = {"life": KNOWN_ADDRESS_LIFE} if ":life" in statement else {}
        count += cast(CursorResult[Any], await session.execute(text(statement), values)).rowcount
    return count
