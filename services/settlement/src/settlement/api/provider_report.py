"""The provider's report over HTTP. Decode, one call, encode."""

from chassis.api import Call
from yima.settlement.v1 import reconciliation_pb2 as recon

from settlement import commands
from settlement.api.served import api
from settlement.commands import provider_report
from settlement.commands.resources import Resources
from settlement.store import provider_report as provider_report_store


@api.serves
async def read_provider_report(request: recon.ReadProviderReportRequest, call: Call[Resources]) -> recon.ProviderReport:
    after = await provider_report_store.last_place(call.session)
    movements = await provider_report.read(call.resources.provider, after, call.now)
    lag = call.resources.provider.report_lag
    complete = provider_report.is_complete(movements)
    await commands.take_report(call.session, movements=movements, now=call.now, lag=lag, complete=complete)
    return recon.ProviderReport(movements=len(movements), complete=complete)
