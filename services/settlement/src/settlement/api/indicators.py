"""What orders' money comes to over HTTP: read from what was counted, never from the ledger."""

from chassis import counted_months
from chassis.api import Call
from yima.common.v1.types_pb2 import Money
from yima.settlement.v1 import indicators_pb2 as pb

from settlement.api.served import api
from settlement.commands.resources import Resources
from settlement.store import indicators as store
from settlement.tables import MoneyMonthRow


@api.serves
async def list_money_indicators(request: pb.ListMoneyIndicatorsRequest, call: Call[Resources]) -> pb.MoneyIndicators:
    since = counted_months.shown_since(request.since, call.resources.bank.zone, call.now)
    rows = await store.months_since(call.session, since)
    return pb.MoneyIndicators(indicators=[indicator_message(row) for row in rows])


def indicator_message(row: MoneyMonthRow) -> pb.MoneyIndicator:
    return pb.MoneyIndicator(
        month=f"{row.month:%Y-%m}",
        partner_id=str(row.partner_id),
        share=row.share,  # type: ignore[arg-type] # the contract's number
        amount=Money(currency=row.currency, minor=row.amount_minor or 0),
        withheld=row.amount_minor is None,
    )
