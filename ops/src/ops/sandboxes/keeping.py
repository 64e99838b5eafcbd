"""The sandboxes there are: started when somebody comes, asleep when nobody has for a while, emptied when asked."""

import asyncio
import logging
import shutil
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import psutil
from chassis import errors
from chassis.refusals import RETRY_AFTER, Busy, Invalid, NotFound, Refusal, Unavailable
from devstack.cities import City
from devstack.clock import Clock, ClockRefused
from devstack.nats import PROCESSES
from devstack.nursery import Nursery
from devstack.stack import PORTS_NEEDED, Stack, write_atomically

from ops.sandboxes.doorway import doorway
from ops.sandboxes.faults import Asked, Faults
from ops.sandboxes.filling import example, fill

log = logging.getLogger("ops.sandboxes")

SANDBOXES_MAX = 100  # that exist; asleep, each is 150 MB of disk
NEEDED_BYTES = 1_500 * 1024 * 1024  # what one takes of memory while it is awake, as measured, and a little more
IDLE_SECONDS = 600.0  # after which one sleeps
QUIET_SECONDS = 60.0  # after which one sleeps early, where another wants its memory
LOOK_SECONDS = 5.0
HELD_SECONDS = 20.0  # how long who comes waits for it to wake: clients wait for thirty
RETRY_SECONDS = 60  # after which there may be room
DOOR_OFFSET = PORTS_NEEDED - 2  # of a sandbox's own ports, the one that others know
FIRST_BLOCK = 100  # from the city's base port
PUBLIC = "127.0.0.1"
# What a clock outside asks for in a city, and is asked for here once the clock was moved.
TASKS = (("settlement", "payouts"), ("settlement", "statements"), ("partners", "lapse-certificates"))


class NoRoom(Unavailable):
    code = "no-room"
    title = "No other sandbox can be awake on this machine now."

    @property
    def data(self) -> dict[str, Any]:
        return {RETRY_AFTER: RETRY_SECONDS}


class HasOne(Refusal):
    code = "has-a-sandbox"
    title = "The partner has a sandbox already."


class BackInTime(Refusal):
    code = "back-in-time"
    title = "A sandbox's clock cannot be put so."


@dataclass(frozen=True)
class Owner:
    """The institution whose sandbox it is, as its city knows it: its id and its name."""

    id: str
    name: str

    @property
    def slug(self) -> str:
        """The end of its id, which is there once."""
        return self.id.rpartition("_")[2].replace("-", "").lower()[-12:]


@dataclass(frozen=True)
class Record:
    """What is kept of a sandbox beside its own folder's content."""

    owner_id: str
    owner_name: str
    kind: str
    base_port: int
    created_at: str
    offering_id: str = ""  # what residents order when something is to happen; empty until it is filled


@dataclass
class Sandbox:
    """One of them, awake or asleep."""

    record: Record
    folder: Path
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    used_at: float = field(default_factory=time.monotonic)
    stack: Stack | None = None
    nursery: Nursery | None = None
    faults: Faults | None = None
    uses: int = 0  # things that are being done in it
    waking: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def clock(self) -> Clock:
        return Clock(self.folder / "clock")

    @property
    def port(self) -> int:
        return self.record.base_port + DOOR_OFFSET

    def touch(self) -> None:
        self.used_at = time.monotonic()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock.ahead


