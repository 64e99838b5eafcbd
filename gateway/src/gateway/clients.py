"""The services behind the gateway."""

from dataclasses import dataclass, fields

from chassis.client import Boundary, http_client
from chassis.inside import HttpClient
from chassis.settings import Settings
from yima.catalog.v1.client import CatalogClient
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.client import IdentityClient
from yima.notifications.v1.client import NotificationsClient
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
    notifications: NotificationsClient

    def across(self, boundary: Boundary) -> "Clients":
        """The same services, for a caller beyond a boundary."""
        return Clients(**{field.name: getattr(self, field.name).across(boundary) for field in fields(self)})


def connect(settings: Settings, http: HttpClient) -> Clients:
    return Clients(
        identity=IdentityClient(http, settings.url("identity"), http_client()),
        partners=PartnersClient(http, settings.url("partners")),
        catalog=CatalogClient(http, settings.url("catalog")),
        ordering=OrderingClient(http, settings.url("ordering")),
        settlement=SettlementClient(http, settings.url("settlement")),
        consent=ConsentClient(http, settings.url("consent")),
        records=RecordsClient(http, settings.url("records")),
        notifications=NotificationsClient(http, settings.url("notifications")),
    )
