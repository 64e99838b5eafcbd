"""Partners, composed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import city_pack.settings
from chassis import sealing, signing
from chassis.client import http_client
from chassis.database import Database
from chassis.service import Service
from chassis.workers import Task, Worker
from litestar import get
from litestar.handlers import BaseRouteHandler
from pydantic import Field
from yima.catalog.v1.client import CatalogClient
from yima.consent.v1.client import ConsentClient
from yima.identity.v1.client import IdentityClient
from yima.notifications.v1.client import NotificationsClient
from yima.ordering.v1.client import OrderingClient
from yima.settlement.v1.client import SettlementClient

from partners.api import Resources, api, document_links
from partners.commands import bank_accounts, documents, evidence, registrations
from partners.commands.certificates import LAPSES_MAX, announce_lapses
from partners.domain.tariffs import check_aspects, check_rubric, check_tariffs
from partners.handlers import SUBSCRIPTIONS
from partners.registers import HttpInstitutionRegister

LAPSES_EVERY_SECONDS = 5.0
ACCOUNTS_EVERY_SECONDS = 5.0
REGISTRATIONS_EVERY_SECONDS = 5.0
UNNAMED_EVERY_SECONDS = 300.0
EVIDENCE_EVERY_SECONDS = 60.0


class Settings(sealing.Settings, city_pack.settings.Settings):
    """The settings every service has, what its signing keys are enciphered with, and a pack that is fit for it."""

    registers_url: str = "http://127.0.0.1:8709"  # where the register of institutions is asked
    registers_secret: str = ""  # what it is asked with
    registration_recheck_hours: float = Field(
        default=24.0, gt=0
    )  # after which a partner's registration is checked again

    def check(self) -> None:
        super().check()
        check_tariffs(self.city, self.city_file)
        check_aspects(self.city, self.city_file)
        check_rubric(self.city, self.city_file)


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    http = http_client()
    register = HttpInstitutionRegister(settings.registers_url, settings.registers_secret)
    async with database.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), settings.sealer)
    yield Resources(
        settings.city,
        IdentityClient(http, settings.url("identity")),
        CatalogClient(http, settings.url("catalog")),
        ConsentClient(http, settings.url("consent")),
        OrderingClient(http, settings.url("ordering")),
        SettlementClient(http, settings.url("settlement")),
        NotificationsClient(http, settings.url("notifications")),
        database,
        register,
        keys,
        timedelta(hours=settings.registration_recheck_hours),
    )
    await register.close()


def more_handlers(database: Database, resources: Resources) -> Sequence[BaseRouteHandler]:
    @get("/certificate-keys.json")
    async def certificate_keys() -> dict[str, object]:
        """The keys that verify the certificate registry (RFC 7517)."""
        return resources.keys.key_set()

    return [certificate_keys, *document_links.handlers(database, resources)]


async def lapse_certificates(database: Database, _resources: Resources) -> bool:
    return await announce_lapses(database, database.now()) == LAPSES_MAX


async def put_accounts_into_force(database: Database, _resources: Resources) -> bool:
    """Have payouts go to accounts whose cooling time is over."""
    return await bank_accounts.put_due_into_force(database, database.now()) == bank_accounts.AT_ONCE_MAX


async def check_registrations(database: Database, resources: Resources) -> bool:
    """Partners' registrations are checked with the register again every day: whoever is struck off has lapsed."""
    return await registrations.check_due(
        database, resources.register, resources.city.locales[0], resources.registration_recheck
    )


async def remind_of_evidence(database: Database, resources: Resources) -> bool:
    """Have partners reminded of evidence that ends."""
    return await evidence.remind_due(database, resources.city, database.now()) == evidence.AT_ONCE_MAX


async def remove_unnamed(database: Database, _resources: Resources) -> bool:
    return await documents.remove_unnamed(database, database.now()) == documents.REMOVE_AT_ONCE_MAX


async def sweep_lapses(database: Database, _resources: Resources) -> str:
    """Announce what the worker has not, because its pods hang or are away."""
    count = 0
    while announced := await announce_lapses(database, database.now()):
        count += announced
    return f"{count} lapses announced"


def service() -> Service[Settings, Resources]:
    settings = Settings()
    return Service(
        name="partners",
        api=api,
        settings=settings,
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        more_handlers=more_handlers,
        tasks=[*signing.tasks(settings), Task("lapse-certificates", sweep_lapses)],
        workers=[
            signing.keeper(lambda resources: resources.keys, settings),
            Worker("lapse certificates", lapse_certificates, LAPSES_EVERY_SECONDS),
            Worker("put bank accounts into force", put_accounts_into_force, ACCOUNTS_EVERY_SECONDS),
            Worker("check registrations", check_registrations, REGISTRATIONS_EVERY_SECONDS),
            Worker("remind of evidence that ends", remind_of_evidence, EVIDENCE_EVERY_SECONDS),
            Worker("remove documents that nobody names", remove_unnamed, UNNAMED_EVERY_SECONDS),
        ],
    )
