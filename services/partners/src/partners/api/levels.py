"""The four levels of data over HTTP: on which of them partners take part now."""

from chassis.api import Call
from yima.partners.v1 import api_pb2 as pb

from partners.api.served import Resources, api, check_district
from partners.store import levels as store
from partners.store.levels import Levels


@api.serves
async def list_partner_levels(request: pb.ListPartnerLevelsRequest, call: Call[Resources]) -> pb.PartnerLevels:
    district = request.district
    check_district(district, call.resources.city)
    partners = await store.of_active_partners(call.session, call.now)
    return pb.PartnerLevels(
        partners=[level_message(partner) for partner in partners if not district or district in partner.districts]
    )


def level_message(partner: Levels) -> pb.PartnerLevel:
    levels = [
        (partner.collects, pb.DATA_LEVEL_COLLECTION),
        (partner.connected, pb.DATA_LEVEL_CONNECTIVITY),
        (partner.uses, pb.DATA_LEVEL_UTILISATION),
        (partner.serves, pb.DATA_LEVEL_SERVICE),
    ]
    return pb.PartnerLevel(
        partner_id=str(partner.partner_id),
        kind=f"PARTNER_KIND_{partner.kind.upper()}" if partner.kind else pb.PARTNER_KIND_UNSPECIFIED,
        districts=partner.districts,
        levels=[level for on, level in levels if on],
    )
