"""Changes of the account that payouts go to."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.common.v1.route_pb2 import Role
from yima.partners.v1 import api_pb2 as pb

from partners.api.served import ROLES, Resources, actor_of, api, visible
from partners.commands import bank_accounts
from partners.domain.bank_accounts import ChangeStatus
from partners.store import bank_accounts as store
from partners.tables import BankAccountChangeRow


def status_of(row: BankAccountChangeRow) -> ChangeStatus:
    if row.stopped_at is not None:
        return ChangeStatus.STOPPED
    if row.in_force_at is not None:
        return ChangeStatus.IN_FORCE
    return ChangeStatus.PROPOSED if row.confirmed_at is None else ChangeStatus.CONFIRMED


def change_message(row: BankAccountChangeRow) -> pb.BankAccountChange:
    return pb.BankAccountChange(
        id=str(row.id),
        partner_id=str(row.partner_id),
        account=pb.BankAccount(holder=row.holder, number=row.number, bank_code=row.bank_code),
        status=f"BANK_ACCOUNT_CHANGE_STATUS_{status_of(row).name}",
        proposed_at=timestamp(row.proposed_at),
        proposed_by=str(row.proposed_by),
        confirmed_at=timestamp(row.confirmed_at),
        confirmed_by=str(row.confirmed_by or ""),
        effective_at=timestamp(row.effective_at),
        in_force_at=timestamp(row.in_force_at),
        stopped_at=timestamp(row.stopped_at),
        stopped_as=ROLES.get(row.stopped_as or "", Role.ROLE_UNSPECIFIED),
        stop_reason=row.stop_reason,
    )


@api.serves
async def propose_bank_account(request: pb.ProposeBankAccountRequest, call: Call[Resources]) -> pb.BankAccountChange:
    change = await bank_accounts.propose(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        account=request.account,
        city=call.resources.city,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return change_message(change)


@api.serves
async def confirm_bank_account(request: pb.ConfirmBankAccountRequest, call: Call[Resources]) -> pb.BankAccountChange:
    change = await bank_accounts.confirm(
        call.session,
        change_id=parse_id(request.bank_account_change_id, "bank_account_change_id"),
        partner_id=UUID(call.principal.partner_id),
        city=call.resources.city,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return change_message(change)


@api.serves
async def stop_bank_account_change(
    request: pb.StopBankAccountChangeRequest, call: Call[Resources]
) -> pb.BankAccountChange:
    change = await bank_accounts.stop(
        call.session,
        change_id=parse_id(request.bank_account_change_id, "bank_account_change_id"),
        partner_id=None if call.principal.supervises else UUID(call.principal.partner_id),
        reason=request.reason,
        by=UUID(call.principal.subject_id),
        actor=actor_of(call.principal),
        now=call.now,
    )
    return change_message(change)


@api.serves
async def list_bank_account_changes(
    request: pb.ListBankAccountChangesRequest, call: Call[Resources]
) -> pb.BankAccountChangePage:
    part = pages.by_id(request.page)
    own = "" if call.principal.supervises else call.principal.partner_id
    partner_id = visible(call.principal, request.partner_id or own) if request.partner_id or own else None
    rows, page = part.cut(await store.page(call.session, partner_id, is_open=request.open, part=part), pages.at_id)
    return pb.BankAccountChangePage(changes=[change_message(row) for row in rows], page=page)
