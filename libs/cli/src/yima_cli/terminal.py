"""What commands have in common: who calls, what is shown, and that a failure ends in a sentence or two.

Exit codes: 1 where the system refused or does not hold; 2 where it could not be asked (nothing answers at the address,
a setting is missing); 70 where we did not foresee what happened.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

import click
import httpx2
import orjson
from chassis.city import BadPack
from chassis.refusals import Refusal
from devstack.cities import UnknownCity
from devstack.nats import NatsFailed
from devstack.ports import PortTaken
from devstack.postgres import PostgresFailed
from devstack.stack import BASE_PORT, AlreadyRunning, MigrationFailed
from devstack.supervisor import NotReady
from pydantic import ValidationError

from yima_cli.client import Caller, NeverHappened, NotTheGateway, Refused, connect

STATE = Path(os.environ.get("YIMA_STATE", ".yima"))  # where the system on this machine keeps what it has
KNOWN_FAILURES = (
    AlreadyRunning, BadPack, MigrationFailed, NatsFailed, NeverHappened, NotReady, PortTaken, PostgresFailed, Refusal,
    Refused, UnknownCity,
)  # fmt: skip
REFUSED, UNREACHABLE, UNFORESEEN = 1, 2, 70
SAID_LENGTH_MAX = 300


class Failure(click.ClickException):
    """What ends a command, for a person to read."""

    def __init__(self, message: str, exit_code: int = REFUSED) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc] # theirs is of the class, and read from the instance


class Tool(click.Group):
    """The commands; whatever goes wrong within one ends in a sentence, unless `--debug` asks for all of it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            raise explained(error) from None


def explained(error: Exception) -> Failure:
    """The failure that tells a person what happened and what to do."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, KNOWN_FAILURES):
        return Failure(str(error))
    if (remedy := unreachable(error)) is not None:
        return Failure(remedy, UNREACHABLE)
    said = " ".join(str(error).split())[:SAID_LENGTH_MAX]
    return Failure(
        f"{type(error).__name__}: {said}. This was not foreseen; `yima --debug …` shows where it happened.", UNFORESEEN
    )


def unreachable(error: Exception) -> str | None:
    """What to do where something could not be asked; None where that is not what happened."""
    here = "say where the gateway is with --url or YIMA_URL"
    said: str | None = None
    match error:
        case NotTheGateway():
            said = f"{error} Please {here}."
        case httpx2.InvalidURL() | httpx2.UnsupportedProtocol() | OverflowError():  # of a port
            said = f"--url or YIMA_URL is not an address ({error}); one looks like http://127.0.0.1:{BASE_PORT}/graphql"
        case httpx2.TimeoutException():
            said = f"{address(error)} did not answer in time. Try again, or look at its logs."
        case httpx2.TransportError():
            said = f"nothing answers at {address(error)} ({error}). Start a system with `yima up`, or {here}."
        case ValidationError():
            names = ", ".join(f"YIMA_{'_'.join(map(str, fault['loc'])).upper()}" for fault in error.errors())
            said = f"a setting is missing or wrong: {names}"
        case OSError():
            said = f"{error.filename}: {error.strerror}" if error.filename else str(error) or type(error).__name__
    return said


def address(error: httpx2.TransportError) -> str:
    """Where a call went, without what may be secret in it."""
    try:
        url = error.request.url
    except RuntimeError:
        return "the address"
    return str(url.copy_with(username=None, password=None, query=None))


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run to the end."""
    return asyncio.run(work)


def signed_in_options(function: Any) -> Any:
    """Options of the commands that call the gateway as somebody."""
    for option in (
        click.option("--password", envvar="YIMA_PASSWORD", prompt=True, hide_input=True, help="Or YIMA_PASSWORD."),
        click.option("--login", envvar="YIMA_LOGIN", required=True, help="Or YIMA_LOGIN."),
        URL_OPTION,
    ):
        function = option(function)
    return function


URL_OPTION = click.option(
    "--url", envvar="YIMA_URL", default=f"http://127.0.0.1:{BASE_PORT}/graphql", show_default=True,
    help="The gateway. Or YIMA_URL.",
)  # fmt: skip
OUTPUT = click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else stdout.")


def ask[T](work: Callable[[Caller], Awaitable[T]], url: str, login: str, password: str) -> T:
    """Sign in and do `work` with whoever that is."""

    async def signed_in() -> T:
        async with connect(url) as nobody:
            return await work(await nobody.signed_in(login, password))

    return run(signed_in())


def show_result(result: Any) -> None:
    click.echo(orjson.dumps(result, option=orjson.OPT_INDENT_2))


def save(content: bytes, output: Path | None) -> None:
    """To a file, or to standard output as it is."""
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        click.echo(f"{output}: {len(content)} bytes")


def money_input(text: str, field: str) -> dict[str, str]:
    """An amount as people write it, "720.00 CNY", as the schema takes it."""
    number, _, currency = text.strip().partition(" ")
    if not number or not currency.strip():
        raise click.UsageError(f'{field} is an amount and its currency, e.g. "720.00 CNY"')
    return {"amount": number, "currency": currency.strip()}
