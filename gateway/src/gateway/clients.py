"""The services behind the gateway."""

from dataclasses import dataclass

from chassis.client import http_client
from chassis.settings import Settings
from pyreqwest.client import Client as HttpClient
from yima.catalog.v1.client import CatalogClient
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.client import IdentityClient
from yima.ordering.v1.client import OrderingClient
from yima.partners.v1.client import PartnersClient
from yima.records.v1.client import RecordsClient
from yima.settlement.v1.client import SettlementClient


@dataclass(frozen=True)
class Clients:
    """One client a service, over one connection pool."""

    identity: IdentityClient
    partners: PartnersClient
    catalog: CatalogClient
    ordering: OrderingClient
    settlement: SettlementClient
    consent: ConsentClient
    records: RecordsClient


def connect(settings: Settings, http: HttpClient) -> Clients:
    return Clients(
        identity=IdentityClient(http, settings.identity_url, http_client()),
        partners=PartnersClient(http, settings.partners_url),
        catalog=CatalogClient(http, settings.catalog_url),
        ordering=OrderingClient(http, settings.ordering_url),
        settlement=SettlementClient(http, settings.settlement_url),
        consent=ConsentClient(http, settings.consent_url),
        records=RecordsClient(http, settings.records_url),
    )
