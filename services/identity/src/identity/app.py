"""Identity, composed."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import batched
from pathlib import Path

import city_pack.settings
from chassis import sealing, signing
from chassis.auth import FetchedKeys, Verifier
from chassis.batching import Batcher
from chassis.client import http_client
from chassis.database import Database
from chassis.refusals import Refusal, Unavailable
from chassis.service import Service
from chassis.sessions import Ended
from chassis.settings import SettingUnfit
from chassis.workers import Worker
from pydantic import Field
from yima.consent.v1.client import ConsentClient
from yima.notifications.v1.client import NotificationsClient
from yima.partners.v1.api_pb2 import CheckApiKeysRequest
from yima.partners.v1.client import PartnersClient

from identity import store
from identity.api import Resources, api
from identity.api.access import ended_sessions
from identity.commands import cities, contacts, factors, freezes, guardianships, licences
from identity.commands.access import end_sessions_of_api_keys
from identity.commands.cities import BetweenCities
from identity.commands.passwords import ensure_account
from identity.commands.scans import Presentation, Redemption, redeem_together
from identity.domain.access import ACCESS_SECONDS, TryLimit
from identity.domain.cities import CityKey
from identity.domain.passkeys import Site
from identity.domain.patients import PatientSeals
from identity.domain.people import Role
from identity.domain.proofs import SECRET_LENGTH_MIN, NumberKey
from identity.domain.providers import Registered
from identity.handlers import SUBSCRIPTIONS
from identity.hashing import Passwords
from identity.intercity import Intercity
from identity.messenger import CarriedByNotifications, Messenger, SandboxMessenger
from identity.registers.http import HttpRegisters
from identity.registers.openid import Provider

KEYS_EVERY_SECONDS = 5.0
FREEZES_EVERY_SECONDS = 15.0  # and when the process starts
SWEEP_EVERY_SECONDS = 600.0
MESSAGES_EVERY_SECONDS = 1.0
ADDRESSES_EVERY_SECONDS = 30.0
ADDRESSES_MAX = 100_000  # that are remembered, of the last used
KEYS_MAX = 200  # that are asked about at once
PASSWORD_LENGTH_MIN = 12  # as the chart asks for
HOUR_SECONDS = 3600.0
MINUTE_SECONDS = 60.0
STATEMENTS_EVERY_SECONDS = 30.0
LICENCES_EVERY_SECONDS = 5.0


class Settings(sealing.Settings, city_pack.settings.Settings):
    operator_login: str = "operator@yima.example.org"  # of the first operator
    operator_password: str = Field(min_length=PASSWORD_LENGTH_MIN)  # the first operator's, at the first start
    regulator_login: str = "regulator@yima.example.org"  # of the first regulator
    regulator_password: str = Field(min_length=PASSWORD_LENGTH_MIN)  # the first regulator's, at the first start
    access_seconds: int = Field(default=ACCESS_SECONDS, ge=1, le=ACCESS_SECONDS)  # an access token is good for so long
    confirm_registrations: bool = True  # send a code to who registers, where messages can be sent
    send_messages: bool = False  # have notifications carry codes and messages about accounts
    messages_file: str = ""  # in its place, append them here as JSON lines, for trials and tests
    second_factor_roles: str = "practitioner, partner, operator, regulator"  # whose accounts need one
    step_up_minutes: int = Field(default=10, ge=1, le=60)  # what is grave may be done so long after a factor was used
    passkey_origins: str = ""  # of the pages that ask for passkeys, `https://yima.example.org`; commas between
    passkey_domain: str = ""  # what passkeys are for, once and for all; empty: the host of the first of those pages
    # Where the systems of partners get tokens with keys of their own, as they reach it from outside:
    # `https://yima.example.org/oauth/token`; empty: nowhere.
    token_url: str = ""
    openid_issuer: str = ""  # the city's OpenID provider, to sign in with; empty: none
    openid_client_id: str = ""  # what the provider knows this system by
    openid_client_secret: str = ""  # what it believes that by
    openid_redirect: str = ""  # the page that it sends people back to, as it is registered there
    registrations_per_hour: int = Field(default=60, ge=1)  # accounts one address may ask for, and one institution
    # What identity numbers are hashed with. It never changes: with another, nobody's number is known any more.
    numbers_secret: str = Field(min_length=SECRET_LENGTH_MIN)
    registers_url: str = "http://127.0.0.1:8709"  # where the registers of people, licences and institutions are asked
    registers_secret: str = ""  # what they are asked with
    licence_recheck_hours: float = Field(default=24.0, gt=0)  # after which a practitioner's licence is checked again
    # What signs that which is said to other cities: 32 random bytes in base64. Empty: no other city's code is honoured.
    city_key: str = ""
    city_scans_per_minute: int = Field(default=600, ge=1)  # codes one other city may have redeemed

    @property
    def factor_roles(self) -> frozenset[Role]:
        names = [name.strip() for name in self.second_factor_roles.split(",") if name.strip()]
        if unknown := sorted({*names} - {*Role}):
            known = ", ".join(Role)
            raise SettingUnfit(f"YIMA_SECOND_FACTOR_ROLES: {', '.join(unknown)} is none of the roles {known}")
        return frozenset(map(Role, names))

    @property
    def own_city_key(self) -> CityKey | None:
        if not self.city_key:
            return None
        try:
            return CityKey.of(self.city_key)
        except ValueError as unfit:
            raise SettingUnfit(f"YIMA_CITY_KEY: {unfit}") from None

    @property
    def site(self) -> Site | None:
        """Where passkeys are asked for; None where they are not set up."""
        return Site.of(self.passkey_origins, self.passkey_domain, f"Yima {self.city.name}")

    @property
    def openid(self) -> Registered | None:
        """What the city's OpenID provider knows us by, where there is one."""
        return Registered.of(self.openid_issuer, self.openid_client_id, self.openid_client_secret, self.openid_redirect)

    def check(self) -> None:
        super().check()
        _ = self.factor_roles, self.own_city_key, self.site, self.openid


