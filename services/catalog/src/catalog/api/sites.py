"""Sites over HTTP."""

from uuid import UUID

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid
from yima.catalog.v1 import api_pb2 as pb

from catalog.api.served import IDS_MAX, Resources, api
from catalog.commands import site_pictures
from catalog.commands import sites as commands
from catalog.events import site_message, site_review_message
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
async def put_site_pictures(request: pb.PutSitePicturesRequest, call: Call[Resources]) -> pb.Site:
    site = await site_pictures.put_pictures(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        code=request.site_code,
        pictures=request.pictures,
        city=call.resources.city,
        now=call.now,
    )
    return site_message(site)


@api.serves
async def list_site_reviews(request: pb.ListSiteReviewsRequest, call: Call[Resources]) -> pb.SiteReviewPage:
    part = pages.by_id(request.page)
    partner_id = None if call.principal.supervises else UUID(call.principal.partner_id)
    rows, page = part.cut(await sites.with_pictures_not_shown(call.session, partner_id, part), pages.at_id)
    return pb.SiteReviewPage(reviews=list(map(site_review_message, rows)), page=page)


@api.serves
async def decide_site_pictures(request: pb.DecideSitePicturesRequest, call: Call[Resources]) -> pb.Site:
    site = await site_pictures.decide_pictures(
        call.session,
        site_id=parse_id(request.site_id, "site_id"),
        looked_at=request.version,
        approved=request.approved,
        reason=request.reason,
        now=call.now,
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
