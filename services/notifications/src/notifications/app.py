"""Notifications, composed."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import UUID

import city_pack.settings
from chassis import sealing, signing
from chassis.auth import FetchedKeys, Verifier, sign
from chassis.client import http_client
from chassis.database import Database
from chassis.pairwise import Pairwise
from chassis.service import Service
from chassis.settings import SettingUnfit
from chassis.signing import SigningKeys
from chassis.workers import Worker
from litestar import get
from litestar.handlers import BaseRouteHandler
from pydantic import Field
from yima.common.v1.route_pb2 import Role
from yima.identity.v1 import api_pb2 as identity_pb
from yima.identity.v1.client import IdentityClient
from yima.partners.v1.client import PartnersClient

from notifications.api import api
from notifications.carriers.http import HttpCarrier
from notifications.carriers.port import Carrier
from notifications.carriers.push import VapidKey, WebPush
from notifications.carriers.smtp import Security, Server, Smtp
from notifications.commands import conformance, deliveries, endpoints, notices
from notifications.commands.messages import Addresses, Reached
from notifications.domain.addresses import Allowed
from notifications.domain.messages import AudienceKind, Channel
from notifications.domain.templates import Templates, read_templates
from notifications.handlers import SUBSCRIPTIONS
from notifications.posting import Answer, AskIdentity, AudienceOf, Courier
from notifications.receivers import Receivers
from notifications.resources import Resources
from notifications.sending import Sender
from notifications.store import endpoints as endpoint_store
from notifications.store import pruning, reminders

PRUNE_MAX = 2_000
MINUTE = 60.0
CONFORMANCE_EVERY_SECONDS = 1.0
MESSAGES_EVERY_SECONDS = 0.5
REMIND_EVERY_SECONDS = 5.0
SECRET_LENGTH_MIN = 32
ASKED_SECONDS = 120  # a question to identity is good for so long
SESSIONS_KEPT = timedelta(days=30)  # after they were


class Settings(sealing.Settings, city_pack.settings.Settings):
    """The settings of a service that signs for partners, and sends to where they say."""

    # what partners' ids of residents are made with: the gateway's, where it is explained
    pairwise_secrets: str
    # hosts, or networks such as 10.0.0.0/8, that webhooks may reach though they are not public; separated by commas
    webhook_hosts_allowed: str = ""
    public_url: str = ""  # where the pages are, for links in messages: `https://yima.example.org`; empty: no links
    messages_folder: str = ""  # a city's own texts of messages, a file a language; those that come with Yima otherwise
    smtp_host: str = ""  # the server that takes e-mail; empty: none is sent
    smtp_port: int = Field(default=587, ge=1, le=65535)  # where it listens
    smtp_security: Security = Security.STARTTLS  # starttls, tls (from the first byte), or none to this machine
    smtp_username: str = ""  # as whom we sign in there; empty: we do not
    smtp_password: str = ""  # with what
    mail_from: str = "Yima <no-reply@yima.example.org>"  # as whom e-mail is written
    email_url: str = ""  # a carrier of e-mail over HTTP in an SMTP server's place, such as the sandbox
    sms_url: str = ""  # where the provider of text messages takes them; empty: none are sent
    carriers_secret: str = ""  # what both of these are asked with
    push_secret: str = ""  # what the key for push services is made of, for good; empty: nothing is pushed

    def check(self) -> None:
        super().check()
        Pairwise.of(self.pairwise_secrets)
        Allowed.of(self.webhook_hosts_allowed)
        if self.push_secret and len(self.push_secret) < SECRET_LENGTH_MIN:
            raise SettingUnfit(f"YIMA_PUSH_SECRET must have at least {SECRET_LENGTH_MIN} characters")
        if self.smtp_host and self.email_url:
            raise SettingUnfit("set YIMA_SMTP_HOST or YIMA_EMAIL_URL, not both: e-mail goes one way")
        if self.public_url and not self.public_url.startswith(("https://", "http://")):
            raise SettingUnfit("YIMA_PUBLIC_URL must begin with https://")
        _ = self.templates

    @cached_property
    def templates(self) -> Templates:
        """The texts of the city's languages. Raises `BadTexts`, which names the entry."""
        return read_templates(self.city.locales, self.city.title, self.public_url, self.messages_folder)

    @property
    def vapid(self) -> VapidKey | None:
        """What messages to browsers are signed with; None where nothing is pushed."""
        if not self.push_secret:
            return None
        return VapidKey.of(self.push_secret, f"mailto:{self.mail_from.rpartition('<')[2].rstrip('> ')}")

    def carriers(self, receivers: Receivers) -> Mapping[Channel, Carrier]:
        """What carries messages, by the channels that are set up."""
        carriers: dict[Channel, Carrier] = {}
        if self.smtp_host:
            carriers[Channel.EMAIL] = Smtp(
                Server(
                    self.smtp_host,
                    self.smtp_port,
                    self.smtp_security,
                    self.smtp_username,
                    self.smtp_password,
                    self.mail_from,
                )
            )
        elif self.email_url:
            carriers[Channel.EMAIL] = HttpCarrier(self.email_url, self.carriers_secret)
        if self.sms_url:
            carriers[Channel.SMS] = HttpCarrier(self.sms_url, self.carriers_secret)
        if self.vapid is not None:
            carriers[Channel.PUSH] = WebPush(self.vapid, receivers)
        return carriers


