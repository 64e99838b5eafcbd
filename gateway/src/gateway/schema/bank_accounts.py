"""Changes of the account that a partner's payouts go to."""

from typing import Annotated

import strawberry
from strawberry import ID
from yima.common.v1.enums import Role
from yima.partners.v1 import api_pb2 as pb
from yima.partners.v1.enums import BankAccountChangeStatus

from gateway.context import Info
from gateway.errors import refusable
from gateway.ids import Kind, parse_global_id
from gateway.policy import asks
from gateway.reading import field, shows
from gateway.scalars import DateTime
from gateway.schema.common import Connection, connection, page_request
from gateway.schema.inputs import fill
from gateway.schema.partners import BankAccountInput, PartnerBankAccount

ChangeId = Annotated[ID, strawberry.argument(description="The change.")]


@shows(pb.BankAccountChange)
class BankAccountChange:
    id: ID = field(kind=Kind.BANK_ACCOUNT_CHANGE)
    partner_id: ID
    account: PartnerBankAccount
    status: BankAccountChangeStatus
    proposed_at: DateTime
    proposed_by: ID = field(kind=Kind.ACCOUNT)
    confirmed_at: DateTime | None
    confirmed_by: ID | None = field(kind=Kind.ACCOUNT)
    effective_at: DateTime | None
    in_force_at: DateTime | None
    stopped_at: DateTime | None
    stopped_as: Role | None
    stop_reason: str | None


@strawberry.type
class Query:
    @strawberry.field(
        description="Changes of bank accounts, newest first: a partner's own; for operator and regulator all."
    )
    @asks("partners.ListBankAccountChanges")
    async def bank_account_changes(
        self,
        info: Info,
        partner_id: ID | None = None,
        open: bool = False,
        first: int | None = None,
        after: str | None = None,
        last: int | None = None,
        before: str | None = None,
    ) -> Connection[pb.BankAccountChange]:
        context = info.context
        request = pb.ListBankAccountChangesRequest(
            partner_id=parse_global_id(Kind.PARTNER, partner_id, "partnerId") if partner_id else "",
            open=open,
            page=page_request(first, after, last, before),
        )
        answer = await context.clients.partners.list_bank_account_changes(request, context.token)
        return connection(answer.changes, answer.page)


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Propose another account for payouts, which a colleague confirms. Until the city's cooling time is"
        " over payouts go to the old one."
    )
    @refusable
    @asks("partners.ProposeBankAccount")
    async def propose_bank_account(
        self, info: Info, account: BankAccountInput, idempotency_key: str | None = None
    ) -> pb.BankAccountChange:
        context = info.context
        request = pb.ProposeBankAccountRequest()
        fill(request.account, account, "account.")
        return await context.clients.partners.propose_bank_account(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Confirm an account that a colleague proposed; its cooling time runs from now on.")
    @refusable
    @asks("partners.ConfirmBankAccount")
    async def confirm_bank_account(
        self, info: Info, bank_account_change_id: ChangeId, idempotency_key: str | None = None
    ) -> pb.BankAccountChange:
        context = info.context
        request = pb.ConfirmBankAccountRequest(
            bank_account_change_id=parse_global_id(
                Kind.BANK_ACCOUNT_CHANGE, bank_account_change_id, "bankAccountChangeId"
            )
        )
        return await context.clients.partners.confirm_bank_account(request, context.token, idempotency_key or "")

    @strawberry.mutation(description="Stop a change of a bank account before it is in force.")
    @refusable
    @asks("partners.StopBankAccountChange")
    async def stop_bank_account_change(
        self, info: Info, bank_account_change_id: ChangeId, reason: str, idempotency_key: str | None = None
    ) -> pb.BankAccountChange:
        context = info.context
        request = pb.StopBankAccountChangeRequest(
            bank_account_change_id=parse_global_id(
                Kind.BANK_ACCOUNT_CHANGE, bank_account_change_id, "bankAccountChangeId"
            ),
            reason=reason,
        )
        return await context.clients.partners.stop_bank_account_change(request, context.token, idempotency_key or "")
