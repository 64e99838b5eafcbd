"""Sessions that were ended before their tokens are over, as every process that verifies tokens must know them.

Identity announces each end, and tells the whole list to who asks. Both are used: the announcement is here within
milliseconds, and the list, asked for every few seconds, has what was announced while the bus or this process was away.
"""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from google.protobuf.message import DecodeError
from nats.aio.client import Client as Connection
from nats.aio.msg import Msg
from yima.identity.v1.api_pb2 import EndedSessions, ListEndedSessionsRequest
from yima.identity.v1.client import IdentityClient
from yima.identity.v1.events_pb2 import SessionsEnded

from chassis.client import http_client
from chassis.problems import Problem
from chassis.refusals import Unavailable
from chassis.wire import moment, timestamp

log = logging.getLogger("chassis.sessions")

POLL_SECONDS = 3.0
STOP_SECONDS = 2.0  # what an answer is waited for at the end
SUBJECT = f"{SessionsEnded.DESCRIPTOR.full_name}.>"

type List = Callable[[datetime | None], Awaitable[EndedSessions]]


class Ended:
    """The ended sessions this process knows of, each until its last token is over."""

    def __init__(self, list_ended: List) -> None:
        self._list = list_ended
        self._until: dict[str, float] = {}
        self._as_of: datetime | None = None
        self._as_of_at = 0.0  # on our monotonic clock, when that answer was requested
        self._lock = asyncio.Lock()

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._until

    async def known(self) -> None:
        """Return once the list is here. Raises `Unavailable` while identity cannot be asked for it: until then no
        token can be accepted."""
        if self._as_of is None:
            async with self._lock:
                if self._as_of is None:
                    await self._ask()

    def add(self, session_ids: Iterable[str], until: datetime) -> None:
        """These sessions have ended."""
        over = until.timestamp()
        self._until.update((session_id, over) for session_id in session_ids)

    def now(self) -> float:
        """The time by identity's database, in seconds since 1970: by it tokens are made and are over, at every process
        alike, whatever its machine's clock says."""
        if self._as_of is None:
            return time.time()
        return self._as_of.timestamp() + time.monotonic() - self._as_of_at

    async def _ask(self) -> None:
        requested_at = time.monotonic()
        try:
            listed = await self._list(self._as_of)
        except Problem as error:
            raise Unavailable("identity does not say which sessions have ended") from error
        for ended in listed.sessions:
            self.add([ended.session_id], moment(ended.until))
        self._as_of, self._as_of_at = moment(listed.as_of), requested_at
        now = self.now()
        for session_id in [known for known, over in self._until.items() if over <= now]:
            del self._until[session_id]

    async def poll(self) -> None:
        """Fetch new ends, for as long as the process lives."""
        while True:
            try:
                async with self._lock:
                    await self._ask()
            except Exception as error:  # the next round asks again
                log.warning("ended sessions cannot be asked for: %s", type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    async def follow(self, connection: Connection) -> None:
        """Subscribe to ends as they are announced."""

        async def heard(message: Msg) -> None:
            try:
                ended = SessionsEnded.FromString(message.data)
            except DecodeError:
                log.exception("a session's end cannot be read")
                return
            self.add(ended.session_ids, moment(ended.until))

        await connection.subscribe(SUBJECT, cb=heard)

    @asynccontextmanager
    async def kept(self) -> AsyncGenerator[None]:
        """Keep the list up to date while the block runs.

        At its end a question under way is answered first: a database connection that is being made when its task is
        cancelled is closed by nobody.
        """
        polling = asyncio.create_task(self.poll())
        try:
            yield
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._lock.acquire(), STOP_SECONDS)
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)


def ended_by(identity_url: str) -> Ended:
    """The ended sessions, as the identity service there tells them."""
    client: IdentityClient | None = None

    async def list_ended(since: datetime | None) -> EndedSessions:
        nonlocal client
        if client is None:
            client = IdentityClient(http_client(), identity_url)
        return await client.list_ended_sessions(ListEndedSessionsRequest(since=timestamp(since)))

    return Ended(list_ended)
