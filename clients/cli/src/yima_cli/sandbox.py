"""A partner's sandbox: a city of its own to try things in, with fictional residents, a clock that it moves and things
that go wrong when it says so. It is asked for at the door of whoever runs the city's system of trials."""

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import click
from yima_client.errors import Refused

from yima_cli.choices import PARTNER_KINDS, code_of
from yima_cli.person import Person, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.caller import Caller

DOOR_OFFSET = 12  # from the gateway's port, where nobody says where the door is
PATIENCE_SECONDS = 900.0  # to make one takes a minute or two, on a busy machine more
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
SPAN = re.compile(r"(\d{1,6})\s*(m|h|d|w)")
FAULTS = ("late-webhook", "bank-return", "revoke-consent", "resident-cancels")
DOOR = click.option(
    "--door",
    envvar="YIMA_SANDBOX_DOOR",
    default="",
    metavar="URL",
    help="Where sandboxes are asked for. [default: the gateway's host, twelve ports on]",
)
KIND = click.option(
    "--kind", type=click.Choice(PARTNER_KINDS), help="The kind of partner you are in it. [default: clinic]"
)


class Span(click.ParamType[timedelta]):
    """A length of time, such as 9d."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        match = SPAN.fullmatch(value.strip())
        if match is None:
            self.fail(f"{value!r} is no length of time: write 90m, 36h, 9d or 2w", param, ctx)
        return timedelta(**{UNITS[match[2]]: int(match[1])})


class Moment(click.ParamType[datetime]):
    """A moment by RFC 3339; without an offset, in UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no moment: write 2027-01-31 or 2027-01-31T09:00:00+08:00", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def door_of(me: Person, door: str) -> str:
    """The door's address, of the gateway's where it is not said."""
    if door:
        return door.rstrip("/")
    parts = urlsplit(me.url)
    port = (parts.port or (443 if parts.scheme == "https" else 80)) + DOOR_OFFSET
    return f"{parts.scheme}://{parts.hostname}:{port}"


def ask(me: Person, door: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """What the door answers to whoever is signed in to the city. Raises `Refused`."""

    async def work(caller: "Caller") -> Any:
        from httpx2 import AsyncClient
        from yima_client.caller import tls

        token = await caller.current_token()
        async with AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False, verify=tls()) as http:
            answer = await http.request(
                method, f"{door_of(me, door)}{path}", json=body, headers={"authorization": f"Bearer {token}"}
            )
        if answer.is_error:
            raise refusal_of(path, answer.status_code, answer.content)
        return answer.json()

    return me.ask(work)


