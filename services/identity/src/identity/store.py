"""Every SQL statement of identity."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from sqlalchemy import insert, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain import DEPENDANTS_MAX, LicenceTaken, LoginTaken, TooManyDependants
from identity.tables import (
    AccountRow,
    ApiKeyRow,
    GuardianRow,
    InstitutionRow,
    PractitionerRow,
    ResidentRow,
    ScanRow,
)


async def add_account(session: AsyncSession, account: AccountRow) -> None:
    """Add a login, unless somebody has it, or one that looks the same."""
    values = account.model_dump() | {"look_alike": texts.look_alike(account.login)}
    added = await session.execute(
        upsert(AccountRow).values(values).on_conflict_do_nothing().returning(col(AccountRow.login))
    )
    if added.first() is None:
        raise LoginTaken("choose another, or sign in", "login")


async def account(session: AsyncSession, login: str) -> AccountRow | None:
    return await session.get(AccountRow, login)


async def account_for_update(session: AsyncSession, login: str) -> AccountRow | None:
    return await session.get(AccountRow, login, with_for_update=True)


async def add_guardian(session: AsyncSession, guardian_id: UUID, dependant_id: UUID, now: datetime) -> None:
    """Make a resident another's guardian."""
    await session.execute(select(ResidentRow.id).where(ResidentRow.id == guardian_id).with_for_update())
    have = await dependants(session, guardian_id)
    if len(have) >= DEPENDANTS_MAX:
        raise TooManyDependants(f"at most {DEPENDANTS_MAX}")
    await session.execute(insert(GuardianRow).values(guardian_id=guardian_id, dependant_id=dependant_id, since=now))


async def dependants(session: AsyncSession, guardian_id: UUID) -> Sequence[ResidentRow]:
    found = await session.scalars(
        select(ResidentRow)
        .join(GuardianRow, col(GuardianRow.dependant_id) == col(ResidentRow.id))
        .where(GuardianRow.guardian_id == guardian_id)
        .order_by(col(ResidentRow.id))
    )
    return found.all()


async def resident(session: AsyncSession, resident_id: UUID) -> ResidentRow | None:
    return await session.get(ResidentRow, resident_id)


async def practitioner(session: AsyncSession, practitioner_id: UUID) -> PractitionerRow | None:
    return await session.get(PractitionerRow, practitioner_id)


async def institution(session: AsyncSession, institution_id: UUID) -> InstitutionRow | None:
    return await session.get(InstitutionRow, institution_id)


async def add_practitioner(session: AsyncSession, practitioner: PractitionerRow) -> None:
    """Add a practitioner, unless the licence is registered already."""
    added = await session.execute(
        upsert(PractitionerRow)
        .values(practitioner.model_dump())
        .on_conflict_do_nothing(index_elements=["licence_number"])
        .returning(col(PractitionerRow.id))
    )
    if added.first() is None:
        raise LicenceTaken("a practitioner with this licence is registered", "licence_number")


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


async def scan_of_token(session: AsyncSession, token_id: bytes) -> ScanRow:
    return (await session.scalars(select(ScanRow).where(ScanRow.token_id == token_id))).one()


async def put_api_keys(session: AsyncSession, keys: Sequence[ApiKeyRow]) -> None:
    """Keep copies of new API keys; a revocation that came first stays."""
    await session.execute(
        upsert(ApiKeyRow).on_conflict_do_nothing(index_elements=["id"]), [key.model_dump() for key in keys]
    )


async def revoke_api_keys(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> Sequence[UUID]:
    """Mark keys revoked; returns the ids that are known here."""
    found = await session.scalars(
        update(ApiKeyRow).where(col(ApiKeyRow.id).in_(ids)).values(revoked_at=now).returning(col(ApiKeyRow.id))
    )
    return found.all()


async def api_key(session: AsyncSession, secret_sha256: bytes) -> ApiKeyRow | None:
    return (await session.scalars(select(ApiKeyRow).where(ApiKeyRow.secret_sha256 == secret_sha256))).one_or_none()
