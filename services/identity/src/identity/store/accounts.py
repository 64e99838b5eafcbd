"""Accounts: who has which login, who was invited to have one, and what became of them."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis import rows, texts
from chassis.errors import constraint
from chassis.pages import Part
from chassis.refusals import NotFound
from sqlalchemy import ColumnElement, Select, delete, false, func, literal, null, or_, union_all
from sqlalchemy import select as sql_select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from identity.domain.accounts import AccountStatus, InvitationUnknown, LastAccount
from identity.domain.people import LoginTaken, Role
from identity.store import holders
from identity.tables import AccountChangeRow, AccountRow, FormerAccountRow, InvitationRow


async def add_account(session: AsyncSession, account: AccountRow) -> None:
    """Add a login, unless somebody has it, or one that looks the same. Who only registered it does not have it."""
    values = account.model_dump() | {"look_alike": texts.look_alike(account.login)}
    await session.execute(
        delete(AccountRow).where(
            col(AccountRow.look_alike) == values["look_alike"], col(AccountRow.awaits_code).is_(True)
        )
    )
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


async def accounts_of_subjects(session: AsyncSession, subject_ids: Collection[UUID]) -> Sequence[AccountRow]:
    """The accounts that these people have."""
    return (await session.scalars(select(AccountRow).where(col(AccountRow.subject_id).in_(subject_ids)))).all()


async def delete_account_of(session: AsyncSession, subject_id: UUID) -> None:
    """Delete somebody's login: a sign-in with it is answered like one with a login that nobody has."""
    await session.execute(delete(AccountRow).where(col(AccountRow.subject_id) == subject_id))


async def account_unchanged(session: AsyncSession, login: str, password_hash: str) -> bool:
    """Has the account still this password? It cannot be changed, nor its sessions be ended, before we commit."""
    current_hash = await session.scalar(
        select(AccountRow.password_hash).where(AccountRow.login == login).with_for_update(read=True)
    )
    return current_hash == password_hash


@dataclass(frozen=True, slots=True)
class Colleagues:
    """The accounts of one role, and of one institution where the role is of institutions."""

    role: Role
    institution_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as it stands, its person gone or not."""

    id: UUID
    login: str
    name: str
    role: Role
    institution_id: UUID | None
    duties: Sequence[str]
    status: AccountStatus
    created_at: datetime
    invited_by: UUID | None
    proven_at: datetime | None


async def colleague_for_update(session: AsyncSession, account_id: UUID, of: Colleagues) -> AccountRow:
    """The account of somebody who has not left, locked. Others' are answered as if there were none."""
    account = await account_of(session, account_id)
    if account is None or (account.role, account.institution_id) != (of.role, of.institution_id):
        raise NotFound("there is no such account, or its person has left", "account_id")
    return account


async def admission(session: AsyncSession, login: str) -> tuple[bool, bool]:
    """Whether an account waits to be confirmed, and whether it is suspended. Neither changes before we commit."""
    row = (
        await session.execute(
            select(col(AccountRow.unconfirmed), col(AccountRow.suspended_at).is_not(None).label("suspended"))
            .where(AccountRow.login == login)
            .with_for_update(read=True)
        )
    ).one_or_none()
    return (row.unconfirmed, row.suspended) if row else (False, False)


async def role_has_accounts(session: AsyncSession, role: Role) -> bool:
    """Has anybody this role, or had it once?"""
    there = select(AccountRow.login).where(AccountRow.role == role).exists()
    were = select(FormerAccountRow.login).where(FormerAccountRow.role == role).exists()
    return bool(await session.scalar(select(or_(there, were))))


@asynccontextmanager
async def somebody_stays(session: AsyncSession) -> AsyncGenerator[None]:
    """Write what was changed in the block. The database refuses it where nobody would be left who can invite others."""
    try:
        yield
        await session.flush()
    except IntegrityError as error:
        if constraint(error) != "account_manager_stays":
            raise
        raise LastAccount("nobody could invite others any more", "account_id") from None


async def move_to_former(session: AsyncSession, account: AccountRow) -> None:
    """Delete a login, and keep whose it was."""
    former = FormerAccountRow(
        subject_id=account.subject_id,
        login=account.login,
        role=account.role,
        institution_id=account.institution_id,
        name=account.name,
        created_at=account.created_at,
        duties=account.duties,
        invited_by=account.invited_by,
    )
    async with somebody_stays(session):
        await session.delete(account)
        session.add(former)


