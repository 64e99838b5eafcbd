"""Sites over HTTP."""

from uuid import UUID

from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from yima.catalog.v1 import api_pb2 as pb

from catalog.api.served import IDS_MAX, Resources, api
from catalog.commands import sites as commands
from catalog.events import site_message
from catalog.store import sites


@api.serves
async def put_site(request: pb.PutSiteRequest, call: Call[Resources]) -> pb.Site:
    site = await commands.put_site(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        code=request.site_code,
        details=request.details,
        city=call.resources.city,
    )
    return site_message(site)


@api.serves
async def list_sites(request: pb.ListSitesRequest, call: Call[Resources]) -> pb.Sites:
    rows = await sites.of_partner(call.session, parse_id(request.partner_id, "partner_id"))
    return pb.Sites(sites=list(map(site_message, rows)))


@api.serves
async def get_sites(request: pb.GetSitesRequest, call: Call[Resources]) -> pb.Sites:
    if len(request.site_ids) > IDS_MAX:
        raise Invalid("site_ids", f"at most {IDS_MAX}")
    ids = [parse_id(site_id, f"site_ids[{index}]") for index, site_id in enumerate(request.site_ids)]
    return pb.Sites(sites=list(map(site_message, await sites.by_ids(call.session, ids))))
