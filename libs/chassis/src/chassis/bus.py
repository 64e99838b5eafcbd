"""The connection to NATS, and the streams on it. A broker that is away is waited for; nothing else stops."""

import asyncio
import logging
import ssl
from datetime import timedelta
from typing import Any

import nats
import nkeys
from nats.aio.client import Client as Connection
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

from chassis import errors
from chassis.settings import Settings, SettingUnfit

log = logging.getLogger("chassis.bus")

CONNECT_SECONDS = 2
RETRY_SECONDS = 0.5
REQUEST_SECONDS = 5
PING_SECONDS = 10  # between two questions whether the bus is there; nats-py's own take minutes to notice a lost network
PINGS_MAX = 2  # without an answer, and another connection is made
STREAM_AGE = timedelta(days=7)
DUPLICATE_WINDOW = timedelta(minutes=2)
MESSAGE_BYTES_MAX = 512 * 1024
DEAD_LETTERS = "DEADLETTERS"
STREAM_DIFFERS = 10058  # JetStream's error: there is a stream of this name, with other settings


def credentials(settings: Settings, name: str) -> dict[str, Any]:
    """How to believe the bus and be believed by it as the process of this name: nats-py's options.

    `SettingUnfit` names the setting that is no good.
    """
    options: dict[str, Any] = {}
    if settings.nats_password:
        options |= {"user": name, "password": settings.nats_password}
    if settings.nats_ca:
        try:
            options["tls"] = ssl.create_default_context(cadata=settings.nats_ca)
        except ssl.SSLError as error:
            raise SettingUnfit(f"YIMA_NATS_CA holds no certificate in PEM: {error}") from None
    if settings.nats_seed:
        try:
            nkeys.from_seed(settings.nats_seed.strip().encode())
        except (nkeys.NkeysError, ValueError) as error:
            raise SettingUnfit(f"YIMA_NATS_SEED is no NKey's seed: {type(error).__name__}") from None
        options["nkeys_seed_str"] = settings.nats_seed.strip()
    return options


async def connect(settings: Settings, name: str) -> Connection:
    """A connection that reconnects for as long as the process lives; the first one is waited for.

    Answers come to an inbox of the process's own name, so that no other may read them.
    """
    url = settings.nats_url
    shown = without_secrets(url)

    async def on_error(error: Exception) -> None:
        log.warning("nats at %s (YIMA_NATS_URL): %s", shown, errors.describe(error))

    while True:
        try:
            options = credentials(settings, name)
            return await nats.connect(
                url,
                name=name,
                connect_timeout=CONNECT_SECONDS,
                reconnect_time_wait=RETRY_SECONDS,
                max_reconnect_attempts=-1,
                ping_interval=PING_SECONDS,
                max_outstanding_pings=PINGS_MAX,
                error_cb=on_error,
                pending_size=16 * 1024 * 1024,
                inbox_prefix=f"_INBOX.{name}",
                **options,
            )
        except (OSError, NatsError, TimeoutError, ValueError) as error:
            log.warning("nats at %s (YIMA_NATS_URL) cannot be used yet: %s", shown, errors.describe(error))
            await asyncio.sleep(RETRY_SECONDS)


async def subscribed(connection: Connection) -> None:
    """Return once the bus knows of all that was subscribed to on this connection.

    nats-py 2.16 writes a flush's PING before commands that still wait to be written, so its answer may come before
    theirs. By then they are written: a second answer comes after them.
    """
    await connection.flush()
    await connection.flush()


def jetstream(connection: Connection) -> JetStreamContext:
    return connection.jetstream(timeout=REQUEST_SECONDS)


def stream_of(name: str) -> str:
    """The stream that carries an event, from its full name: `yima.ordering.v1.OrderPlaced` is in ORDERING."""
    return name.split(".")[1].upper()


def stream_configs(service: str, replicas: int) -> tuple[StreamConfig, StreamConfig]:
    """The service's own stream and the dead letters', as they should be."""
    own = StreamConfig(name=service.upper(), subjects=[f"yima.{service}.v1.>"], max_age=STREAM_AGE.total_seconds())
    own.allow_atomic = True
    dead = StreamConfig(name=DEAD_LETTERS, subjects=["deadletters.>"])
    for config in (own, dead):
        config.storage = StorageType.FILE
        config.num_replicas = replicas
        config.discard = DiscardPolicy.OLD
        config.duplicate_window = DUPLICATE_WINDOW.total_seconds()
        config.max_msg_size = MESSAGE_BYTES_MAX
    return own, dead


async def ensure_streams(jet: JetStreamContext, service: str, replicas: int = 1) -> None:
    """Create the service's own stream and the dead letters' where they are missing.

    One that is there is left as it is: only the operator changes streams (`update_streams`).
    """
    for config in stream_configs(service, replicas):
        try:
            await jet.add_stream(config)
        except BadRequestError as error:
            if error.err_code != STREAM_DIFFERS:
                raise
            log.warning("stream %s has other settings than this release's: run `yima streams update`", config.name)


async def update_streams(jet: JetStreamContext, service: str, replicas: int = 1) -> None:
    """Give the service's stream and the dead letters' this release's settings; takes the operator's rights."""
    for config in stream_configs(service, replicas):
        try:
            await jet.update_stream(config)
        except NotFoundError:
            await jet.add_stream(config)


def without_secrets(url: str) -> str:
    """An address as it may be shown: without user and password."""
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
