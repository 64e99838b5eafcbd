"""Accounts of operators, regulators and partners' staff, and invitations to have one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from chassis import pages, texts
from chassis.api import Call
from chassis.auth import role_named
from chassis.ids import parse_id
from chassis.refusals import Forbidden, Invalid, NotFound
from chassis.wire import moment, timestamp
from sqlalchemy.ext.asyncio import AsyncSession
from yima.common.v1.route_pb2 import Duty, Role
from yima.identity.v1 import accounts_pb2 as pb

from identity import store
from identity.api.people import confirm_number, hash_password
from identity.api.served import Resources, api
from identity.commands import accounts
from identity.commands.proofs import ConfirmedNumber
from identity.domain import accounts as domain
from identity.domain.accounts import AccountStatus
from identity.domain.people import Role as AccountRole
from identity.domain.proofs import parse_identity_number
from identity.store.accounts import AccountState, Colleagues
from identity.tables import AccountChangeRow, AccountRow, InvitationRow

SEEN_BY = {
    Role.ROLE_OPERATOR: (Role.ROLE_OPERATOR, Role.ROLE_REGULATOR),
    Role.ROLE_REGULATOR: (Role.ROLE_OPERATOR, Role.ROLE_REGULATOR),
    Role.ROLE_PARTNER: (Role.ROLE_PARTNER,),
}
"""Whose accounts a role sees: operators and regulators confirm each other's."""


def colleagues_of(call: Call[Resources]) -> Colleagues:
    """The accounts among which the caller's is."""
    caller = call.principal
    return Colleagues(role_of(caller.role), UUID(caller.partner_id) if caller.partner_id else None)


def role_of(role: Role) -> AccountRole:
    return AccountRole(Role.Name(role).removeprefix("ROLE_").lower())


def duties_of(numbers: Iterable[int]) -> list[str]:
    """Duties by the names that identity stores. One that the contract does not know is none of any role."""
    return [
        Duty.Name(cast(Duty, number)).removeprefix("DUTY_").lower() if number in Duty.values() else "unknown"
        for number in numbers
    ]


def duty_messages(duties: Iterable[str]) -> list[Duty]:
    """Duties as the contract has them."""
    return [cast(Duty, Duty.Value(f"DUTY_{duty.upper()}")) for duty in duties]


@api.serves
async def invite_account(request: pb.InviteAccountRequest, call: Call[Resources]) -> pb.Invitation:
    own = call.principal.role
    if request.role not in (Role.ROLE_UNSPECIFIED, own):
        name = Role.Name(request.role) if request.role in Role.values() else "another role"
        raise Forbidden(f"{Role.Name(own)} invites its own colleagues; who has {name} invites into it", "role")
    invitation, token = await accounts.invite(
        call.session,
        inviter_id=UUID(call.principal.subject_id),
        of=colleagues_of(call),
        note=request.note,
        duties=duties_of(request.duties),
        expires_at=moment(request.expires_at) if request.HasField("expires_at") else None,
        now=call.now,
    )
    return invitation_message(invitation, token)


@api.serves
async def list_invitations(request: pb.ListInvitationsRequest, call: Call[Resources]) -> pb.InvitationPage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await store.accounts.invitations(call.session, colleagues_of(call), part), pages.at_id)
    return pb.InvitationPage(invitations=[invitation_message(row) for row in rows], page=page)


@api.serves
async def revoke_invitation(request: pb.RevokeInvitationRequest, call: Call[Resources]) -> pb.Invitation:
    invitation = await accounts.revoke_invitation(
        call.session,
        invitation_id=parse_id(request.invitation_id, "invitation_id"),
        of=colleagues_of(call),
        now=call.now,
    )
    return invitation_message(invitation)


@dataclass(frozen=True, slots=True)
class Invited:
    """What takes long of an acceptance: the password's hash, and the number's confirmation where the role needs one."""

    password_hash: str
    confirmed: ConfirmedNumber | None


