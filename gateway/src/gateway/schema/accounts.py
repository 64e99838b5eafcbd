"""Operators, regulators and partners' staff: who is invited, with which duties, and who has left."""

import strawberry
from chassis.wire import timestamp
from strawberry import ID
from yima.common.v1.enums import Duty, Role
from yima.identity.v1 import accounts_pb2 as pb
from yima.identity.v1.enums import AccountChangeKind, AccountStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request


@shows(pb.AccountChange)
class AccountChange:
    kind: AccountChangeKind
    at: DateTime
    by_id: ID
    reason: str
    duties: list[Duty]


@shows(pb.Account)
class Account:
    id: ID
    login: str
    name: str
    role: Role
    duties: list[Duty]
    institution_id: ID | None
    status: AccountStatus
    created_at: DateTime
    invited_by_id: ID | None
    changes: list[pb.AccountChange]
    proven_at: DateTime | None


@shows(pb.Invitation)
class Invitation:
    id: ID
    note: str
    role: Role
    duties: list[Duty]
    invited_by_id: ID
    invited_at: DateTime
    expires_at: DateTime
    accepted_at: DateTime | None
    account_id: ID | None
    revoked_at: DateTime | None
    token: str | None = field(description="What accepts it. Shown once, when it is made; null ever after.")


@strawberry.type
class Query:
    @strawberry.field(description="The accounts of the caller's colleagues, newest first, those that have left too.")
    @asks("identity.ListAccounts")
    async def accounts(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
        role: Role | None = None,
        status: AccountStatus | None = None,
    ) -> Connection[pb.Account]:
        context = info.context
        request = pb.ListAccountsRequest(page=page_request(first, after, last, before), role=role, status=status)
        answer = await context.clients.identity.list_accounts(request, context.token)
        return connection(answer.accounts, answer.page)

    @strawberry.field(description="The invitations of the caller and their colleagues, newest first.")
    @asks("identity.ListInvitations")
    async def invitations(
        self,
        info: Info,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.Invitation]:
        context = info.context
        request = pb.ListInvitationsRequest(page=page_request(first, after, last, before))
        answer = await context.clients.identity.list_invitations(request, context.token)
        return connection(answer.invitations, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Invite a colleague: into the caller's own role, with duties the caller has.")
    @refusable
    @asks("identity.InviteAccount")
    async def invite_account(
        self,
        info: Info,
        note: str,
        duties: list[Duty],
        expires_at: DateTime | None = None,
        role: Role | None = None,
        idempotency_key: str | None = None,
    ) -> pb.Invitation:
        context = info.context
        request = pb.InviteAccountRequest(note=note, duties=duties, expires_at=timestamp(expires_at), role=role)
        return await context.clients.identity.invite_account(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Take back an invitation that nobody has accepted.")
    @refusable
    @asks("identity.RevokeInvitation")
    async def revoke_invitation(
        self, info: Info, invitation_id: ID, idempotency_key: str | None = None
    ) -> pb.Invitation:
        context = info.context
        request = pb.RevokeInvitationRequest(
            invitation_id=parse_global_id(Kind.INVITATION, invitation_id, "invitationId")
        )
        return await context.clients.identity.revoke_invitation(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Accept an invitation, without a sign-in: choose login, name and password.")
    @refusable
    @asks("identity.AcceptInvitation")
    async def accept_invitation(
        self, info: Info, token: str, login: str, name: str, password: str, identity_number: str = ""
    ) -> pb.Account:
        context = info.context
        request = pb.AcceptInvitationRequest(
            token=token, login=login, name=name, password=password, identity_number=identity_number
        )
        return await context.clients.identity.accept_invitation(request, context.token)

    @strawberry.mutation(
        description="Prove whose the caller's own account is, of an operator or a regulator. Its duties are in effect"
        " with the next access token."
    )
    @refusable
    @asks("identity.ProveAccount")
    async def prove_account(
        self, info: Info, identity_number: str, name: str = "", idempotency_key: str | None = None
    ) -> pb.Account:
        context = info.context
        request = pb.ProveAccountRequest(identity_number=identity_number, name=name)
        return await context.clients.identity.prove_account(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Confirm an invited operator or regulator, as another person than their inviter.")
    @refusable
    @asks("identity.ConfirmAccount")
    async def confirm_account(self, info: Info, account_id: ID, idempotency_key: str | None = None) -> pb.Account:
        context = info.context
        request = pb.ConfirmAccountRequest(account_id=parse_global_id(Kind.ACCOUNT, account_id, "accountId"))
        return await context.clients.identity.confirm_account(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Say which duties a colleague has from now on. Their sessions end.")
    @refusable
    @asks("identity.SetDuties")
    async def set_duties(
        self,
        info: Info,
        account_id: ID,
        duties: list[Duty],
        reason: str = "",
        idempotency_key: str | None = None,
    ) -> pb.Account:
        context = info.context
        request = pb.SetDutiesRequest(
            account_id=parse_global_id(Kind.ACCOUNT, account_id, "accountId"), duties=duties, reason=reason
        )
        return await context.clients.identity.set_duties(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Suspend a colleague's account: their sessions end at once.")
    @refusable
    @asks("identity.SuspendAccount")
    async def suspend_account(
        self, info: Info, account_id: ID, reason: str, idempotency_key: str | None = None
    ) -> pb.Account:
        context = info.context
        request = pb.SuspendAccountRequest(
            account_id=parse_global_id(Kind.ACCOUNT, account_id, "accountId"), reason=reason
        )
        return await context.clients.identity.suspend_account(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Let the person of a suspended account sign in again.")
    @refusable
    @asks("identity.ReinstateAccount")
    async def reinstate_account(
        self, info: Info, account_id: ID, reason: str = "", idempotency_key: str | None = None
    ) -> pb.Account:
        context = info.context
        request = pb.ReinstateAccountRequest(
            account_id=parse_global_id(Kind.ACCOUNT, account_id, "accountId"), reason=reason
        )
        return await context.clients.identity.reinstate_account(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Remove the account of a colleague who has left. What they did stays theirs.")
    @refusable
    @asks("identity.RemoveAccount")
    async def remove_account(
        self, info: Info, account_id: ID, reason: str = "", idempotency_key: str | None = None
    ) -> pb.Account:
        context = info.context
        request = pb.RemoveAccountRequest(
            account_id=parse_global_id(Kind.ACCOUNT, account_id, "accountId"), reason=reason
        )
        return await context.clients.identity.remove_account(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Leave: end the caller's own account. What they did stays theirs.")
    @refusable
    @asks("identity.Leave")
    async def leave(self, info: Info, reason: str = "", idempotency_key: str | None = None) -> pb.Account:
        context = info.context
        return await context.clients.identity.leave(
            pb.LeaveRequest(reason=reason), context.token, idempotency_key or ""
        )