@asynccontextmanager
async def resources(settings: Settings, database: Database) -> AsyncGenerator[Resources]:
    now = datetime.now(UTC)
    async with database.transaction() as session:
        ring = await signing.load(session, now, settings.sealer)
    passwords = Passwords()
    for role, login, password in (
        (Role.OPERATOR, settings.operator_login, settings.operator_password),
        (Role.REGULATOR, settings.regulator_login, settings.regulator_password),
    ):
        await ensure_account(database, passwords, login=login, password=password, role=role, now=now)

    async def redeem(presentations: Sequence[Presentation]) -> Sequence[Redemption | Refusal]:
        return await redeem_together(database, presentations, settings.city)

    await cities.put_list_of_pack(database, settings.city)
    minute = settings.city_scans_per_minute
    intercity = Intercity()
    registers = HttpRegisters(settings.registers_url, settings.registers_secret)
    provider = Provider(settings.openid) if settings.openid else None
    messenger: Messenger | None = None
    if settings.messages_file:
        messenger = SandboxMessenger(Path(settings.messages_file))
    elif settings.send_messages:
        notifications = NotificationsClient(http_client(), settings.url("notifications"))
        messenger = CarriedByNotifications(notifications, ring, lambda: database.now().timestamp())
    yield Resources(
        database=database,
        keys=ring,
        redeeming=Batcher(redeem),
        passwords=passwords,
        ended=Ended(partial(ended_sessions, database)),
        partners=PartnersClient(http_client(), settings.url("partners")),
        city=settings.city.name,
        pack=settings.city,
        locales=list(settings.city.locales),
        registrations=TryLimit(
            "registration", settings.registrations_per_hour, HOUR_SECONDS / settings.registrations_per_hour, 0.0
        ),
        factor_roles=settings.factor_roles,
        sealer=settings.sealer,
        site=settings.site,
        provider=provider,
        step_up_life=timedelta(minutes=settings.step_up_minutes),
        confirms_registrations=settings.confirm_registrations and messenger is not None,
        messenger=messenger,
        set_by_settings=frozenset({settings.operator_login, settings.regulator_login}),
        access_life=timedelta(seconds=settings.access_seconds),
        people_register=registers,
        licence_register=registers,
        recheck=timedelta(hours=settings.licence_recheck_hours),
        number_key=NumberKey(settings.numbers_secret),
        patient_seals=PatientSeals(settings.numbers_secret),
        clock_ahead=settings.clock_ahead,
        token_url=settings.token_url,
        between=BetweenCities(
            settings.city, settings.own_city_key, intercity, TryLimit("city", minute, MINUTE_SECONDS / minute, 0.0)
        ),
        senders=Verifier(FetchedKeys(settings.url("records"), "/record-keys.json")),
        consent=ConsentClient(http_client(), settings.url("consent")),
        notifier=Verifier(FetchedKeys(settings.url("notifications"), "/notification-keys.json")),
    )
    await intercity.close()
    await registers.close()
    if provider is not None:
        await provider.close()
    passwords.close()