def refusal_of(path: str, status: int, content: bytes) -> Refused:
    import json

    try:
        problem = json.loads(content)
        kind, _, code = problem["type"].rpartition(":")
        if kind != "urn:yima:problem":
            raise ValueError(kind)
        return Refused(path, code, problem.get("detail") or problem["title"], problem.get("field"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Refused(path, "not-the-door", f"what answers {status} there is no door to sandboxes; give --door")


@click.group(cls=Group)
def sandbox() -> None:
    """A sandbox of your own: fictional residents, a clock you move, faults you ask for; nothing in it is real."""


@sandbox.command("create")
@KIND
@DOOR
@signed_in
def create(me: Person, kind: str | None, door: str) -> None:
    """Make your sandbox. It takes a minute or two.

    You are certified in it already, with offerings on sale. Logins, passwords and an API key are shown
    now, and never again: nothing of them is good in the city, and nothing of the city's there.

    \b
    Examples:
      yima sandbox create
      yima sandbox create --kind laboratory --json > sandbox.json
    """
    me.show(ask(me, door, "POST", "/sandbox", {"kind": code_of(kind)} if kind else {}))


@sandbox.command("show")
@DOOR
@signed_in
def show(me: Person, door: str) -> None:
    """Show where your sandbox is, and what its clock says.

    \b
    Example:
      yima sandbox show --json | jq -r .graphql
    """
    me.show(ask(me, door, "GET", "/sandbox"))


@sandbox.command("reset")
@KIND
@DOOR
@signed_in
def reset(me: Person, kind: str | None, door: str) -> None:
    """Empty your sandbox, put its clock back, and fill it again.

    All keys and passwords are other ones afterwards, and are shown now. Its address stays.

    \b
    Examples:
      yima sandbox reset
      yima sandbox reset --kind hospital --json > sandbox.json
    """
    me.show(ask(me, door, "POST", "/sandbox/reset", {"kind": code_of(kind)} if kind else {}))


@sandbox.command("clock")
@click.option("--by", type=Span(), metavar="9d", help="Forward by so much: 90m, 36h, 9d, 2w.")
@click.option("--to", type=Moment(), metavar="MOMENT", help="Forward to then, such as 2027-01-31T09:00:00+08:00.")
@DOOR
@signed_in
def clock(me: Person, by: timedelta | None, to: datetime | None, door: str) -> None:
    """Move your sandbox's clock forward, or show it.

    Deadlines, days that money is held, certificates and reminders move with it: what is due by then is done.
    Its processes start again, which takes half a minute, and sessions from before are over. It never goes back;
    `yima sandbox reset` begins it again.

    \b
    Examples:
      yima sandbox clock
      yima sandbox clock --by 9d
      yima sandbox clock --to 2027-01-31T09:00:00+08:00 --json
    """
    if by is not None and to is not None:
        raise click.UsageError("give --by or --to, not both")
    if by is None and to is None:
        me.show(ask(me, door, "GET", "/sandbox"))
        return
    body = {"to": to.isoformat()} if to is not None else {"by_seconds": int(by.total_seconds())}  # type: ignore[union-attr]
    me.show(ask(me, door, "POST", "/sandbox/clock", body))


@sandbox.command("fault")
@click.argument("fault", type=click.Choice(FAULTS))
@click.option("--order", "order_id", default="", help="An order of a resident's there. [default: a new one]")
@click.option("--seconds", type=click.IntRange(1, 600), help="How late webhooks come. [default: 30]")
@DOOR
@signed_in
def fault(me: Person, fault: str, order_id: str, seconds: int | None, door: str) -> None:
    """Have something go wrong in your sandbox, by the real steps that lead to it.

    \b
    late-webhook      what sends webhooks stands still for a while; then all that waited comes, in order
    bank-return       you are paid what is due, and your bank sends it back
    revoke-consent    a resident takes back what they consented to for an order
    resident-cancels  a resident cancels an order

    \b
    Examples:
      yima sandbox fault late-webhook --seconds 60
      yima sandbox fault revoke-consent --order ord_019ab…
      yima sandbox fault bank-return --json
    """
    more: dict[str, Any] = {"seconds": seconds} if seconds else {}
    me.show(ask(me, door, "POST", "/sandbox/faults", {"fault": fault, "order_id": order_id, **more}))


@sandbox.command("remove")
@DOOR
@signed_in
def remove(me: Person, door: str) -> None:
    """Remove your sandbox with all that it has.

    \b
    Example:
      yima sandbox remove
    """
    me.show(ask(me, door, "DELETE", "/sandbox"))


@sandbox.command("list")
@DOOR
@signed_in
def list_all(me: Person, door: str) -> None:
    """List all sandboxes there are, as an operator.

    \b
    Example:
      yima sandbox list
    """
    me.show(ask(me, door, "GET", "/sandboxes"))


@sandbox.command("take-away")
@click.argument("name")
@DOOR
@signed_in
def take_away(me: Person, name: str, door: str) -> None:
    """Remove a partner's sandbox with all that it has, as an operator.

    \b
    Example:
      yima sandbox take-away jinan-sandbox-0a1b2c3d4e5f
    """
    me.show(ask(me, door, "DELETE", f"/sandboxes/{quote(name, safe='')}"))
