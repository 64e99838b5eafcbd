"""Commands about the bus, as its operator: streams, and events that a consumer could not handle."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import click
import orjson
from chassis import bus, dead_letters
from chassis.settings import Settings
from devstack.nats import OPERATOR
from devstack.stack import BASE_PORT, NATS_OFFSET, SERVICES, load_secrets, running_state
from nats.aio.client import Client as Connection
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from yima_cli.terminal import STATE, run

CONNECT_SECONDS = 3
CLOSE_SECONDS = 1


def here() -> str:
    """The address of the bus on this machine: of the system that runs, or where it would be."""
    return (running_state(STATE) or {}).get("nats") or f"nats://127.0.0.1:{BASE_PORT + NATS_OFFSET}"


NATS_OPTION = click.option(
    "--nats", "nats_url", envvar="YIMA_NATS_URL", default=here,
    help="The NATS server, or YIMA_NATS_URL. [default: that of the system on this machine]",
)  # fmt: skip


class BusUnreachable(click.ClickException):
    """The bus cannot be used from here."""


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
            url, allow_reconnect=False, max_reconnect_attempts=1, reconnect_time_wait=0,
            connect_timeout=CONNECT_SECONDS, error_cb=note, **bus.credentials(settings, OPERATOR),
        )  # fmt: skip
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


@click.group("dead-letters")
def dead_letter_group() -> None:
    """Events a consumer could not handle: list them, replay them."""


@dead_letter_group.command("list")
@NATS_OPTION
def list_dead_letters(nats_url: str) -> None:
    """List buried events, oldest first, one JSON object a line."""

    async def work() -> None:
        async with as_operator(nats_url) as jet:
            for letter in await dead_letters.list_dead(jet):
                click.echo(orjson.dumps(letter))

    run(work())


@dead_letter_group.command("replay")
@click.argument("sequences", nargs=-1, required=True, type=int)
@NATS_OPTION
def replay_dead_letters(sequences: tuple[int, ...], nats_url: str) -> None:
    """Replay buried events by their sequence, once their cause is mended.

    \b
    Example:
      yima dead-letters replay 12 13
    """

    async def work() -> None:
        async with as_operator(nats_url) as jet:
            for sequence in sequences:
                await dead_letters.replay(jet, sequence)
                click.echo(f"replayed {sequence}")

    run(work())


@click.group("streams")
def streams_group() -> None:
    """The bus's streams, one for each service."""


@streams_group.command("update")
@click.option("--replicas", type=click.IntRange(1, 5), default=1, show_default=True, help="Nodes that keep a stream.")
@NATS_OPTION
def update_streams(replicas: int, nats_url: str) -> None:
    """Give every stream this release's settings. Services create streams, and never change one that is there.

    \b
    Example:
      yima streams update --replicas 3
    """

    async def work() -> None:
        async with as_operator(nats_url) as jet:
            for service in SERVICES:
                await bus.update_streams(jet, service, replicas)
        click.echo(f"updated the streams of {', '.join(SERVICES)}")

    run(work())