async def end_ended_keys(database: Database, resources: Resources) -> bool:
    """End the sessions of API keys that are good no longer, as partners says: for events that did not arrive."""
    async with database.transaction() as session:
        keys = await store.access.live_api_keys(session)
    for batch in batched(keys, KEYS_MAX, strict=False):
        request = CheckApiKeysRequest(api_key_ids=[str(key) for key in batch])
        try:
            good = set((await resources.partners.check_api_keys(request)).api_key_ids)
        except Unavailable:
            return False  # asked again in a moment
        if ended := [key for key in batch if str(key) not in good]:
            async with database.transaction() as session:
                await end_sessions_of_api_keys(session, ended)
    return False


async def know_addresses(database: Database, resources: Resources) -> bool:
    """Whoever comes from where somebody was signed in is counted apart from strangers."""
    async with database.transaction() as session:
        resources.passwords.know(await store.access.addresses_signed_in_from(session, ADDRESSES_MAX))
    return False


async def learn_freezes(database: Database, resources: Resources) -> bool:
    """Ask partners who is frozen: for events that did not arrive."""
    await freezes.learn_freezes(database, resources.partners)
    return False


async def seal_factors(database: Database, resources: Resources) -> bool:
    """Secrets of authenticators are enciphered with the key in use, those of an earlier release, too."""
    async with database.transaction() as session:
        return await factors.seal(session, resources.sealer) == factors.SEAL_AT_ONCE_MAX


async def sweep(database: Database, _resources: Resources) -> bool:
    """Delete sessions, counts and addresses that are long over, a piece a transaction."""
    async with database.transaction() as session:
        return await store.access.sweep(session)


async def end_guardianships(database: Database, resources: Resources) -> bool:
    """Guardianships end when the dependant is of age, or their term is over; everybody who goes by them hears of it."""
    async with database.transaction() as session:
        ended = await guardianships.end_what_is_over(session, city=resources.pack, now=database.now())
    return ended == guardianships.END_AT_ONCE_MAX


async def send_messages(database: Database, resources: Resources) -> bool:
    """Send what is to be sent, with the codes that are to be in it."""
    if resources.messenger is None:
        return False
    async with database.transaction() as session:
        sent = await contacts.send_messages(
            session,
            resources.messenger,
            locales=resources.locales,
            key=resources.contact_keys[resources.keys.kid],
            set_by_settings=resources.set_by_settings,
            now=database.now(),
        )
    return sent == contacts.SEND_AT_ONCE_MAX


async def check_licences(database: Database, resources: Resources) -> bool:
    """Practitioners' licences are checked with the register, and again every day: one that is withdrawn there ends its
    holder's rights here."""
    return await licences.check_due(database, resources.licence_register, resources.recheck)


async def fetch_statements(database: Database, resources: Resources) -> bool:
    """Ask other cities for the keys that sign their codes, so that these are verified while a city is away."""
    await cities.fetch_statements(database, resources.between)
    return False


def service() -> Service[Settings, Resources]:
    settings = Settings()
    return Service(
        name="identity",
        api=api,
        settings=settings,
        make_resources=resources,
        subscriptions=SUBSCRIPTIONS,
        workers=[
            Worker("end ended keys", end_ended_keys, KEYS_EVERY_SECONDS),
            Worker("check licences", check_licences, LICENCES_EVERY_SECONDS),
            Worker("end guardianships", end_guardianships, SWEEP_EVERY_SECONDS),
            Worker("learn who is frozen", learn_freezes, FREEZES_EVERY_SECONDS),
            Worker("know addresses", know_addresses, ADDRESSES_EVERY_SECONDS),
            Worker("send messages", send_messages, MESSAGES_EVERY_SECONDS),
            signing.keeper(lambda resources: resources.keys, settings),
            Worker("encipher second factors", seal_factors, SWEEP_EVERY_SECONDS),
            Worker("fetch other cities' keys", fetch_statements, STATEMENTS_EVERY_SECONDS),
            Worker("forget", sweep, SWEEP_EVERY_SECONDS),
        ],
        tasks=signing.tasks(settings),
        keys=lambda resources: resources.keys,
        ended=lambda resources: resources.ended,
    )
