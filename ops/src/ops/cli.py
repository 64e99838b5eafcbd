"""The commands that run a system and keep its bus. What they do is imported when they run, so that help is light."""

import asyncio
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from yima_cli.person import JSON, with_json
from yima_cli.registry import Group


def base_port() -> int:
    from devstack.stack import BASE_PORT

    return int(os.environ.get("YIMA_BASE_PORT", BASE_PORT))


def local_bus() -> str:
    from ops import bus

    return bus.local_address()


LIVES = 1_000

NATS_OPTION = click.option(
    "--nats",
    "nats_url",
    envvar="YIMA_NATS_URL",
    default=local_bus,
    help="The NATS server, or YIMA_NATS_URL. [default: that of the system on this machine]",
)


@click.command()
@click.option("--city", "city_name", default="jinan", show_default=True, help="The example city to load.")
@click.option(
    "--port",
    default=base_port,
    type=int,
    help="The gateway's port; the services' follow it. [default: YIMA_BASE_PORT or 8700]",
)
@click.option("--image", default="", help="Run the services as containers of this image; needs docker.")
@click.option(
    "--trust",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Values with whose list of other cities is trusted, as `yima trust-list sign --values` writes them.",
)
@click.option(
    "--sandboxes-host",
    default="127.0.0.1",
    metavar="HOST",
    help="Where partners elsewhere reach this machine, for sandboxes of their own. [default: this machine alone]",
)
def up(city_name: str, port: int, image: str, trust: Path | None, sandboxes_host: str) -> None:
    """Start everything on this machine, and load the example city. It runs until Ctrl-C.

    \b
    Examples:
      yima up
      yima up --city marsa-noor --port 9700
      yima up --image yima:0.1.0
      yima up --sandboxes-host trials.city.example.org
      YIMA_STATE=.tianjin yima up --city tianjin --port 9700 --trust trust.yaml
    """
    from ops import starting

    starting.up(city_name, port, image, trust, sandboxes_host)


@click.command()
@JSON
@click.option("--url", default="", help="The gateway of a system elsewhere, for trials; never a city's own.")
@click.option("--provider", default="", help="Its sandbox provider, for a bank that sends a payout back.")
@click.option("--carriers", default="", help="Its sandbox of carriers, for what a telephone is sent.")
@click.option("--lives", "count", default=0, type=click.IntRange(0, 100_000), help="Load so many lives afterwards.")
def demo(as_json: bool, url: str, provider: str, carriers: str, count: int) -> None:
    """Play the main job, from an application to a payout.

    Uses the running system, or starts one of its own and stops it afterwards. A system elsewhere is played against with
    the passwords in YIMA_OPERATOR_PASSWORD and YIMA_REGULATOR_PASSWORD, and its sandboxes with YIMA_WEBHOOK_SECRET
    and YIMA_CARRIERS_SECRET.

    \b
    Examples:
      yima demo
      yima demo --json | jq '.[].title'
      yima demo --lives 1000
      yima demo --url http://127.0.0.1:8700/graphql
    """
    from ops import playing

    playing.demo(as_json, url, provider, carriers, count)


@click.command()
@click.option("--lives", "count", type=click.IntRange(1, 100_000), help="How many people's. [default: 1000]")
@click.option("--partners", type=click.IntRange(1, 10_000), help="A market of so many instead.")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0, 10_000), help="The same makes the same.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day that lives are told of.")
@JSON
def load(count: int | None, partners: int | None, seed: int, until: datetime | None, as_json: bool) -> None:
    """Load fictional lives, as three hospitals would send them; or a market of partners.

    On the system of this machine, residents register, and the hospitals' systems send their visits, diagnoses,
    results, prescriptions, vaccinations and images in batches; then one of them is shown as a line of time across the
    hospitals. Loading the same again changes nothing.

    With --partners, so many partners come on sale, with 25 offerings and 500 slots each, like those of the example
    city. They have no staff. This is how to see what a search does among many: 2000 are 50,000 offerings.

    \b
    Examples:
      yima load
      yima load --lives 20 --seed 7 --json
      yima load --partners 2000
    """
    from ops import playing

    if partners is None:
        playing.load(count or LIVES, seed, until.date() if until else None, as_json)
    elif count is not None or until is not None:
        raise click.UsageError("--partners loads a market alone; load lives by a command of their own")
    else:
        playing.load_market(partners, seed, as_json)


@click.group("dead-letters", cls=Group)
def dead_letters() -> None:
    """Events a consumer could not handle: list, replay."""


@dead_letters.command("list")
@NATS_OPTION
@with_json
def list_dead_letters(nats_url: str) -> Any:
    """List buried events, oldest first.

    \b
    Example:
      yima dead-letters list
    """
    from ops import bus

    return asyncio.run(bus.list_dead_letters(nats_url))


@dead_letters.command("replay")
@click.argument("sequences", nargs=-1, required=True, type=int)
@NATS_OPTION
@with_json
def replay_dead_letters(sequences: tuple[int, ...], nats_url: str) -> Any:
    """Replay buried events by their sequence, once their cause is mended.

    \b
    Example:
      yima dead-letters replay 12 13
    """
    from ops import bus

    asyncio.run(bus.replay_dead_letters(nats_url, sequences))
    return [{"replayed": sequence} for sequence in sequences]


@click.group(cls=Group)
def streams() -> None:
    """The bus's streams, one for each service."""


@streams.command("update")
@click.option("--replicas", type=click.IntRange(1, 5), default=1, show_default=True, help="Nodes that keep a stream.")
@NATS_OPTION
@with_json
def update_streams(replicas: int, nats_url: str) -> Any:
    """Give every stream this release's settings. Services create streams, and never change one that is there.

    \b
    Example:
      yima streams update --replicas 3
    """
    from ops import bus

    updated = asyncio.run(bus.update_streams(nats_url, replicas))
    return [{"service": service, "replicas": replicas} for service in updated]
