"""What commands have in common: who calls, what is told, and that what we foresaw ends in one sentence."""

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import click
import orjson
from devstack.cities import UnknownCity
from devstack.nats import NatsFailed
from devstack.ports import PortTaken
from devstack.postgres import PostgresFailed
from devstack.stack import BASE_PORT, AlreadyRunning, MigrationFailed
from devstack.supervisor import NotReady

from yima_cli.client import NeverHappened, Refused, connect

STATE = Path(os.environ.get("YIMA_STATE", ".yima"))  # where the system on this machine keeps what it has
KNOWN_FAILURES = (
    AlreadyRunning, MigrationFailed, NatsFailed, NeverHappened, NotReady, PortTaken, PostgresFailed, Refused,
    UnknownCity,
)  # fmt: skip


def run[T](work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; what we foresaw is told in one sentence, without a traceback."""
    try:
        return asyncio.run(work)
    except KNOWN_FAILURES as failure:
        raise click.ClickException(str(failure)) from None


def signed_in_options(function: Any) -> Any:
    """Options of the commands that call the gateway as somebody."""
    for option in (
        click.option("--password", envvar="YIMA_PASSWORD", prompt=True, hide_input=True, help="Or YIMA_PASSWORD."),
        click.option("--login", envvar="YIMA_LOGIN", required=True, help="Or YIMA_LOGIN."),
        click.option(
            "--url", envvar="YIMA_URL", default=f"http://127.0.0.1:{BASE_PORT}/graphql", show_default=True,
            help="The gateway. Or YIMA_URL.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


async def as_somebody(url: str, login: str, password: str, work: Any) -> None:
    async with connect(url) as nobody:
        await work(await nobody.signed_in(login, password))


def show_result(result: Any) -> None:
    click.echo(orjson.dumps(result, option=orjson.OPT_INDENT_2))