async def prepare_invited(request: pb.AcceptInvitationRequest, call: Call[Resources]) -> Invited:
    """Without an invitation that is open nothing is hashed, and no register is asked."""
    if call.principal.subject_id:
        raise Forbidden("sign out first: an invitation makes an account for somebody who has none of the kind yet")
    texts.login(request.login)
    name = texts.name(request.name)
    async with call.resources.database.transaction() as session:
        invitation = await store.accounts.invitation_of_token(session, domain.token_hash(request.token))
    accounts.check_open(invitation, call.now)
    proves = invitation.role in domain.CONFIRMED_ROLES
    if proves:
        parse_identity_number(request.identity_number, None)
    elif request.identity_number:
        raise Invalid("identity_number", "leave it out: only operators and regulators say who they are by it")
    password_hash = await hash_password(call, request.password, request.login, request.name)
    confirmed = await confirm_number(call, request.identity_number, name=name, birth_date=None) if proves else None
    return Invited(password_hash, confirmed)


@api.serves_after(prepare_invited)
async def accept_invitation(request: pb.AcceptInvitationRequest, call: Call[Resources]) -> pb.Account:
    account = await accounts.accept(
        call.session,
        token=request.token,
        login=request.login,
        name=request.name,
        password_hash=call.prepared.password_hash,
        confirmed=call.prepared.confirmed,
        address=call.address,
        now=call.now,
    )
    return await account_message(call.session, account)


@api.serves
async def list_accounts(request: pb.ListAccountsRequest, call: Call[Resources]) -> pb.AccountPage:
    role = request.role or call.principal.role
    if role not in SEEN_BY[call.principal.role]:
        raise Forbidden("these accounts are seen by their own colleagues only", "role")
    of = Colleagues(role_of(role), colleagues_of(call).institution_id)
    part = pages.by_id(request.page)
    rows, page = part.cut(await store.accounts.page(call.session, of, status_of(request.status), part), pages.at_id)
    changes = await store.accounts.changes_of(call.session, [row.id for row in rows])
    return pb.AccountPage(accounts=[state_message(row, changes) for row in rows], page=page)


def status_of(number: int) -> AccountStatus | None:
    if number == pb.ACCOUNT_STATUS_UNSPECIFIED:
        return None
    if number not in pb.AccountStatus.values():
        raise Invalid("status", f"{number} is not a value of it")
    return AccountStatus(pb.AccountStatus.Name(cast(pb.AccountStatus, number)).removeprefix("ACCOUNT_STATUS_").lower())


