"""`yima demo`: the main job, against a system that runs or one of its own."""

import asyncio
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from city_pack.pack import read
from devstack.cities import City
from devstack.lives import UNTIL
from devstack.nats import PROCESSES
from devstack.nursery import Nursery
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack, load_secrets, running_state, webhook_secret
from rich.console import Console
from yima_cli import tables
from yima_cli.failures import Failure
from yima_client.caller import connect

from ops import demo as demonstration
from ops import example_city as cities
from ops import show
from ops.demo.living import live
from ops.lives import Loaded
from ops.state import STATE


def demo(as_json: bool, url: str, provider: str, carriers: str, count: int) -> None:
    """Play against the system at `url`, else the one that runs here, else one of its own; with so many lives."""
    if url and count:
        raise click.UsageError("--lives is for a system on this machine: leave --url out")
    out = Console(quiet=as_json, highlight=False)
    story = asyncio.run(play_elsewhere(out, url, provider, carriers) if url else play_demo(out, count))
    if as_json:
        tables.show(story.as_json(), as_json=True)
    else:
        out.print(f"\nThe main job ran: {len(story.steps)} steps, all of the people's through GraphQL and FHIR.")
        if not (url or count):
            out.print(MORE, soft_wrap=True)


DEMO_CITY = "jinan"
LIVES_SEED = 1
MORE = (
    "The lives of 1,000 residents at three hospitals, and one of them as a line of time: `yima demo --lives 1000`"
    " (minutes), or `yima load` while `yima up` runs."
)


async def play(out: Console, url: str, secrets: dict[str, str], provider: str, carriers: str) -> demonstration.Story:
    known = {"provider": webhook_secret(secrets)} | secrets if "webhooks" in secrets else secrets
    city = City.named(DEMO_CITY)
    return await demonstration.play(url, known, city, lambda step: show.step(out, step), provider, carriers)


async def play_here(
    out: Console, url: str, secrets: dict[str, str], provider: str, carriers: str, count: int
) -> demonstration.Story:
    """Play, and load so many lives afterwards."""
    story = await play(out, url, secrets, provider, carriers)
    if count:
        await load_lives(out, story, City.named(DEMO_CITY), url, secrets, count, LIVES_SEED, UNTIL)
    return story


async def put_definitions(out: Console, url: str, secrets: dict[str, str]) -> None:
    """The city's service definitions, which offerings refer to."""
    with show.progress(out, "putting the city's service definitions in place"):
        async with connect(url) as nobody:
            operator, _ = await cities.supervisors(nobody, secrets)
            await cities.put_definitions(City.named(DEMO_CITY), operator)


async def play_elsewhere(out: Console, url: str, provider: str, carriers: str) -> demonstration.Story:
    names = {role: f"YIMA_{role.upper()}_PASSWORD" for role in ("operator", "regulator")}
    if missing := [name for name in names.values() if not os.environ.get(name)]:
        raise click.UsageError(f"set {' and '.join(missing)} to play against {url}")
    secrets = {role: os.environ[name] for role, name in names.items()}
    secrets["provider"] = os.environ.get("YIMA_WEBHOOK_SECRET", "")
    secrets["carriers"] = os.environ.get("YIMA_CARRIERS_SECRET", "")
    async with connect(url) as nobody:
        there = (await nobody.run("city"))["name"]
    if there != DEMO_CITY:
        raise Failure(f"the demo's partners and offerings are of {DEMO_CITY}, and {url} is {there}")
    await put_definitions(out, url, secrets)
    return await play(out, url, secrets, provider, carriers)


def here() -> dict[str, Any]:
    """The system that runs here."""
    if (state := running_state(STATE)) is None or "graphql" not in state:
        raise Failure("no system runs on this machine; start one with `yima up`")
    return state


def load(count: int, seed: int, until: date | None, as_json: bool) -> None:
    """Load lives into the system that runs here."""
    state = here()
    out = Console(quiet=as_json, highlight=False)
    city = City.named(state["city"])
    if not city.hospitals():
        raise Failure(f"{city.name} has no hospitals for lives; `lives.yaml` among its example data names them")
    story = demonstration.Story(lambda step: show.step(out, step))
    secrets = load_secrets(Path(state["secrets"]))
    loaded = asyncio.run(load_lives(out, story, city, state["graphql"], secrets, count, seed, until or UNTIL))
    if as_json:
        tables.show(asdict(loaded), as_json=True)


async def load_lives(
    out: Console,
    story: demonstration.Story,
    city: City,
    url: str,
    secrets: dict[str, str],
    count: int,
    seed: int,
    until: date,
) -> Loaded:
    with show.progress(out, "loading fictional lives") as say:
        async with connect(url, locale="en") as nobody:
            return await live(story, nobody, city, secrets, count=count, seed=seed, until=until, tell=say)


def load_market(count: int, seed: int, as_json: bool) -> None:
    """Load partners, offerings and slots into the system that runs here."""
    from ops import market  # it imports services, which only this command needs

    state = here()
    city, server = City.named(state["city"]), state["postgres"]
    password = quote(load_secrets(Path(state["secrets"]))["app"], safe="")

    def url_of(service: str) -> str:
        at = f"{service}?host={server['host']}&port={server['port'] or 5432}"
        return f"postgresql+asyncpg://{service}_app:{password}@/{at}"

    out = Console(quiet=as_json, highlight=False)
    with show.progress(out, "loading a market") as say:
        try:
            pack = read(str(city.pack))
            loaded = asyncio.run(market.load_market(pack, city.centre(), url_of, count, seed, say))
        except market.NothingToBeLike as failure:
            raise Failure(str(failure)) from None
    if as_json:
        tables.show(asdict(loaded), as_json=True)
    else:
        out.print(
            f"{loaded.partners:,} partners ({loaded.new_partners:,} of them new), {loaded.offerings:,} offerings and "
            f"{loaded.slots:,} slots: written in {loaded.writing:.0f} s, heard of in {loaded.hearing:.0f} s more"
        )


async def play_demo(out: Console, count: int) -> demonstration.Story:
    if (state := running_state(STATE)) is not None and "graphql" in state:
        if state["city"] == DEMO_CITY:
            out.print(f"using the system that runs at {state['graphql']}\n")
            secrets = load_secrets(Path(state["secrets"]))
            return await play_here(out, state["graphql"], secrets, state["provider"], state.get("carriers", ""), count)
        out.print(f"the system that runs is {state['city']}; the demo plays in {DEMO_CITY}, beside it")
    nursery = Nursery([f"{name}.app" for name in PROCESSES])  # it imports while the databases are made
    folder = STATE.with_name(f"{STATE.name}-demo")
    own = Stack(folder, City.named(DEMO_CITY), free_range(PORTS_NEEDED), nursery=nursery)
    try:
        with show.progress(out, "starting a system for the demo") as say:
            own.tell = lambda name, what, _seconds: say(f"{name} {what}")
            await own.__aenter__()
        try:
            await put_definitions(out, own.graphql, own.secrets)
            return await play_here(out, own.graphql, own.secrets, own.provider_url, own.carriers_url, count)
        finally:
            await own.__aexit__(None, None, None)
    finally:
        nursery.stop()
