"""Inviting operators, regulators and partners' staff; what becomes of their accounts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis import texts
from chassis.ids import new_id
from chassis.refusals import NotFound
from sqlalchemy.ext.asyncio import AsyncSession

from identity import store
from identity.commands import access
from identity.commands.proofs import ConfirmedNumber
from identity.domain.access import network_of
from identity.domain.accounts import (
    CONFIRMED_ROLES,
    INVITATIONS_MAX,
    MANAGER,
    AccountChange,
    DutyNotYours,
    InvitationExpired,
    InvitationUsed,
    PersonHasAccount,
    SamePerson,
    TooManyInvitations,
    check_duties,
    check_gives,
    invitation_end,
    new_token,
    token_hash,
)
from identity.domain.people import Role
from identity.domain.proofs import FIELD as NUMBER_FIELD
from identity.domain.proofs import AlreadyProven
from identity.store.accounts import Colleagues
from identity.tables import AccountChangeRow, AccountRow, InvitationRow, OfficeHolderRow


async def invite(
    session: AsyncSession,
    *,
    inviter_id: UUID,
    of: Colleagues,
    note: str,
    duties: Sequence[str],
    expires_at: datetime | None,
    now: datetime,
) -> tuple[InvitationRow, str]:
    """A new invitation and its token, which exists nowhere else from now on."""
    inviter = await manager(session, inviter_id, of)
    chosen = check_duties(duties, of.role)
    check_gives(chosen, inviter.duties)
    if await store.accounts.open_invitations(session, of, now) >= INVITATIONS_MAX:
        raise TooManyInvitations(f"at most {INVITATIONS_MAX}")
    token = new_token()
    invitation = InvitationRow(
        id=new_id(),
        token_sha256=token_hash(token),
        role=of.role,
        institution_id=of.institution_id,
        duties=chosen,
        note=texts.label(note, "note"),
        invited_by=inviter_id,
        invited_at=now,
        expires_at=invitation_end(expires_at, now),
    )
    session.add(invitation)
    return invitation, token


async def manager(session: AsyncSession, account_id: UUID, of: Colleagues) -> AccountRow:
    """The caller's own account, locked, which says who else is one of these. Its duties are asked again: a token is
    older than they are."""
    account = await store.accounts.account_of(session, account_id)
    if account is None or (account.role, account.institution_id) != (of.role, of.institution_id):
        raise NotFound("the caller's account is none of these", "account_id")
    if MANAGER[of.role] not in account.duties or account.suspended_at is not None or account.unconfirmed:
        raise DutyNotYours(f"this needs the duty {MANAGER[of.role].upper()}")
    return account


async def revoke_invitation(
    session: AsyncSession, *, invitation_id: UUID, of: Colleagues, now: datetime
) -> InvitationRow:
    invitation = await store.accounts.invitation_for_update(session, invitation_id, of)
    if invitation.accepted_at is not None:
        raise InvitationUsed("suspend or remove the account that it made", "invitation_id")
    invitation.revoked_at = invitation.revoked_at or now
    return invitation


def check_open(invitation: InvitationRow, now: datetime) -> None:
    """Refuse an invitation that may not be accepted any more."""
    if invitation.accepted_at is not None:
        raise InvitationUsed("each is for one person", "token")
    if invitation.revoked_at is not None or now >= invitation.expires_at:
        raise InvitationExpired("ask for another", "token")


async def accept(
    session: AsyncSession,
    *,
    token: str,
    login: str,
    name: str,
    password_hash: str,
    confirmed: ConfirmedNumber | None,
    address: str,
    now: datetime,
) -> AccountRow:
    """The account of the person whom an invitation was sent to. What its inviter may not give any more, it does not
    give either. An operator or a regulator has the id that they had before, where they have left and come back."""
    invitation = await store.accounts.invitation_of_token(session, token_hash(token), for_update=True)
    check_open(invitation, now)
    role = Role(invitation.role)
    try:
        inviter = await manager(session, invitation.invited_by, Colleagues(role, invitation.institution_id))
        check_gives(invitation.duties, inviter.duties)
    except (DutyNotYours, NotFound):
        raise InvitationExpired("who sent it may not give this any more; ask for another", "token") from None
    account_id = new_id()
    if confirmed is not None:
        holder = await hold(session, account_id, confirmed, now)
        account_id = holder.account_id
        if await store.accounts.account_of(session, account_id) is not None:
            raise PersonHasAccount("leave the other first, or ask for its duties to be changed", NUMBER_FIELD)
    account = AccountRow(
        login=texts.login(login),
        password_hash=password_hash,
        role=role,
        subject_id=account_id,
        institution_id=invitation.institution_id,
        name=texts.name(name),
        created_at=now,
        duties=invitation.duties,
        invited_by=invitation.invited_by,
        unconfirmed=role in CONFIRMED_ROLES,
    )
    await store.accounts.add_account(session, account)
    await store.access.put_known_address(session, account.subject_id, network_of(address), now)
    invitation.accepted_at, invitation.account_id = now, account.subject_id
    note_change(session, account, AccountChange.JOINED, account.subject_id, "", now)
    return account


async def hold(session: AsyncSession, account_id: UUID, confirmed: ConfirmedNumber, now: datetime) -> OfficeHolderRow:
    """Whose account it is, or which other the person has or had."""
    row = OfficeHolderRow(
        account_id=account_id, number_hash=confirmed.number_hash, reference=confirmed.reference, proven_at=now
    )
    holder = await store.holders.hold(session, row)
    if holder is None:
        raise AlreadyProven("where the first number was wrong, leave and be invited again", NUMBER_FIELD)
    return holder


async def prove(
    session: AsyncSession, *, account_id: UUID, name: str, confirmed: ConfirmedNumber, now: datetime
) -> AccountRow:
    """That the register of people confirmed who holds an account that was made without it."""
    account = await store.accounts.account_of(session, account_id)
    if account is None:
        raise NotFound("the caller's account is none any more", "account_id")
    holder = await hold(session, account_id, confirmed, now)
    if holder.account_id != account_id:
        raise PersonHasAccount("use that, or be invited again where you have left it", NUMBER_FIELD)
    account.name = texts.name(name or account.name)
    return account


async def confirm(session: AsyncSession, *, account_id: UUID, by: UUID, now: datetime) -> AccountRow:
    """That an invited operator or regulator is who they should be, as another person than their inviter says."""
    account = await store.accounts.account_of(session, account_id)
    if account is None or account.role not in CONFIRMED_ROLES:
        raise NotFound("there is no such account, or it waits for nobody", "account_id")
    if by in (account.invited_by, account.subject_id):
        raise SamePerson("another operator with the duty ACCOUNTS, or a regulator with SUPERVISE, confirms it")
    if account.unconfirmed:
        account.unconfirmed, account.confirmed_by = False, by
        note_change(session, account, AccountChange.CONFIRMED, by, "", now)
    return account


async def set_duties(
    session: AsyncSession,
    *,
    account_id: UUID,
    duties: Sequence[str],
    by: UUID,
    of: Colleagues,
    reason: str,
    now: datetime,
) -> AccountRow:
    """Say which duties an account has. Tokens say the duties there were, so its sessions end."""
    giver = await manager(session, by, of)
    account = await store.accounts.colleague_for_update(session, account_id, of)
    chosen = check_duties(duties, of.role)
    check_gives(set(chosen) - set(account.duties), giver.duties)
    if chosen == account.duties:
        return account
    async with store.accounts.somebody_stays(session):
        account.duties = chosen
    note_change(session, account, AccountChange.DUTIES, by, reason, now)
    await access.end_sessions_of(session, account_id)
    return account


async def suspend(
    session: AsyncSession, *, account_id: UUID, by: UUID, of: Colleagues, reason: str, now: datetime
) -> AccountRow:
    await manager(session, by, of)
    account = await store.accounts.colleague_for_update(session, account_id, of)
    if account.suspended_at is None:
        async with store.accounts.somebody_stays(session):
            account.suspended_at = now
        note_change(session, account, AccountChange.SUSPENDED, by, reason, now)
        await access.end_sessions_of(session, account_id)
    return account


async def reinstate(
    session: AsyncSession, *, account_id: UUID, by: UUID, of: Colleagues, reason: str, now: datetime
) -> AccountRow:
    await manager(session, by, of)
    account = await store.accounts.colleague_for_update(session, account_id, of)
    if account.suspended_at is not None:
        account.suspended_at = None
        note_change(session, account, AccountChange.REINSTATED, by, reason, now)
    return account


async def remove(
    session: AsyncSession, *, account_id: UUID, by: UUID, of: Colleagues, reason: str, now: datetime
) -> AccountRow:
    """End an account whose person has left, or leaves (`by` themselves). It stays as who did what."""
    if by != account_id:
        await manager(session, by, of)
    account = await store.accounts.colleague_for_update(session, account_id, of)
    await access.end_sessions_of(session, account_id)
    note_change(session, account, AccountChange.LEFT, by, reason, now)
    await store.accounts.move_to_former(session, account)
    return account


def note_change(
    session: AsyncSession, account: AccountRow, kind: AccountChange, by: UUID, reason: str, now: datetime
) -> None:
    """Keep what became of an account."""
    session.add(
        AccountChangeRow(
            id=new_id(),
            account_id=account.subject_id,
            kind=kind,
            at=now,
            by_id=by,
            reason=texts.reason(reason) if reason.strip() else "",
            duties=account.duties,
        )
    )
