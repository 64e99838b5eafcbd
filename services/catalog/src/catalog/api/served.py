"""What is served, for whom, and which refusal answers which status."""

from dataclasses import dataclass
from uuid import UUID

from chassis.api import Api, Call
from city_pack.pack import City
from yima.catalog.v1 import api_pb2 as pb
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.client import PartnersClient

from catalog.domain.attachments import TooManyAttachments
from catalog.domain.calendars import CalendarEnded, CalendarOfAnother, CalendarTaken, TooManyCalendars
from catalog.domain.offerings import ReferenceTaken, RevisionChanged, StepRefused
from catalog.domain.pilots import NoPilot
from catalog.domain.sites import SiteChanged, SiteInUse, TooManySites
from catalog.domain.slots import SlotsOverlap
from catalog.domain.standings import NotPermitted, OfferingFrozen, check_good_standing
from catalog.store import standings
from catalog.store.finding import Searches

IDS_MAX = 200


@dataclass(frozen=True)
class Resources:
    """The city: its languages, currency and clock, and what its catalogue is sorted by; who knows what is frozen; who
    knows which practitioners a partner has; what searches are asked on."""

    city: City
    partners: PartnersClient
    identity: IdentityClient
    searches: Searches


async def in_good_standing(call: Call[Resources]) -> None:
    """Refuse a caller whose partner may not publish now, by the standing that the catalog knows."""
    check_good_standing(await standings.standing(call.session, UUID(call.principal.partner_id)), call.now)


api: Api[Resources] = Api(
    pb.DESCRIPTOR.services_by_name["CatalogApi"],
    refusals={
        TooManyAttachments: 409,
        CalendarEnded: 409,
        CalendarOfAnother: 409,
        CalendarTaken: 409,
        NoPilot: 409,
        NotPermitted: 403,
        OfferingFrozen: 403,
        ReferenceTaken: 409,
        RevisionChanged: 409,
        SiteChanged: 409,
        SiteInUse: 409,
        SlotsOverlap: 409,
        StepRefused: 409,
        TooManyCalendars: 409,
        TooManySites: 409,
    },
    standing=in_good_standing,
)
