"""Loaders: what many rows of an answer need of one service is asked for in one call."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from strawberry.dataloader import DataLoader
from yima.catalog.v1 import api_pb2 as catalog
from yima.identity.v1 import api_pb2 as identity
from yima.ordering.v1 import api_pb2 as ordering
from yima.partners.v1 import api_pb2 as partners
from yima.settlement.v1 import api_pb2 as settlement

from gateway.clients import Clients
from gateway.responses import Shared

BATCH_MAX = 200  # as many as the services take at once
SHARED = {
    "profiles": "partner",
    "offerings": "offering",
    "sites": "site",
}  # loaders of what everybody may see, and the kinds they find


class HasId(Protocol):
    id: str


class Loaders:
    """One request's loaders; they remember for as long as the request lives."""

    def __init__(self, clients: Clients, token: str, shared: Shared) -> None:
        async def profiles(ids: Sequence[str]) -> Sequence[partners.Profile | None]:
            before = shared.events
            answer = await clients.partners.get_profiles(partners.GetProfilesRequest(partner_ids=ids))
            return remembered("partner", in_order(ids, {profile.id: profile for profile in answer.profiles}), before)

        async def offerings(ids: Sequence[str]) -> Sequence[catalog.Offering | None]:
            before = shared.events
            answer = await clients.catalog.get_offerings(catalog.GetOfferingsRequest(offering_ids=ids))
            return remembered(
                "offering", in_order(ids, {offering.id: offering for offering in answer.offerings}), before
            )

        async def sites(ids: Sequence[str]) -> Sequence[catalog.Site | None]:
            before = shared.events
            answer = await clients.catalog.get_sites(catalog.GetSitesRequest(site_ids=ids))
            return remembered("site", in_order(ids, {site.id: site for site in answer.sites}), before)

        async def payments(ids: Sequence[str]) -> Sequence[settlement.Payment | None]:
            answer = await clients.settlement.get_payments(settlement.GetPaymentsRequest(order_ids=ids), token)
            return in_order(ids, {payment.order_id: payment for payment in answer.payments})

        def remembered[T: HasId](kind: str, objects: list[T | None], before: int) -> list[T | None]:
            for item in objects:
                if item is not None:
                    shared.keep_object(f"{kind}:{item.id}", item, before)
            return objects

        async def free_places(ids: Sequence[str]) -> Sequence[Sequence[ordering.FreePlace]]:
            answer = await clients.ordering.get_free_places(ordering.GetFreePlacesRequest(offering_ids=ids))
            return [offering.places for offering in answer.offerings]

        async def measures(ids: Sequence[str]) -> Sequence[catalog.PartnerMeasures | None]:
            answer = await clients.catalog.get_partner_measures(catalog.GetPartnerMeasuresRequest(partner_ids=ids))
            return in_order(ids, {partner.partner_id: partner for partner in answer.partners})

        async def institutions(ids: Sequence[str]) -> Sequence[identity.Institution | None]:
            answer = await clients.identity.get_institutions(
                identity.GetInstitutionsRequest(institution_ids=ids), token
            )
            return in_order(ids, {institution.id: institution for institution in answer.institutions})

        self.institutions = DataLoader(institutions, max_batch_size=BATCH_MAX)
        self.measures = DataLoader(measures, max_batch_size=BATCH_MAX)
        self.free_places = DataLoader(free_places, max_batch_size=BATCH_MAX)
        self.profiles = DataLoader(profiles, max_batch_size=BATCH_MAX)
        self.sites = DataLoader(sites, max_batch_size=BATCH_MAX)
        self.offerings = DataLoader(offerings, max_batch_size=BATCH_MAX)
        self.payments = DataLoader(payments, max_batch_size=BATCH_MAX)


def in_order[T](ids: Iterable[str], by_id: dict[str, T]) -> list[T | None]:
    return [by_id.get(object_id) for object_id in ids]
