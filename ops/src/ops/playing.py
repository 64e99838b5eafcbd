"""`yima demo`: the main job, against a system that runs or one of its own."""

import asyncio
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from devstack.cities import City
from devstack.lives import UNTIL
from devstack.ports import free_range
from devstack.stack import PORTS_NEEDED, Stack, load_secrets, running_state, webhook_secret
from rich.console import Console
from yima_cli import tables
from yima_cli.failures import Failure
from yima_client.caller import connect

from ops import demo as demonstration
from ops import example_city as cities
from ops import lives, show
from ops.state import STATE


def demo(as_json: bool, url: str, provider: str, carriers: str) -> None:
    """Play against the system at `url`, else the one that runs here, else one of its own."""
    out = Console(quiet=as_json, highlight=False)
    story = asyncio.run(play_elsewhere(out, url, provider, carriers) if url else play_demo(out))
    if as_json:
        tables.show(story.as_json(), as_json=True)
    else:
        out.print(f"\nThe main job ran: {len(story.steps)} steps, all of the people's through GraphQL and FHIR.")


DEMO_CITY = "jinan"


async def play(out: Console, url: str, secrets: dict[str, str], provider: str, carriers: str) -> demonstration.Story:
    known = {"provider": webhook_secret(secrets)} | secrets if "webhooks" in secrets else secrets
    city = City.named(DEMO_CITY)
    return await demonstration.play(url, known, city, lambda step: show.step(out, step), provider, carriers)


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


def load(count: int, seed: int, until: date | None, as_json: bool) -> None:
    """Load lives into the system that runs here."""
    if (state := running_state(STATE)) is None or "graphql" not in state:
        raise Failure("no system runs on this machine; start one with `yima up`")
    out = Console(quiet=as_json, highlight=False)
    loaded = asyncio.run(load_lives(out, state, count, seed, until or UNTIL))
    if as_json:
        tables.show(loaded, as_json=True)
    else:
        out.print(
            f"{loaded['residents']:,} residents with {loaded['resources']:,} resources: registered in "
            f"{loaded['registering']:.0f} s; taken in {loaded['sending']:.0f} s and in the records in "
            f"{loaded['processing']:.0f} s; {loaded['waiting']:,} lines wait, {loaded['refused']:,} were refused"
        )


async def load_lives(out: Console, state: dict[str, str], count: int, seed: int, until: date) -> dict[str, Any]:
    city = City.named(state["city"])
    if not city.hospitals():
        raise Failure(f"{city.name} has no hospitals for lives; `lives.yaml` among its example data names them")
    with show.progress(out, "loading fictional lives") as say:
        async with connect(state["graphql"]) as nobody:
            loaded = await lives.load_lives(city, nobody, load_secrets(Path(state["secrets"])), count, seed, until, say)
    return asdict(loaded)


async def play_demo(out: Console) -> demonstration.Story:
    if (state := running_state(STATE)) is not None and "graphql" in state:
        if state["city"] == DEMO_CITY:
            out.print(f"using the system that runs at {state['graphql']}\n")
            secrets = load_secrets(Path(state["secrets"]))
            return await play(out, state["graphql"], secrets, state["provider"], state.get("carriers", ""))
        out.print(f"the system that runs is {state['city']}; the demo plays in {DEMO_CITY}, beside it")
    own = Stack(STATE.with_name(f"{STATE.name}-demo"), City.named(DEMO_CITY), free_range(PORTS_NEEDED))
    with show.progress(out, "starting a system for the demo") as say:
        own.tell = lambda name, what, _seconds: say(f"{name} {what}")
        await own.__aenter__()
    try:
        await put_definitions(out, own.graphql, own.secrets)
        return await play(out, own.graphql, own.secrets, own.provider_url, own.carriers_url)
    finally:
        await own.__aexit__(None, None, None)
