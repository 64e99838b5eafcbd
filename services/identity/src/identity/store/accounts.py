"""Accounts: who has which login."""

from uuid import UUID

from chassis import texts
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from identity.domain.people import LoginTaken
from identity.tables import AccountRow


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


async def account_of(session: AsyncSession, subject_id: UUID) -> AccountRow | None:
    """Somebody's own account, locked."""
    return (
        await session.scalars(select(AccountRow).where(AccountRow.subject_id == subject_id).with_for_update())
    ).one_or_none()


async def account_of_subject(session: AsyncSession, subject_id: UUID) -> AccountRow | None:
    """Somebody's own account."""
    return (await session.scalars(select(AccountRow).where(AccountRow.subject_id == subject_id))).one_or_none()


async def delete_account_of(session: AsyncSession, subject_id: UUID) -> None:
    """Delete somebody's login: a sign-in with it is answered like one with a login that nobody has."""
    await session.execute(delete(AccountRow).where(col(AccountRow.subject_id) == subject_id))


async def account_unchanged(session: AsyncSession, login: str, password_hash: str) -> bool:
    """Has the account still this password? It cannot be changed, nor its sessions be ended, before we commit."""
    current_hash = await session.scalar(
        select(AccountRow.password_hash).where(AccountRow.login == login).with_for_update(read=True)
    )
    return current_hash == password_hash