@api.serves
async def confirm_account(request: pb.ConfirmAccountRequest, call: Call[Resources]) -> pb.Account:
    account = await accounts.confirm(
        call.session,
        account_id=parse_id(request.account_id, "account_id"),
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return await account_message(call.session, account)


async def confirm_holder(request: pb.ProveAccountRequest, call: Call[Resources]) -> ConfirmedNumber:
    account_id = UUID(call.principal.subject_id)
    async with call.resources.database.transaction() as session:
        account = await store.accounts.account_of_subject(session, account_id)
    if account is None:
        raise NotFound("the caller's account is none any more", "account_id")
    name = texts.name(request.name or account.name)
    return await confirm_number(call, request.identity_number, name=name, birth_date=None, person=str(account_id))


@api.serves_after(confirm_holder)
async def prove_account(request: pb.ProveAccountRequest, call: Call[Resources]) -> pb.Account:
    account = await accounts.prove(
        call.session,
        account_id=UUID(call.principal.subject_id),
        name=request.name,
        confirmed=call.prepared,
        now=call.now,
    )
    return await account_message(call.session, account)


@api.serves
async def set_duties(request: pb.SetDutiesRequest, call: Call[Resources]) -> pb.Account:
    account = await accounts.set_duties(
        call.session,
        account_id=parse_id(request.account_id, "account_id"),
        duties=duties_of(request.duties),
        by=UUID(call.principal.subject_id),
        of=colleagues_of(call),
        reason=request.reason,
        now=call.now,
    )
    return await account_message(call.session, account)


@api.serves
async def suspend_account(request: pb.SuspendAccountRequest, call: Call[Resources]) -> pb.Account:
    account = await accounts.suspend(
        call.session,
        account_id=parse_id(request.account_id, "account_id"),
        by=UUID(call.principal.subject_id),
        of=colleagues_of(call),
        reason=texts.reason(request.reason),
        now=call.now,
    )
    return await account_message(call.session, account)


@api.serves
async def reinstate_account(request: pb.ReinstateAccountRequest, call: Call[Resources]) -> pb.Account:
    account = await accounts.reinstate(
        call.session,
        account_id=parse_id(request.account_id, "account_id"),
        by=UUID(call.principal.subject_id),
        of=colleagues_of(call),
        reason=request.reason,
        now=call.now,
    )
    return await account_message(call.session, account)


@api.serves
async def remove_account(request: pb.RemoveAccountRequest, call: Call[Resources]) -> pb.Account:
    return await removed(call, parse_id(request.account_id, "account_id"), request.reason)


@api.serves
async def leave(request: pb.LeaveRequest, call: Call[Resources]) -> pb.Account:
    return await removed(call, UUID(call.principal.subject_id), request.reason)


async def removed(call: Call[Resources], account_id: UUID, reason: str) -> pb.Account:
    account = await accounts.remove(
        call.session,
        account_id=account_id,
        by=UUID(call.principal.subject_id),
        of=colleagues_of(call),
        reason=reason,
        now=call.now,
    )
    return await account_message(call.session, account, AccountStatus.LEFT)


async def account_message(
    session: AsyncSession, account: AccountRow, status: AccountStatus | None = None
) -> pb.Account:
    """An account as it stands now, with what became of it."""
    if status is None and account.suspended_at is not None:
        status = AccountStatus.SUSPENDED
    elif status is None:
        status = AccountStatus.UNCONFIRMED if account.unconfirmed else AccountStatus.ACTIVE
    proven = await store.holders.proven_at(session, [account.subject_id])
    state = AccountState(
        id=account.subject_id,
        login=account.login,
        name=account.name,
        role=AccountRole(account.role),
        institution_id=account.institution_id,
        duties=account.duties,
        status=status,
        created_at=account.created_at,
        invited_by=account.invited_by,
        proven_at=proven.get(account.subject_id),
    )
    await session.flush()
    return state_message(state, await store.accounts.changes_of(session, [account.subject_id]))


def state_message(state: AccountState, changes: Sequence[AccountChangeRow]) -> pb.Account:
    """An account, with those of the changes that are its own."""
    return pb.Account(
        id=str(state.id),
        login=state.login,
        name=state.name,
        role=role_named(f"ROLE_{state.role.upper()}"),
        duties=duty_messages(state.duties),
        institution_id=str(state.institution_id or ""),
        status=cast(pb.AccountStatus, pb.AccountStatus.Value(f"ACCOUNT_STATUS_{state.status.upper()}")),
        created_at=timestamp(state.created_at),
        invited_by_id=str(state.invited_by or ""),
        proven_at=timestamp(state.proven_at),
        changes=[
            pb.AccountChange(
                kind=cast(
                    pb.AccountChangeKind, pb.AccountChangeKind.Value(f"ACCOUNT_CHANGE_KIND_{change.kind.upper()}")
                ),
                at=timestamp(change.at),
                by_id=str(change.by_id),
                reason=change.reason,
                duties=duty_messages(change.duties),
            )
            for change in changes
            if change.account_id == state.id
        ],
    )


def invitation_message(invitation: InvitationRow, token: str = "") -> pb.Invitation:
    return pb.Invitation(
        id=str(invitation.id),
        note=invitation.note,
        role=role_named(f"ROLE_{invitation.role.upper()}"),
        duties=duty_messages(invitation.duties),
        invited_by_id=str(invitation.invited_by),
        invited_at=timestamp(invitation.invited_at),
        expires_at=timestamp(invitation.expires_at),
        accepted_at=timestamp(invitation.accepted_at),
        account_id=str(invitation.account_id or ""),
        revoked_at=timestamp(invitation.revoked_at),
        token=token,
    )