@dataclass
class Sandboxes:
    """All of a city's, out of `folder`. They are reached at `host`; `block` says from which port on the next one has
    `PORTS_NEEDED`; `say` hears what happens."""

    folder: Path
    city: City
    host: str = PUBLIC
    block: Callable[[], int] | None = None
    base_port: int = 8700
    say: Callable[[str], None] = log.info
    idle_seconds: float = IDLE_SECONDS
    needed_bytes: int = NEEDED_BYTES
    _all: dict[str, Sandbox] = field(default_factory=dict)  # by whose they are
    _doorways: dict[str, AsyncExitStack] = field(default_factory=dict)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time: each wants all of the processor
    _looking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Sandboxes":
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)
        for file in sorted(self.folder.glob("*/sandbox.json")):
            record = Record(**orjson.loads(file.read_bytes()))
            if record.offering_id:
                await self._open(Sandbox(record, file.parent))
            else:  # its making was cut off
                shutil.rmtree(file.parent)
        self._looking = asyncio.create_task(self._look())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        for way in self._doorways.values():
            await way.aclose()
        waking = [sandbox.waking for sandbox in self._all.values() if sandbox.waking is not None]
        await asyncio.gather(*waking, return_exceptions=True)  # what was begun is finished, then stopped
        await asyncio.gather(*(self._sleep(sandbox) for sandbox in self._all.values()))

    def of(self, owner: Owner) -> Sandbox:
        """The owner's. Raises `NotFound`, and `Busy` while it is being made or emptied."""
        sandbox = self._all.get(owner.id)
        if sandbox is None:
            raise NotFound("there is none yet; make one with `yima sandbox create`")
        if not sandbox.record.offering_id:
            raise Busy("it is being filled", RETRY_SECONDS)
        return sandbox

    def owner_of(self, name: str) -> Owner:
        """Whose the sandbox of this name is. Raises `NotFound`."""
        for sandbox in self._all.values():
            if sandbox.name == name:
                return Owner(sandbox.record.owner_id, sandbox.record.owner_name)
        raise NotFound("there is no sandbox of this name; `yima sandbox list` shows them", "name")

    def describe(self, sandbox: Sandbox) -> dict[str, Any]:
        """What is said of a sandbox at any time: nothing secret."""
        address = f"http://{self.host}:{sandbox.port}"
        return {
            "name": sandbox.name,
            "partner": sandbox.record.owner_name,
            "kind": sandbox.record.kind,
            "graphql": f"{address}/graphql",
            "pages": f"{address}/app/",
            "now": sandbox.now().isoformat(timespec="seconds"),
            "aheadSeconds": int(sandbox.clock.ahead.total_seconds()),
            "status": "ASLEEP" if sandbox.stack is None else "AWAKE",
        }

    def every(self) -> list[dict[str, Any]]:
        return [self.describe(sandbox) for sandbox in self._all.values()]

    async def create(self, owner: Owner, kind: str) -> dict[str, Any]:
        """Make one; how one signs in there is said now, and never again."""
        if owner.id in self._all:
            raise HasOne(f"{self._all[owner.id].name}: empty it with `yima sandbox reset`")
        if len(self._all) >= SANDBOXES_MAX:
            raise NoRoom(f"{SANDBOXES_MAX} exist here; ask the operator to remove one that nobody needs")
        example(self.city, kind, owner.name)  # refuses a kind that there is none of
        folder = self.folder / f"{self.city.name}-sandbox-{owner.slug}"
        record = Record(owner.id, owner.name, kind, self._next_block(), datetime.now(UTC).isoformat())
        sandbox = Sandbox(record, folder)
        self._all[owner.id] = sandbox
        try:
            said = await self._fill(sandbox)
            await self._open(sandbox)
        except BaseException:
            await self._remove(sandbox)
            raise
        return self.describe(sandbox) | said

    async def reset(self, owner: Owner, kind: str = "") -> dict[str, Any]:
        """Empty it and fill it again: with other keys, secrets and people's passwords, at the time there is."""
        sandbox = self.of(owner)
        if kind:
            example(self.city, kind, owner.name)
        sandbox.record = Record(**{**asdict(sandbox.record), "kind": kind or sandbox.record.kind, "offering_id": ""})
        async with sandbox.lock:
            await self._end(sandbox)
            await asyncio.to_thread(shutil.rmtree, sandbox.folder)
        try:
            said = await self._fill(sandbox)
        except BaseException:  # what is half filled is of no use
            await self._remove(sandbox)
            raise
        return self.describe(sandbox) | said

    async def destroy(self, owner: Owner) -> None:
        """Remove it with all that it has."""
        await self._remove(self.of(owner))

    async def _remove(self, sandbox: Sandbox) -> None:
        if (way := self._doorways.pop(sandbox.record.owner_id, None)) is not None:
            await way.aclose()
        async with sandbox.lock:
            await self._end(sandbox)
            await asyncio.to_thread(shutil.rmtree, sandbox.folder, ignore_errors=True)
        self._all.pop(sandbox.record.owner_id, None)
        self.say(f"{sandbox.name}: removed")

    async def move_clock(self, owner: Owner, *, by: timedelta | None = None, to: datetime | None = None) -> Any:
        """Move its clock forward, and have done what is due by then."""
        sandbox = self.of(owner)
        if (by is None) == (to is None):
            raise Invalid("to", "say to when, or by how much")
        async with self.awake(sandbox) as stack, sandbox.lock:
            try:
                ahead = sandbox.clock.ahead + by if by is not None else to - datetime.now(UTC)  # type: ignore[operator]
                sandbox.clock.check(ahead)
            except OverflowError:
                raise BackInTime("that is further than any clock goes", "to") from None
            except ClockRefused as refused:
                raise BackInTime(str(refused), "to") from None
            if sandbox.faults is not None:
                sandbox.faults.end()
            await stack.move_clock(ahead)
            done = {f"{service} {task}": await stack.perform(service, task) for service, task in TASKS}
        self.say(f"{sandbox.name}: its clock is {sandbox.clock.ahead} ahead")
        return self.describe(sandbox) | {"done": done}

    async def make_fault(self, owner: Owner, name: str, asked: Asked) -> dict[str, Any]:
        sandbox = self.of(owner)
        async with self.awake(sandbox):
            assert sandbox.faults is not None
            return await sandbox.faults.make(name, asked)

    @asynccontextmanager
    async def awake(self, sandbox: Sandbox) -> AsyncGenerator[Stack]:
        """Have it awake, and count it as used. Raises `NoRoom`."""
        sandbox.uses += 1
        try:
            async with sandbox.lock:
                if sandbox.stack is None:
                    async with self._starting:
                        await self._wake(sandbox)
                stack = sandbox.stack
                assert stack is not None
            yield stack
        finally:
            sandbox.uses -= 1
            sandbox.touch()

    async def _woken(self, sandbox: Sandbox) -> None:
        """Have it wake, and wait for as long as a client does. Raises `NoRoom`, and `Unavailable` where that takes
        longer: it goes on waking meanwhile."""
        if sandbox.stack is not None and not sandbox.lock.locked():
            return
        if sandbox.waking is None or sandbox.waking.done():
            sandbox.waking = asyncio.create_task(self._wake_up(sandbox))
        done, _ = await asyncio.wait({sandbox.waking}, timeout=HELD_SECONDS)
        if not done:
            raise Unavailable("the sandbox is starting; ask again in a few seconds")
        await sandbox.waking

    async def _wake_up(self, sandbox: Sandbox) -> None:
        async with self.awake(sandbox):
            pass

    async def _fill(self, sandbox: Sandbox) -> dict[str, Any]:
        sandbox.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        sandbox.folder.chmod(0o711)
        self._note(sandbox)
        async with self.awake(sandbox) as stack:
            filled = await fill(
                stack, sandbox.record.kind, sandbox.record.owner_name, lambda what: self.say(f"{sandbox.name}: {what}")
            )
            sandbox.record = Record(**{**asdict(sandbox.record), "offering_id": filled.offering_id})
            sandbox.faults = Faults(stack, filled.offering_id)
            self._note(sandbox)
        return filled.said

    def _note(self, sandbox: Sandbox) -> None:
        write_atomically(sandbox.folder / "sandbox.json", asdict(sandbox.record), 0o600)

    async def _open(self, sandbox: Sandbox) -> None:
        """Have its address answer from now on."""

        @asynccontextmanager
        async def use() -> AsyncGenerator[int]:
            await self._woken(sandbox)
            async with self.awake(sandbox) as stack:
                yield stack.base_port

        way = AsyncExitStack()
        await way.enter_async_context(doorway(self.listens, sandbox.port, use, sandbox.touch))
        self._all[sandbox.record.owner_id] = sandbox
        self._doorways[sandbox.record.owner_id] = way

    @property
    def listens(self) -> str:
        """The address to listen on: this machine's own, unless others are to reach it."""
        return PUBLIC if self.host in (PUBLIC, "localhost") else "0.0.0.0"  # noqa: S104 the operator asked for it

    def _next_block(self) -> int:
        if self.block is not None:
            return self.block()
        taken = {sandbox.record.base_port for sandbox in self._all.values()}
        first = self.base_port + FIRST_BLOCK
        return next(port for port in range(first, 65_000, PORTS_NEEDED) if port not in taken)

    async def _wake(self, sandbox: Sandbox) -> None:
        await self._make_room()
        began = time.monotonic()
        sandbox.clock.begin()
        address = f"http://{self.host}:{sandbox.port}"
        more = {
            "YIMA_PUBLIC_URL": address,
            "YIMA_PAGES_URL": f"{address}/app",
            "YIMA_TOKEN_URL": f"{address}/oauth/token",
            "YIMA_PASSKEY_ORIGINS": address.replace(PUBLIC, "localhost"),
        }
        if self.listens != PUBLIC:  # a partner elsewhere has no receivers here
            more["YIMA_WEBHOOK_HOSTS_ALLOWED"] = ""
        owner = Owner(sandbox.record.owner_id, sandbox.record.owner_name)
        pack = self.city.sandbox(owner.slug, sandbox.folder / "pack")
        sandbox.nursery = Nursery([f"{name}.app" for name in PROCESSES], sandbox.clock.environment())
        stack = Stack(
            sandbox.folder,
            pack,
            sandbox.record.base_port,
            durable=False,
            environment=more,
            nursery=sandbox.nursery,
            clock=sandbox.clock,
        )
        try:
            await asyncio.to_thread(sandbox.nursery.wait)
            await stack.__aenter__()
        except BaseException:
            await asyncio.to_thread(sandbox.nursery.stop)
            sandbox.nursery = None
            raise
        sandbox.stack, sandbox.faults = stack, Faults(stack, sandbox.record.offering_id)
        sandbox.touch()
        self.say(f"{sandbox.name}: awake after {time.monotonic() - began:.0f} s")

    async def _make_room(self) -> None:
        """Have memory for another: of those that have been quiet, the longest sleep. Raises `NoRoom`."""
        while psutil.virtual_memory().available < self.needed_bytes:
            quiet = self._unused_for(QUIET_SECONDS)
            if not quiet:
                awake = sum(each.stack is not None for each in self._all.values())
                raise NoRoom(
                    f"it needs {self.needed_bytes >> 20} MB of memory, {psutil.virtual_memory().available >> 20} MB "
                    f"are free, and the {awake} that are awake are in use. Try again in some minutes"
                )
            await self._sleep(min(quiet, key=lambda each: each.used_at))

    async def _sleep(self, sandbox: Sandbox) -> None:
        async with sandbox.lock:
            await self._end(sandbox)

    async def _end(self, sandbox: Sandbox) -> None:
        """Stop its processes; its data stays. Its lock is held."""
        if sandbox.faults is not None:
            sandbox.faults.end()
        stack, sandbox.stack, sandbox.faults = sandbox.stack, None, None
        if stack is not None:
            await stack.__aexit__(None, None, None)
            self.say(f"{sandbox.name}: asleep")
        if sandbox.nursery is not None:
            nursery, sandbox.nursery = sandbox.nursery, None
            await asyncio.to_thread(nursery.stop)

    async def _look(self) -> None:
        """Have those sleep that nobody has used for a while."""
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, self.idle_seconds))
            for sandbox in self._unused_for(self.idle_seconds):
                try:
                    await self._sleep(sandbox)
                except Exception as error:  # the others sleep all the same
                    log.error("%s does not sleep\n%s", sandbox.name, errors.render(error))

    def _unused_for(self, seconds: float) -> list[Sandbox]:
        """Those that are awake though nobody has come for so long, and nothing is being done in them."""
        awake = [each for each in self._all.values() if each.stack is not None and not each.uses]
        return [each for each in awake if time.monotonic() - each.used_at > seconds and not each.lock.locked()]
