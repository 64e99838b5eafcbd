"""A partner's events on an engineer's own machine: received as they happen and forwarded to a local server, made to
happen, and the log of what was delivered, as it grows."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from yima_cli import trials
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group
from yima_cli.tables import cell

if TYPE_CHECKING:
    import httpx2
    from yima_client.caller import Caller

LOOK_SECONDS = 1.0
PAGE_SIZE = 100
ANSWER_SECONDS = 10.0
TYPES = click.option("--type", "types", multiple=True, help="A type of events; several may be. [default: all]")
COUNT = click.option("--count", type=click.IntRange(1), help="End after so many. [default: until Ctrl-C]")


@click.command()
@click.option(
    "--forward-to", "address", metavar="URL", help="A server on your machine, such as http://localhost:9000/."
)
@click.option("--secret", envvar="YIMA_WEBHOOK_SECRET", help="What signs, whsec_…. [default: a new one, shown first]")
@click.option("--after", help="Go on after this cursor; else from now on.")
@TYPES
@COUNT
@signed_in
def listen(
    me: Person, address: str | None, secret: str | None, after: str | None, types: tuple[str, ...], count: int | None
) -> None:
    """Print your partner's events as they happen, and forward them, signed, to a server on your machine.

    No endpoint is made, and nothing has to reach your machine from outside. Events are forwarded one after
    another, in their order, byte for byte as webhooks bring them; one that your server does not take is shown so.

    \b
    Examples:
      yima listen
      yima listen --forward-to http://localhost:9000/yima --type order.confirmed
      yima listen --forward-to http://localhost:9000/yima --json | jq .type
    """
    from yima_client import webhooks

    key = secret or webhooks.SECRET + base64.b64encode(secrets.token_bytes(32)).decode()
    if address and not secret:
        click.echo(f"Signed with {key}", err=True)

    async def work(caller: "Caller") -> None:
        from httpx2 import AsyncClient, Timeout

        async with AsyncClient(timeout=Timeout(ANSWER_SECONDS), trust_env=False) as http:
            cursor = after if after is not None else await newest(caller)
            click.echo(f"Listening as of {cursor or 'the first event'} …", err=True)
            left = count
            while left is None or left > 0:
                variables = {"types": list(types), "newestFirst": False, "first": PAGE_SIZE, "after": cursor or None}
                edges = (await caller.run("webhook-events", **variables))["edges"][:left]
                for edge in edges:
                    said = await forward(http, address, key, edge["node"]) if address else None
                    show_event(me, edge, said)
                    cursor = edge["cursor"]
                if left is not None:
                    left -= len(edges)
                if not edges:
                    await asyncio.sleep(LOOK_SECONDS)

    me.ask(work)


async def newest(caller: "Caller") -> str:
    """The cursor of the newest event; empty where there was none yet."""
    page = await caller.run("webhook-events", types=[], newestFirst=True, first=1)
    return page["edges"][0]["cursor"] if page["edges"] else ""


async def forward(http: "httpx2.AsyncClient", address: str, secret: str, event: dict[str, Any]) -> str:
    """Post an event as webhooks do; how the server answered."""
    from httpx2 import HTTPError
    from yima_client import webhooks

    headers = webhooks.signed_headers(secret, event["id"], event["body"].encode(), int(time.time()))
    try:
        return str((await http.post(address, content=event["body"].encode(), headers=headers)).status_code)
    except HTTPError as error:
        return type(error).__name__


def show_event(me: Person, edge: dict[str, Any], said: str | None) -> None:
    """A line an event: as JSON, or as a person reads it."""
    event = edge["node"]
    if me.as_json:
        line = {"cursor": edge["cursor"], "answered": said, **event, "body": json.loads(event["body"])}
        click.echo(json.dumps(line, ensure_ascii=False))
    else:
        answered = f"  → {said}" if said else ""
        click.echo(
            f"{cell(event['occurredAt'])}  {event['type']:24}  {event['subject']} #{event['sequence']}{answered}"
        )


@click.group(cls=Group)
def logs() -> None:
    """What was delivered to your endpoints, as it happens."""


@logs.command("tail")
@click.option("--endpoint", "endpoint_id", help="To which endpoint.")
@COUNT
@signed_in
def tail(me: Person, endpoint_id: str | None, count: int | None) -> None:
    """Print each attempt to deliver as it happens: what was sent where, what was answered, how long it took.

    \b
    Examples:
      yima logs tail
      yima logs tail --endpoint whe_019ab… --json
    """

    async def work(caller: "Caller") -> None:
        shown: set[tuple[str, str]] = set()
        left, first = count, True
        while left is None or left > 0:
            page = await caller.run("webhook-deliveries", endpointId=endpoint_id, first=PAGE_SIZE)
            attempts = [(delivery, attempt) for delivery in page["nodes"] for attempt in delivery["log"]]
            attempts.sort(key=lambda pair: str(pair[1]["at"]))
            fresh = [pair for pair in attempts if (pair[0]["id"], pair[1]["at"]) not in shown]
            shown = {(delivery["id"], attempt["at"]) for delivery, attempt in attempts}
            for delivery, attempt in () if first else fresh[:left]:
                show_attempt(me, delivery, attempt)
            if left is not None and not first:
                left -= len(fresh[:left])
            if first:
                click.echo("Listening …", err=True)
            first = False
            await asyncio.sleep(LOOK_SECONDS)

    me.ask(work)


def show_attempt(me: Person, delivery: dict[str, Any], attempt: dict[str, Any]) -> None:
    if me.as_json:
        line = {**{name: value for name, value in delivery.items() if name != "log"}, **attempt}
        click.echo(json.dumps(line, ensure_ascii=False))
        return
    answered = attempt["status"] or attempt["error"]
    what = f"{delivery['eventType']:24}  {delivery['subject']} #{delivery['sequence']}"
    click.echo(f"{cell(attempt['at'])}  {what}  → {answered} in {attempt['milliseconds']} ms  {attempt['url']}")


@dataclass
class Scene:
    """Who makes an event happen: the partner, a resident of the trial, the operator where one is named."""

    partner: trials.Patient
    resident: trials.Patient
    operator: trials.Patient | None
    offering_id: str

    async def confirmed(self) -> str:
        order_id = await trials.an_order(self.resident, self.offering_id)
        await trials.until_order(self.resident, order_id, "CONFIRMED", "ACCEPTED", "FULFILLING", "CLOSED")
        return order_id

    async def accepted(self) -> str:
        order_id = await self.confirmed()
        await self.partner.run("accept-order", orderId=order_id, key=fresh_key())
        return order_id

    async def refused(self) -> str:
        order_id = await self.confirmed()
        await self.partner.run("refuse-order", orderId=order_id, reason="a trial")
        return order_id

    async def cancelled(self) -> str:
        order_id = await self.confirmed()
        await self.resident.run("cancel-order", orderId=order_id, reason="a trial", key=fresh_key())
        return order_id

    async def consent_revoked(self) -> str:
        order_id = await self.accepted()
        for consent in await self.resident.every("consents", orderId=order_id):
            await self.resident.run("revoke-consent", consentId=consent["id"], reason="a trial")
        return order_id

    async def statement_issued(self) -> str:
        if self.operator is None:
            raise click.UsageError("a statement is issued by an operator: name one with --operator-login")
        partner_id = (await self.partner.run("me"))["institution"]["id"]
        now = self.partner.caller.now().isoformat()
        issued = await self.operator.run("issue-statement", partnerId=partner_id, periodEnd=now, key=fresh_key())
        return str(issued["id"])


# The real steps that bring an event about.
FIXTURES: dict[str, Callable[[Scene], Awaitable[str]]] = {
    "order.confirmed": Scene.confirmed,
    "consent.granted": Scene.confirmed,
    "order.accepted": Scene.accepted,
    "order.refused": Scene.refused,
    "order.cancelled": Scene.cancelled,
    "consent.revoked": Scene.consent_revoked,
    "erasure.due": Scene.consent_revoked,
    "statement.issued": Scene.statement_issued,
}


@click.command()
@click.argument("event", type=click.Choice(sorted(FIXTURES)))
@click.option("--offering", "offering_id", required=True, help="What is ordered, of yours.")
@click.option("--operator-login", envvar="YIMA_OPERATOR_LOGIN", default="", help="Who issues a statement.")
@click.option("--operator-password", envvar="YIMA_OPERATOR_PASSWORD", default="", help="Theirs.")
@click.option("--resident-login", envvar="YIMA_RESIDENT_LOGIN", default="", help="Who orders. [default: somebody new]")
@click.option("--resident-password", envvar="YIMA_RESIDENT_PASSWORD", default="", help="Theirs.")
@signed_in
def trigger(
    me: Person,
    event: str,
    offering_id: str,
    operator_login: str,
    operator_password: str,
    resident_login: str,
    resident_password: str,
) -> None:
    """Make an event happen, by the real steps that lead to it: on a system of trials alone.

    A resident who is nobody orders and pays with the money of trials; you accept, refuse, and so on. If your
    system accepts by itself, `yima trigger order.confirmed` is enough. `erasure.due` needs an offering that keeps data.

    \b
    Examples:
      yima trigger order.confirmed --offering off_019ab…
      yima trigger statement.issued --offering off_019ab… --operator-login operator@city.example.org
    """

    async def work(caller: "Caller") -> str:
        from yima_client.caller import connect

        async with connect(me.url) as nobody:
            partner, operator = trials.Patient(caller), None
            resident = await trials.a_resident(nobody, resident_login, resident_password)
            if operator_login:
                operator = trials.Patient(await nobody.signed_in(operator_login, operator_password))
            return await FIXTURES[event](Scene(partner, resident, operator, offering_id))

    me.show({"event": event, "subject": me.ask(work)})
