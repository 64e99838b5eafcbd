"""The bus as its operator sees it: streams, and events that a consumer could not handle."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from chassis import bus, dead_letters
from chassis.dead_letters import DeadLetter
from chassis.settings import Settings
from devstack.nats import OPERATOR
from devstack.stack import BASE_PORT, NATS_OFFSET, load_secrets, running_state
from nats.aio.client import Client as Connection
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from yima.services import SERVICES
from yima_cli.failures import UNREACHABLE, Failure

from ops.state import STATE

CONNECT_SECONDS = 3
CLOSE_SECONDS = 1


def local_address() -> str:
    """The address of the bus on this machine: of the system that runs, or where it would be."""
    return (running_state(STATE) or {}).get("nats") or f"nats://127.0.0.1:{BASE_PORT + NATS_OFFSET}"


class BusUnreachable(Failure):
    """The bus cannot be used from here."""

    def __init__(self, message: str) -> None:
        super().__init__(message, UNREACHABLE)


@asynccontextmanager
async def as_operator(url: str) -> AsyncGenerator[JetStreamContext]:
    """A connection with the operator's rights: by YIMA_NATS_PASSWORD or YIMA_NATS_SEED, or those of the system that
    runs on this machine. Raises `BusUnreachable` with the address and what to set."""
    settings = Settings()
    if not settings.nats_password and not settings.nats_seed and (state := running_state(STATE)) and "secrets" in state:
        settings.nats_password = load_secrets(Path(state["secrets"]))["nats-operator"]
    reasons: list[str] = []

    async def note(error: Exception) -> None:
        reasons.append(str(error) or type(error).__name__)

    connection = Connection()
    try:
        await connection.connect(
            url,
            allow_reconnect=False,
            max_reconnect_attempts=1,
            reconnect_time_wait=0,
            connect_timeout=CONNECT_SECONDS,
            error_cb=note,
            **bus.credentials(settings, OPERATOR),
        )
    except (NatsError, OSError, TimeoutError, ValueError) as error:
        with suppress(TimeoutError):  # nats-py waits for ever where no connection came about
            await asyncio.wait_for(connection.close(), CLOSE_SECONDS)
        why = next(iter(reasons), str(error) or type(error).__name__)
        raise BusUnreachable(
            f"NATS at {bus.without_secrets(url)} cannot be used: {why}. Name its address with --nats or YIMA_NATS_URL, "
            "and the operator's YIMA_NATS_PASSWORD or YIMA_NATS_SEED."
        ) from None
    try:
        yield bus.jetstream(connection)
    except (NatsError, TimeoutError) as error:
        why = next(iter(reasons), str(error) or type(error).__name__)
        raise BusUnreachable(f"NATS at {bus.without_secrets(url)} did not answer: {why}.") from None
    finally:
        await connection.close()


async def list_dead_letters(url: str) -> list[dict[str, Any]]:
    """Buried events, oldest first."""
    async with as_operator(url) as jet:
        return [shown(letter) for letter in await dead_letters.list_dead(jet)]


def shown(letter: DeadLetter) -> dict[str, Any]:
    """A dead letter with the names that `--json` promises."""
    return {
        "sequence": letter.sequence,
        "durable": letter.durable,
        "subject": letter.subject,
        "reason": letter.reason,
        "attempts": letter.attempts,
        "eventId": letter.event_id,
        "traceparent": letter.traceparent,
    }


async def replay_dead_letters(url: str, sequences: Sequence[int]) -> None:
    """Replay buried events by their sequence."""
    async with as_operator(url) as jet:
        for sequence in sequences:
            try:
                await dead_letters.replay(jet, sequence)
            except NotFoundError:
                raise Failure(
                    f"there is no dead letter {sequence}; `yima dead-letters list` shows those there are"
                ) from None


async def update_streams(url: str, replicas: int) -> Sequence[str]:
    """Give every stream this release's settings; returns whose they are."""
    async with as_operator(url) as jet:
        for service in SERVICES:
            await bus.update_streams(jet, service, replicas)
    return SERVICES
