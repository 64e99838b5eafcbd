"""Cases over HTTP: what only a person can settle. Decode, one call, encode."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.wire import timestamp
from yima.settlement.v1 import api_pb2 as pb

from settlement import commands
from settlement.api.served import People, api, unapproved
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.domain.cases import NEXT_STEP, CaseKind
from settlement.store import cases
from settlement.tables import MoneyCaseRow


@api.serves
async def list_money_cases(request: pb.ListMoneyCasesRequest, call: Call[Resources]) -> pb.MoneyCasePage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await cases.page(call.session, request.resolved_too, part), pages.at_id)
    return pb.MoneyCasePage(cases=[case_message(row) for row in rows], page=page)


@api.serves
async def assign_money_case(request: pb.AssignMoneyCaseRequest, call: Call[Resources]) -> pb.MoneyCase:
    owner = parse_id(request.owner_id, "owner_id") if request.owner_id else UUID(call.principal.subject_id)
    case_id = parse_id(request.case_id, "case_id")
    return case_message(await commands.assign_case(call.session, case_id=case_id, owner=owner))


@api.serves
async def retry_money_case(request: pb.RetryMoneyCaseRequest, call: Call[Resources]) -> pb.MoneyCase:
    row = await commands.retry_case(call.session, case_id=parse_id(request.case_id, "case_id"), now=call.now)
    call.resources.provider_is_needed()
    return case_message(row)


@api.serves
async def settle_money_case(request: pb.SettleMoneyCaseRequest, call: Call[Resources]) -> pb.MoneyCase:
    return await settled(request, call, unapproved(call))


async def settled(request: pb.SettleMoneyCaseRequest, call: Call[Resources], people: People) -> pb.MoneyCase:
    row = await commands.settle_case(
        call.session,
        case_id=parse_id(request.case_id, "case_id"),
        resolution=request.resolution,
        bank_reference=request.bank_reference,
        write_off=request.write_off,
        by=people.by,
        approved_by=people.approved_by,
        now=call.now,
    )
    return case_message(row)


def case_message(row: MoneyCaseRow) -> pb.MoneyCase:
    return pb.MoneyCase(
        id=str(row.id),
        kind=f"MONEY_CASE_KIND_{row.kind.upper()}",
        order_id=str(row.order_id or ""),
        partner_id=str(row.partner_id or ""),
        amount=amount(row.amount_minor, row.currency) if row.currency else None,
        detail=row.detail,
        opened_at=timestamp(row.opened_at),
        owner_id=str(row.owner or ""),
        resolved_at=timestamp(row.resolved_at),
        resolved_by=str(row.resolved_by or ""),
        resolution=row.resolution,
        next_step="" if row.resolved_at else NEXT_STEP[CaseKind(row.kind)],
    )
