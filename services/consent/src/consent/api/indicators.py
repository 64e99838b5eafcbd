"""How data is used over HTTP: read from what was counted, never from the log."""

from chassis import counted_months
from chassis.api import Call
from yima.consent.v1 import indicators_pb2 as pb

from consent.api.served import Resources, api
from consent.store import indicators as store
from consent.tables import DataUseMonthRow


@api.serves
async def list_data_indicators(request: pb.ListDataIndicatorsRequest, call: Call[Resources]) -> pb.DataIndicators:
    since = counted_months.shown_since(request.since, call.resources.city.zone, call.now)
    rows = await store.months_since(call.session, since)
    return pb.DataIndicators(indicators=[indicator_message(row) for row in rows])


def indicator_message(row: DataUseMonthRow) -> pb.DataIndicator:
    return pb.DataIndicator(
        month=f"{row.month:%Y-%m}",
        purpose=row.purpose,
        information_type=row.information_type,
        uses=row.uses or 0,
        withheld=row.uses is None,
    )
