"""The connection to NATS, and the streams on it. A broker that is away is waited for; nothing else stops."""

import asyncio
import logging
from datetime import timedelta

import nats
from nats.aio.client import Client as Connection
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

log = logging.getLogger("chassis.bus")

CONNECT_SECONDS = 2
RETRY_SECONDS = 0.5
REQUEST_SECONDS = 5
STREAM_AGE = timedelta(days=7)
DUPLICATE_WINDOW = timedelta(minutes=2)
MESSAGE_BYTES_MAX = 512 * 1024
DEAD_LETTERS = "DEADLETTERS"


async def connect(url: str, name: str) -> Connection:
    """A connection that reconnects for as long as the process lives; the first one is waited for."""

    async def told(error: Exception) -> None:
        log.warning("nats: %s", type(error).__name__)

    while True:
        try:
            return await nats.connect(
                url,
                name=name,
                connect_timeout=CONNECT_SECONDS,
                reconnect_time_wait=RETRY_SECONDS,
                max_reconnect_attempts=-1,
                error_cb=told,
                pending_size=16 * 1024 * 1024,
            )
        except (OSError, NatsError, TimeoutError):
            log.warning("nats at %s does not answer yet", url)
            await asyncio.sleep(RETRY_SECONDS)


def jetstream(connection: Connection) -> JetStreamContext:
    return connection.jetstream(timeout=REQUEST_SECONDS)


def stream_of(name: str) -> str:
    """The stream that carries an event, from its full name: `yima.ordering.v1.OrderPlaced` is in ORDERING."""
    return name.split(".")[1].upper()


async def ensure_streams(jet: JetStreamContext, service: str) -> None:
    """Create or update the service's own stream and the dead letters'."""
    own = StreamConfig(name=service.upper(), subjects=[f"yima.{service}.v1.>"], max_age=STREAM_AGE.total_seconds())
    dead = StreamConfig(name=DEAD_LETTERS, subjects=["deadletters.>"])
    for wanted in (own, dead):
        wanted.storage = StorageType.FILE
        wanted.discard = DiscardPolicy.OLD
        wanted.duplicate_window = DUPLICATE_WINDOW.total_seconds()
        wanted.max_msg_size = MESSAGE_BYTES_MAX
        try:
            await jet.update_stream(wanted)
        except NotFoundError:
            await jet.add_stream(wanted)
