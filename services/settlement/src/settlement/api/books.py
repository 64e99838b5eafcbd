"""The books over HTTP: the ledger's check, periods, exchanges, seals. Decode, one call, encode."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.pages import Month
from chassis.refusals import NotFound
from chassis.wire import timestamp
from yima.settlement.v1 import books_pb2 as books_pb

from settlement import commands
from settlement.api.served import People, api, counted, own, unapproved
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.domain.books import month_start, next_month
from settlement.domain.ledger import CITY, chain_of
from settlement.store import books
from settlement.tables import ExchangeRow, PeriodRow, SealRow

BALANCES_MAX = 50_000

BY_MONTH = pages.keyset(Month)


@api.serves
async def close_period(request: books_pb.ClosePeriodRequest, call: Call[Resources]) -> books_pb.AccountingPeriod:
    row = await commands.close_period(
        call.session,
        month=request.month,
        zone=call.resources.bank.zone,
        by=UUID(call.principal.subject_id),
        now=call.now,
    )
    return period_message(row, call)


@api.serves
async def list_periods(request: books_pb.ListPeriodsRequest, call: Call[Resources]) -> books_pb.AccountingPeriodPage:
    part, zone = BY_MONTH.part(request.page), call.resources.bank.zone
    by_end = part.at(lambda place: (next_month(month_start(place[0], zone)),))
    rows, page = part.cut(await books.periods(call.session, by_end), lambda row: (Month(month_of(row, call)),))
    return books_pb.AccountingPeriodPage(periods=[period_message(row, call) for row in rows], page=page)


@api.serves
async def get_period(request: books_pb.GetPeriodRequest, call: Call[Resources]) -> books_pb.AccountingPeriod:
    row = await books.period(call.session, next_month(month_start(request.month, call.resources.bank.zone)))
    if row is None:
        raise NotFound("this month is not closed", "month")
    message = period_message(row, call)
    for balance in await books.closing_balances(call.session, row.ends_at, BALANCES_MAX):
        message.balances.add(account=balance.account, amount=amount(balance.balance_minor, balance.currency))
    return message


def month_of(row: PeriodRow, call: Call[Resources]) -> str:
    """The month that ends where the period does."""
    end = row.ends_at.astimezone(call.resources.bank.zone)
    return f"{end.year - (end.month == 1)}-{(end.month - 2) % 12 + 1:02}"


def period_message(row: PeriodRow, call: Call[Resources]) -> books_pb.AccountingPeriod:
    return books_pb.AccountingPeriod(
        month=month_of(row, call),
        starts_at=timestamp(row.starts_at),
        ends_at=timestamp(row.ends_at),
        entries=row.entries,
        closed_by=str(row.closed_by),
        closed_at=timestamp(row.closed_at),
    )


@api.serves
async def exchange_money(request: books_pb.ExchangeMoneyRequest, call: Call[Resources]) -> books_pb.Exchange:
    return await exchanged(request, call, unapproved(call))


async def exchanged(request: books_pb.ExchangeMoneyRequest, call: Call[Resources], people: People) -> books_pb.Exchange:
    row = await commands.exchange_money(
        call.session,
        account=request.account,
        sold=counted(request.sold, "sold"),
        bought=counted(request.bought, "bought"),
        rate=request.rate,
        reason=request.reason,
        by=people.by,
        approved_by=people.approved_by,
        now=call.now,
    )
    return exchange_message(row)


@api.serves
async def list_exchanges(request: books_pb.ListExchangesRequest, call: Call[Resources]) -> books_pb.ExchangePage:
    part = pages.by_id(request.page)
    rows, page = part.cut(await books.exchanges(call.session, part), pages.at_id)
    return books_pb.ExchangePage(exchanges=[exchange_message(row) for row in rows], page=page)


def exchange_message(row: ExchangeRow) -> books_pb.Exchange:
    return books_pb.Exchange(
        id=str(row.id),
        entry_id=str(row.entry_id),
        sold=amount(row.sold_minor, row.sold_currency),
        bought=amount(row.bought_minor, row.bought_currency),
        rate=f"{row.rate.normalize():f}",
        reason=row.reason,
        made_by=str(row.made_by),
        made_at=timestamp(row.made_at),
    )


@api.serves
async def list_seals(request: books_pb.ListSealsRequest, call: Call[Resources]) -> books_pb.SealPage:
    partner_id = own(call.principal, request.partner_id)
    part = pages.by_position(request.page)
    chain = chain_of(partner_id) if partner_id else CITY
    rows, page = part.cut(await books.seals(call.session, chain, part), lambda row: (row.number,))
    return books_pb.SealPage(seals=[seal_message(row) for row in rows], page=page)


def seal_message(row: SealRow) -> books_pb.Seal:
    return books_pb.Seal(
        chain=row.chain,
        number=row.number,
        upto=row.upto,
        postings=row.postings,
        previous=row.previous,
        hash=row.hash,
        sealed_at=timestamp(row.sealed_at),
    )
