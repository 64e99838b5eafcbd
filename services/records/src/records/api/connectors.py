"""Connectors of sources: what one says of itself, and how it is."""

from chassis.api import Call
from chassis.ids import parse_id
from yima.records.v1 import collection_pb2 as collection

from records.api.served import Resources, api
from records.api.sources import connector_message, own_partner
from records.commands import connectors as commands
from records.domain import connectors as rules


@api.serves
async def report_connector(
    request: collection.ReportConnectorRequest, call: Call[Resources]
) -> collection.ConnectorState:
    said = rules.check_report(
        version=request.version,
        waiting_lines=request.waiting_lines,
        waiting_batches=request.waiting_batches,
        oldest_waiting_seconds=request.oldest_waiting_seconds,
        last_number=request.last_number,
        errors=[(each.kind, each.count) for each in request.errors],
    )
    source, row = await commands.report(
        call.session,
        source_id=parse_id(request.source_id, "source_id"),
        partner_id=own_partner(call),
        said=said,
        now=call.now,
    )
    return connector_message(source, row, call.now)