def asking(identity: IdentityClient, keys: SigningKeys, now: Callable[[], float]) -> AskIdentity:
    """Identity, asked who is behind audiences and where messages reach them."""

    async def ask(audiences: Sequence[AudienceOf]) -> Sequence[Answer]:
        token = sign(keys.signing, {"use": "reach", "exp": now() + ASKED_SECONDS})
        request = identity_pb.ReachPeopleRequest(sender=token, audiences=[audience_message(each) for each in audiences])
        reached = await identity.reach_people(request)
        return [
            Answer(
                [
                    Reached(UUID(person.account_id), Role.Name(person.role), list(person.addresses))
                    for person in audience.people
                ],
                audience.ended,
            )
            for audience in reached.audiences
        ]

    return ask


def audience_message(audience: AudienceOf) -> identity_pb.Audience:
    message = identity_pb.Audience(
        duties=[f"DUTY_{duty.upper()}" for duty in audience.duties],
        act=f"GUARDIAN_ACT_{audience.act.upper()}" if audience.act else None,
    )
    if audience.kind is AudienceKind.OPERATORS:
        message.operators = True
    elif audience.kind is AudienceKind.REGULATORS:
        message.regulators = True
    elif audience.kind is AudienceKind.RESIDENT:
        message.resident_id = str(audience.subject_id)
    elif audience.kind is AudienceKind.PARTNER:
        message.partner_id = str(audience.subject_id)
    else:
        message.account_id = str(audience.subject_id)
    return message


@asynccontextmanager
async def make_resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    allowed = Allowed.of(settings.webhook_hosts_allowed)
    receivers = Receivers(allowed, clock_ahead=settings.clock_ahead)
    sender = Sender(database, receivers, settings.sealer)
    async with database.transaction() as session:
        keys = await signing.load(session, datetime.now(UTC), settings.sealer)
    courier = Courier(
        database,
        settings.sealer,
        settings.templates,
        settings.city.zone,
        settings.carriers(receivers),
        asking(IdentityClient(http_client(), settings.url("identity")), keys, lambda: database.now().timestamp()),
        Addresses(settings.pairwise_secrets.partition(",")[0].strip().encode()),
    )
    vapid = settings.vapid
    try:
        yield Resources(
            database=database,
            city=settings.city,
            partners=PartnersClient(http_client(), settings.url("partners")),
            pairwise=Pairwise.of(settings.pairwise_secrets),
            sealer=settings.sealer,
            allowed=allowed,
            templates=settings.templates,
            keys=keys,
            identity_keys=Verifier(FetchedKeys(settings.url("identity"))),
            push_public_key=vapid.public if vapid is not None else "",
            wake_sender=sender.wake,
            send=sender.step,
            play=lambda: conformance.play(database, receivers, settings.sealer),
            write_messages=courier.write,
            carry_messages=courier.carry,
        )
    finally:
        await courier.close()
        await sender.close()


async def send(_database: Database, resources: Resources) -> bool:
    return await resources.send()


async def play_conformance(_database: Database, resources: Resources) -> bool:
    return await resources.play()


async def give_up(database: Database, _resources: Resources) -> bool:
    async with database.transaction() as session:
        return await deliveries.give_up(session, database.now())


async def prune(database: Database, _resources: Resources) -> bool:
    async with database.transaction() as session:
        await endpoint_store.forget_old_secrets(session, database.now())
        sessions = await reminders.prune(session, database.now() - SESSIONS_KEPT, PRUNE_MAX)
        return await pruning.prune(session, database.now(), PRUNE_MAX) or sessions


def more_handlers(_database: Database, resources: Resources) -> Sequence[BaseRouteHandler]:
    @get("/notification-keys.json")
    async def notification_keys() -> dict[str, object]:
        """The keys that verify that notifications asks (RFC 7517)."""
        return resources.keys.key_set()

    return [notification_keys]


async def write_messages(_database: Database, resources: Resources) -> bool:
    return await resources.write_messages()


async def carry_messages(_database: Database, resources: Resources) -> bool:
    return await resources.carry_messages()


async def remind(database: Database, resources: Resources) -> bool:
    async with database.transaction() as session:
        return await notices.remind(session, resources.sealer, database.now()) == notices.REMINDERS_MAX


async def seal_secrets(database: Database, resources: Resources) -> bool:
    return await endpoints.seal(database, resources.sealer)


def service() -> Service[Settings, Resources]:
    settings = Settings()
    return Service(
        name="notifications",
        api=api,
        settings=settings,
        make_resources=make_resources,
        subscriptions=SUBSCRIPTIONS,
        more_handlers=more_handlers,
        tasks=signing.tasks(settings),
        workers=[
            signing.keeper(lambda resources: resources.keys, settings),
            Worker("notice sessions that are near", remind, REMIND_EVERY_SECONDS),
            Worker("write messages", write_messages, MESSAGES_EVERY_SECONDS),
            Worker("carry messages", carry_messages, MESSAGES_EVERY_SECONDS),
            Worker("send webhooks", send, 0.0),
            Worker("play the checks of conformance", play_conformance, CONFORMANCE_EVERY_SECONDS),
            Worker("give up what has waited for a day", give_up, MINUTE),
            Worker("delete what is older than it is kept for", prune, MINUTE),
            Worker("encipher secrets with the key in use", seal_secrets, MINUTE),
        ],
    )