async def page(
    session: AsyncSession, of: Colleagues, status: AccountStatus | None, part: Part[tuple[UUID]]
) -> Sequence[AccountState]:
    """Accounts, newest first."""
    suspended = col(AccountRow.suspended_at).is_not(None)
    unconfirmed: ColumnElement[bool] = col(AccountRow.unconfirmed).label("unconfirmed")
    current = select_of(AccountRow, of, unconfirmed, suspended.label("suspended"), gone=False)
    nothing = (false().label("unconfirmed"), false().label("suspended"))
    # Who has left twice is there once, and who has come back has not left.
    later = aliased(FormerAccountRow)
    again = select(later.login).where(
        later.subject_id == FormerAccountRow.subject_id,
        *among(later, of),
        later.created_at > FormerAccountRow.created_at,
    )
    back = select(AccountRow.login).where(
        col(AccountRow.subject_id) == FormerAccountRow.subject_id, *among(AccountRow, of)
    )
    former = select_of(FormerAccountRow, of, *nothing, gone=True).where(~back.exists(), ~again.exists())
    query = sql_select(union_all(current, former).subquery())
    columns = query.selected_columns
    match status:
        case AccountStatus.LEFT:
            query = query.where(columns.gone)
        case AccountStatus.UNCONFIRMED:
            query = query.where(columns.unconfirmed)
        case AccountStatus.SUSPENDED:
            query = query.where(columns.suspended)
        case AccountStatus.ACTIVE:
            query = query.where(~(columns.gone | columns.unconfirmed | columns.suspended))
    rows = (await session.execute(part.of(query, columns.id, descending=True))).all()
    proven = await holders.proven_at(session, [row.id for row in rows])
    return [state_of_row(row, proven.get(row.id)) for row in rows]


def select_of(
    table: type[AccountRow | FormerAccountRow], of: Colleagues, *columns: ColumnElement[Any], gone: bool
) -> Select[Any]:
    """What the two tables of accounts have in common, with these columns."""
    shared = ("login", "name", "role", "institution_id", "duties", "created_at", "invited_by")
    query = sql_select(
        col(table.subject_id).label("id"),
        *(getattr(table, name) for name in shared),
        *columns,
        literal(gone).label("gone"),
    )
    return query.where(*among(table, of))


def among(
    table: type[AccountRow | FormerAccountRow | InvitationRow], of: Colleagues
) -> tuple[ColumnElement[bool], ...]:
    """That a row is of these colleagues."""
    institution = null() if of.institution_id is None else literal(of.institution_id)
    return col(table.role) == of.role, col(table.institution_id).is_not_distinct_from(institution)


def state_of_row(row: Any, proven_at: datetime | None) -> AccountState:
    if row.gone:
        status = AccountStatus.LEFT
    elif row.suspended:
        status = AccountStatus.SUSPENDED
    else:
        status = AccountStatus.UNCONFIRMED if row.unconfirmed else AccountStatus.ACTIVE
    return AccountState(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        institution_id=row.institution_id,
        duties=row.duties,
        status=status,
        created_at=row.created_at,
        invited_by=row.invited_by,
        proven_at=proven_at,
    )


async def changes_of(session: AsyncSession, ids: Sequence[UUID]) -> Sequence[AccountChangeRow]:
    """What became of these accounts, oldest first."""
    query = select(AccountChangeRow).where(col(AccountChangeRow.account_id).in_(ids))
    return (await session.scalars(query.order_by(col(AccountChangeRow.id)))).all()


async def invitation_of_token(session: AsyncSession, token_sha256: bytes, *, for_update: bool = False) -> InvitationRow:
    query = select(InvitationRow).where(col(InvitationRow.token_sha256) == token_sha256)
    invitation = (await session.scalars(query.with_for_update() if for_update else query)).one_or_none()
    if invitation is None:
        raise InvitationUnknown("it may have been cut short", "token")
    return invitation


async def invitation_for_update(session: AsyncSession, invitation_id: UUID, of: Colleagues) -> InvitationRow:
    invitation = await session.get(InvitationRow, invitation_id, with_for_update=True)
    if invitation is None or (invitation.role, invitation.institution_id) != (of.role, of.institution_id):
        raise NotFound("there is no such invitation", "invitation_id")
    return invitation


async def invitations(session: AsyncSession, of: Colleagues, part: Part[tuple[UUID]]) -> Sequence[InvitationRow]:
    """Invitations, newest first."""
    query = select(InvitationRow).where(*among(InvitationRow, of))
    return (await session.scalars(part.of(query, col(InvitationRow.id), descending=True))).all()


async def open_invitations(session: AsyncSession, of: Colleagues, now: datetime) -> int:
    """How many invitations may be accepted now. Nobody else of these counts them before this transaction ends."""
    await rows.lock_count(session, "invitations", f"{of.role} {of.institution_id}")
    query = select(func.count()).select_from(InvitationRow).where(
        *among(InvitationRow, of), col(InvitationRow.accepted_at).is_(None), col(InvitationRow.revoked_at).is_(None),
        col(InvitationRow.expires_at) > now,
    )  # fmt: skip
    return (await session.execute(query)).scalar_one()
