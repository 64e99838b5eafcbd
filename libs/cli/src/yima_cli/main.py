"""The commands."""

import asyncio
import os
import signal
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click
import orjson
import yaml
from devstack.cities import City
from devstack.ports import free_range
from devstack.stack import BASE_PORT, Stack, load_secrets, running_state, webhook_secret
from rich.console import Console

from yima_cli import bank, books, bus, erasures, keys, proposals, show
from yima_cli import city as cities
from yima_cli import demo as demonstration
from yima_cli.client import Caller, connect
from yima_cli.money import ledger, settle
from yima_cli.process import process
from yima_cli.terminal import STATE, URL_OPTION, Failure, Tool, ask, run, show_result, signed_in_options

PORTS_NEEDED = 40

console = Console(stderr=False, highlight=False)


@click.group(cls=Tool, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("--debug", is_flag=True, help="Show where a failure happened.")
@click.version_option(version("yima-cli"), prog_name="yima")
def cli(debug: bool) -> None:
    """Yima: an open health-service marketplace for a city."""


@cli.command()
@click.option("--city", "city_name", default="jinan", show_default=True, help="The example city to load.")
@click.option(
    "--port", default=lambda: int(os.environ.get("YIMA_BASE_PORT", BASE_PORT)), type=int,
    help=f"The gateway's port; the services' follow it. [default: YIMA_BASE_PORT or {BASE_PORT}]",
)  # fmt: skip
@click.option("--image", default="", help="Run the services as containers of this image; needs docker.")
def up(city_name: str, port: int, image: str) -> None:
    """Start everything on this machine, load the example city, and run until Ctrl-C.

    \b
    Examples:
      yima up
      yima up --city marsa-noor --port 9700
      yima up --image yima:0.1.0
    """
    run(stay_up(Stack(STATE, City.named(city_name), port, image=image)))


async def stay_up(stack: Stack) -> None:
    began = time.monotonic()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    starting = asyncio.create_task(start(stack))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return
    await starting
    try:
        show.endpoints(console, stack)
        show.first_steps(console, stack)
        console.print(f"ready after {time.monotonic() - began:.0f} s; Ctrl-C stops everything")
        stack.tell = lambda name, what, _seconds: console.print(f"{name}: {what}")
        await stop.wait()
        console.print("stopping …")
    finally:
        await stack.__aexit__(None, None, None)
        console.print("stopped")


async def start(stack: Stack) -> None:
    """Start the stack and load its city, showing progress."""
    with show.progress(console, f"starting Yima for {stack.city.name}") as say:
        stack.tell = lambda name, what, _seconds: say(f"{name} {what}")
        await stack.__aenter__()
    loaded = stack.folder / f"loaded-{stack.city.name}"
    try:
        if not loaded.exists():
            with show.progress(console, "loading the example city") as say:
                async with connect(stack.graphql) as nobody:
                    await cities.load(stack.city, nobody, stack.secrets, say)
            loaded.touch()
    except BaseException:
        await stack.__aexit__(None, None, None)
        raise


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
@click.option("--url", default="", help="The gateway of a system elsewhere, for trials; never a city's own.")
@click.option("--provider", default="", help="Its sandbox provider, for a bank that sends a payout back.")
def demo(as_json: bool, url: str, provider: str) -> None:
    """Play the main job: from a partner's application to its payout.

    Uses the running system, or starts one of its own and stops it afterwards. A system elsewhere is played against with
    the passwords in YIMA_OPERATOR_PASSWORD and YIMA_REGULATOR_PASSWORD, and its sandbox with YIMA_WEBHOOK_SECRET.

    \b
    Examples:
      yima demo
      yima demo --json | jq '.[].title'
      yima demo --url http://127.0.0.1:8700/graphql
    """
    out = Console(quiet=as_json, highlight=False)
    story = run(play_elsewhere(out, url, provider) if url else play_demo(out))
    if as_json:
        click.echo(orjson.dumps(story.as_json(), option=orjson.OPT_INDENT_2))
    else:
        out.print(f"\nThe main job ran: {len(story.steps)} steps, all of the people's through GraphQL.")


DEMO_CITY = "jinan"


async def play(out: Console, url: str, secrets: dict[str, str], provider: str) -> demonstration.Story:
    known = {"provider": webhook_secret(secrets)} | secrets if "webhooks" in secrets else secrets
    return await demonstration.play(url, known, City.named(DEMO_CITY), lambda step: show.step(out, step), provider)


async def put_definitions(out: Console, url: str, operator_password: str) -> None:
    """The city's service definitions, which offerings refer to."""
    with show.progress(out, "putting the city's service definitions in place"):
        async with connect(url) as nobody:
            operator = await nobody.signed_in(cities.OPERATOR, operator_password)
            await cities.put_definitions(City.named(DEMO_CITY), operator)


async def play_elsewhere(out: Console, url: str, provider: str) -> demonstration.Story:
    names = {role: f"YIMA_{role.upper()}_PASSWORD" for role in ("operator", "regulator")}
    if missing := [name for name in names.values() if not os.environ.get(name)]:
        raise click.UsageError(f"set {' and '.join(missing)} to play against {url}")
    secrets = {role: os.environ[name] for role, name in names.items()}
    secrets["provider"] = os.environ.get("YIMA_WEBHOOK_SECRET", "")
    async with connect(url) as nobody:
        there = (await nobody.run("city"))["name"]
    if there != DEMO_CITY:
        raise Failure(f"the demo's partners and offerings are of {DEMO_CITY}, and {url} is {there}")
    await put_definitions(out, url, secrets["operator"])
    return await play(out, url, secrets, provider)


async def play_demo(out: Console) -> demonstration.Story:
    if (state := running_state(STATE)) is not None and "graphql" in state:
        if state["city"] == DEMO_CITY:
            out.print(f"using the system that runs at {state['graphql']}\n")
            return await play(out, state["graphql"], load_secrets(Path(state["secrets"])), state["provider"])
        out.print(f"the system that runs is {state['city']}; the demo plays in {DEMO_CITY}, beside it")
    own = Stack(STATE.with_name(f"{STATE.name}-demo"), City.named(DEMO_CITY), free_range(PORTS_NEEDED))
    with show.progress(out, "starting a system for the demo") as say:
        own.tell = lambda name, what, _seconds: say(f"{name} {what}")
        await own.__aenter__()
    try:
        await put_definitions(out, own.graphql, own.secrets["operator"])
        return await play(out, own.graphql, own.secrets, own.provider_url)
    finally:
        await own.__aexit__(None, None, None)


@cli.command()
@click.option(
    "--name", "names", multiple=True, required=True, help='In each of the city\'s languages: "en=Clear Spring".'
)
@click.option("--staff", required=True, help="Your own name, as the first of its staff.")
@click.option(
    "--login", envvar="YIMA_LOGIN", required=True, help="Your e-mail address, to sign in with. Or YIMA_LOGIN."
)
@click.option(
    "--password",
    envvar="YIMA_PASSWORD",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Or YIMA_PASSWORD.",
)
@URL_OPTION
def register(names: tuple[str, ...], staff: str, login: str, password: str, url: str) -> None:
    """Register an institution and the first of its staff; then apply as a partner with `yima apply`.

    \b
    Example:
      yima register --name "en=Clear Spring" --name "zh-CN=清泉" --staff "Wang Lin" --login staff@clinic.example.org
    """
    said = dict(name.partition("=")[::2] for name in names)
    if not all(said.values()):
        raise click.UsageError('--name is a language and the name in it, e.g. --name "en=Clear Spring Clinic"')

    async def work() -> Any:
        async with connect(url) as nobody:
            wanted = {"name": said, "login": login, "password": password, "staffName": staff}
            return await nobody.run("register-institution", **wanted)

    show_result(run(work()))


@cli.command()
@signed_in_options
def whoami(**who: str) -> None:
    """Show as whom one signs in: role, institution, id."""
    me = ask(lambda caller: caller.run("me"), **who)
    show_result({name: value for name, value in me.items() if value})


FILE = click.option(
    "-f", "--file", "path", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A manifest file. Examples: libs/cli/src/yima_cli/manifests/",
)  # fmt: skip


@cli.command()
@FILE
@signed_in_options
def apply(path: Path, **who: str) -> None:
    """Apply as a partner with a manifest file. An institution is registered first, with `yima register`.

    \b
    Example:
      yima apply -f libs/cli/src/yima_cli/manifests/partner.yaml --login staff@clinic.example.org
    """

    async def work(caller: Caller) -> list[Any]:
        return [await caller.run("apply-as-partner", manifest=manifest) for manifest in manifests(path, "Partner")]

    for partner in ask(work, **who):
        show_result(partner)


@cli.command()
@FILE
@signed_in_options
def publish(path: Path, **who: str) -> None:
    """Submit the offerings of a manifest file for review; again, and those that changed are revised.

    What changes nothing but the price, and that not by too much, is on sale at once. What is as it was stays as it is.

    \b
    Example:
      yima publish -f libs/cli/src/yima_cli/manifests/offering.yaml --login staff@clinic.example.org
    """

    async def work(caller: Caller) -> list[Any]:
        have = await cities.published(caller)
        return [await submitted(caller, manifest, have) for manifest in manifests(path, "Offering")]

    for offering in ask(work, **who):
        show_result(offering)


async def submitted(caller: Caller, manifest: dict[str, Any], have: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """An offering drafted, or revised where there is one of this reference, and submitted where that changed it."""
    known = have.get(manifest.get("reference", ""))
    if known is None:
        offering = await caller.run("draft-offering", manifest=manifest)
    else:
        offering = await caller.run("revise-offering", offeringId=known["id"], manifest=manifest)
    if offering["status"] == "DRAFT":
        offering |= await caller.run("submit-offering", offeringId=offering["id"])
    return dict(offering)


@cli.command()
@click.argument("partner_id")
@signed_in_options
def statement(partner_id: str, **who: str) -> None:
    """Show a partner's account as it stands, as JSON; `yima statements` has those that were issued."""
    show_result(ask(lambda caller: caller.run("statement", partnerId=partner_id), **who))


def manifests(path: Path, kind: str) -> list[dict[str, Any]]:
    """The `spec` of every document of this kind in a manifest file."""
    try:
        documents = [document for document in yaml.safe_load_all(path.read_text("utf-8")) if document]
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} is not YAML: {error}") from None
    wrong = [document for document in documents if not isinstance(document, dict) or document.get("kind") != kind]
    if wrong or not documents:
        raise click.ClickException(f"{path}: every document needs `kind: {kind}` and a `spec`")
    return [document["spec"] for document in documents]


cli.add_command(settle)
cli.add_command(ledger)
cli.add_command(process)
cli.add_command(bus.dead_letter_group)
cli.add_command(bus.streams_group)
cli.add_command(bank.payouts_group)
cli.add_command(bank.reconcile_group)
cli.add_command(bank.statements_group)
cli.add_command(books.risk_group)
cli.add_command(proposals.proposals_group)
cli.add_command(keys.keys_group)
cli.add_command(erasures.erasures_group)
cli.add_command(books.invoices_group)
cli.add_command(books.disputes_group)

if __name__ == "__main__":
    sys.exit(cli())
