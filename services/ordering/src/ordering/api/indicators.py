"""What orders come to over HTTP: read from what was counted, never from the orders."""

from chassis import counted_months
from chassis.api import Call
from yima.ordering.v1 import indicators_pb2 as pb

from ordering.api.served import api
from ordering.resources import Resources
from ordering.store import indicators as store
from ordering.tables import OrderMonthRow


@api.serves
async def list_order_indicators(request: pb.ListOrderIndicatorsRequest, call: Call[Resources]) -> pb.OrderIndicators:
    since = counted_months.shown_since(request.since, call.resources.zone, call.now)
    rows = await store.months_since(call.session, since)
    return pb.OrderIndicators(indicators=[indicator_message(row) for row in rows])


def indicator_message(row: OrderMonthRow) -> pb.OrderIndicator:
    return pb.OrderIndicator(
        month=f"{row.month:%Y-%m}",
        partner_id=str(row.partner_id),
        ending=row.ending,  # type: ignore[arg-type] # the contract's number
        orders=row.orders or 0,
        withheld=row.orders is None,
    )
