"""Commands of the bank side of settlement: payouts by file. They call settlement itself, as whoever signs in."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import click
import orjson
from chassis.client import http_client
from chassis.problems import Problem
from chassis.refusals import Refusal
from devstack.stack import BASE_PORT, SERVICES
from google.protobuf import json_format
from google.protobuf.message import Message
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import bank_pb2
from yima.settlement.v1.client import SettlementClient

from yima_cli.client import Refused, connect

SETTLEMENT_URL = f"http://127.0.0.1:{BASE_PORT + 1 + SERVICES.index('settlement')}"

type Work = Callable[[SettlementClient, str], Awaitable[Any]]


def settlement_options(function: Any) -> Any:
    """Options of the commands that call settlement as somebody."""
    for option in (
        click.option("--password", envvar="YIMA_PASSWORD", prompt=True, hide_input=True, help="Or YIMA_PASSWORD."),
        click.option("--login", envvar="YIMA_LOGIN", required=True, help="Or YIMA_LOGIN."),
        click.option(
            "--url", envvar="YIMA_URL", default=f"http://127.0.0.1:{BASE_PORT}/graphql", show_default=True,
            help="The gateway, to sign in. Or YIMA_URL.",
        ),
        click.option(
            "--settlement", envvar="YIMA_SETTLEMENT_URL", default=SETTLEMENT_URL, show_default=True,
            help="Settlement. Or YIMA_SETTLEMENT_URL.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def ask(work: Work, settlement: str, url: str, login: str, password: str) -> Any:
    """Sign in, do `work` with settlement's client and the token; a refusal is told in one sentence."""

    async def run() -> Any:
        async with connect(url) as nobody:
            token = (await nobody.run("sign-in", login=login, password=password))["accessToken"]
        return await work(SettlementClient(http_client(), settlement), token)

    try:
        return asyncio.run(run())
    except Problem as problem:
        raise click.ClickException(f"{problem.title} {problem} [{problem.code}]") from None
    except (Refused, Refusal) as refused:
        raise click.ClickException(str(refused)) from None


def show(message: Message) -> None:
    told = json_format.MessageToDict(message)
    click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))


def save(content: bytes, output: Path | None) -> None:
    """To a file, or to standard output as it is."""
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        click.echo(f"{output}: {len(content)} bytes")


OUTPUT = click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else stdout.")


@click.group("payouts")
def payouts_group() -> None:
    """Payouts by the operator's bank."""


@payouts_group.command("files")
@settlement_options
def list_files(**who: str) -> None:
    """List the files of payouts made for the bank, newest first."""
    show(ask(lambda client, token: client.list_bank_files(bank_pb2.ListBankFilesRequest(), token), **who))


@payouts_group.command("file")
@click.argument("file_id")
@OUTPUT
@settlement_options
def export_file(file_id: str, output: Path | None, **who: str) -> None:
    """Export a file (ISO 20022, pain.001) to give to the bank; its payouts are submitted from then on.

    \b
    Example:
      yima payouts file 019ab... -o payouts.xml --login operator@city.example.org
    """
    request = bank_pb2.ExportBankFileRequest(file_id=file_id)
    save(ask(lambda client, token: client.export_bank_file(request, token), **who).content, output)


@payouts_group.command("terms")
@click.argument("partner_id")
@click.option("--rail", type=click.Choice(["provider", "bank"]), required=True)
@click.option("--schedule", type=click.Choice(["daily", "weekly", "monthly"]), default="daily", show_default=True)
@click.option("--day", default=0, help="Of the week, 1 (Monday) to 7, or of the month, 1 to 28.")
@click.option("--minimum", default=0, help="Less is not paid, in minor units.")
@click.option("--hold-days", default=0)
@click.option("--reserve", default=0, help="Kept back of each payout, in basis points.")
@click.option("--reserve-days", default=0)
@click.option("--frozen", default="", help="Why nothing is paid now.")
@settlement_options
def set_terms(
    partner_id: str, rail: str, schedule: str, day: int, minimum: int, hold_days: int, reserve: int, reserve_days: int,
    frozen: str, **who: str,
) -> None:  # fmt: skip
    """Say how and when a partner is paid, all of it at once.

    \b
    Example:
      yima payouts terms 019ab... --rail bank --schedule weekly --day 5 --login operator@city.example.org
    """
    terms = pb.PayoutTerms(
        hold_days=hold_days,
        minimum_minor=minimum,
        reserve_basis_points=reserve,
        reserve_days=reserve_days,
        frozen=frozen,
        rail=f"PAYOUT_RAIL_{rail.upper()}",
        schedule=f"PAYOUT_SCHEDULE_{schedule.upper()}",
        schedule_day=day,
    )
    request = pb.SetPayoutTermsRequest(partner_id=partner_id, terms=terms)
    show(ask(lambda client, token: client.set_payout_terms(request, token), **who))
