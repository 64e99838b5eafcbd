"""Commands about a partner's webhooks: where events are sent, what was sent, and sending it again."""

from datetime import UTC, datetime
from typing import Any

import click

from yima_cli.choices import WEBHOOK_DELIVERY_STATUSES, WEBHOOK_SIGNATURES, code_of
from yima_cli.parts import LAST, part_of
from yima_cli.person import Person, anybody, fresh_key, signed_in
from yima_cli.registry import Group

TYPES = click.option("--type", "types", multiple=True, help="A type of events; several may be. [default: all]")
DESCRIPTION = click.option("--description", default="", help="What it is for.")
SINCE = click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="In UTC.")
PAGE_SIZE = 100


@click.group(cls=Group)
def webhooks() -> None:
    """Webhooks of your systems: where events are sent."""


@click.group(cls=Group)
def events() -> None:
    """Events of your partner, as webhooks say them."""


@webhooks.command("create")
@click.argument("address")
@TYPES
@DESCRIPTION
@click.option("--signature", type=click.Choice(WEBHOOK_SIGNATURES), help="How it is signed. [default: hmac]")
@signed_in
def create(me: Person, address: str, types: tuple[str, ...], description: str, signature: str | None) -> None:
    """Have events sent to an address. The secret that signs them is shown now, and never again.

    \b
    Examples:
      yima webhooks create https://example.org/webhooks
      yima webhooks create https://example.org/webhooks --type order.confirmed --type order.cancelled
    """
    me.show(
        me.run(
            "create-webhook-endpoint",
            url=address,
            types=list(types),
            description=description,
            signature=code_of(signature),
            key=fresh_key(),
        )
    )


@webhooks.command("list")
@signed_in
def list_endpoints(me: Person) -> None:
    """List where events are sent, and how that goes.

    \b
    Example:
      yima webhooks list
    """
    me.show(me.every("webhook-endpoints"))


@webhooks.command("update")
@click.argument("endpoint_id")
@click.argument("address")
@TYPES
@DESCRIPTION
@signed_in
def update(me: Person, endpoint_id: str, address: str, types: tuple[str, ...], description: str) -> None:
    """Change an endpoint: its address, types and description are as they are said here.

    \b
    Example:
      yima webhooks update whe_019ab… https://example.org/other --type order.confirmed
    """
    me.show(
        me.run(
            "update-webhook-endpoint",
            id=endpoint_id,
            url=address,
            types=list(types),
            description=description,
            key=fresh_key(),
        )
    )


@webhooks.command("pause")
@click.argument("endpoint_id")
@signed_in
def pause(me: Person, endpoint_id: str) -> None:
    """Send nothing to an endpoint until it is resumed. What happens meanwhile waits, for a day.

    \b
    Example:
      yima webhooks pause whe_019ab…
    """
    me.show(me.run("pause-webhook-endpoint", id=endpoint_id))


@webhooks.command("resume")
@click.argument("endpoint_id")
@signed_in
def resume(me: Person, endpoint_id: str) -> None:
    """Send again to an endpoint that was paused or disabled.

    \b
    Example:
      yima webhooks resume whe_019ab…
    """
    me.show(me.run("resume-webhook-endpoint", id=endpoint_id))


@webhooks.command("end")
@click.argument("endpoint_id")
@signed_in
def end(me: Person, endpoint_id: str) -> None:
    """End an endpoint for good. What was not sent to it yet is not sent.

    \b
    Example:
      yima webhooks end whe_019ab…
    """
    me.show(me.run("end-webhook-endpoint", id=endpoint_id))


@webhooks.command("rotate")
@click.argument("endpoint_id")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    help="How long the old one signs too, in UTC. [default: a day]",
)
@signed_in
def rotate(me: Person, endpoint_id: str, until: datetime | None) -> None:
    """Give an endpoint another secret. It is shown now, and never again; the one before signs beside it for a while.

    \b
    Example:
      yima webhooks rotate whe_019ab…
    """
    me.show(me.run("rotate-webhook-secret", id=endpoint_id, oldUntil=in_utc(until)))


@webhooks.command("test")
@click.argument("endpoint_id")
@signed_in
def test(me: Person, endpoint_id: str) -> None:
    """Send an endpoint an event about nothing. `yima webhooks deliveries` says how that went.

    \b
    Example:
      yima webhooks test whe_019ab…
    """
    me.show(me.run("test-webhook-endpoint", id=endpoint_id))


@webhooks.command("deliveries")
@click.option("--endpoint", "endpoint_id", help="To which endpoint.")
@click.option("--event", "event_id", help="Of which event.")
@click.option("--status", type=click.Choice(WEBHOOK_DELIVERY_STATUSES), help="How they stand.")
@click.option("--first", type=click.IntRange(1, PAGE_SIZE), default=20, show_default=True, help="At most so many.")
@LAST
@signed_in
def deliveries(me: Person, /, first: int, last: int | None, **which: str | None) -> None:
    """List what was sent, newest first: each attempt, what was answered, and how long that took.

    \b
    Examples:
      yima webhooks deliveries --status failed
      yima webhooks deliveries --event evt_019ab… --json
    """
    about = {"endpointId": which["endpoint_id"], "eventId": which["event_id"], "status": code_of(which["status"])}
    page = me.run("webhook-deliveries", **about, **part_of(first, last))
    me.show(page["nodes"])


@events.command("types")
@anybody
def types_of_events(me: Person) -> None:
    """List which types of events there are; with --json also the JSON Schema of each.

    \b
    Example:
      yima events types
    """
    types = me.run("webhook-event-types")
    me.show(types if me.as_json else [{"type": each["type"], "description": each["description"]} for each in types])


@events.command("list")
@TYPES
@SINCE
@click.option("--first", type=click.IntRange(1, PAGE_SIZE), default=20, show_default=True, help="At most so many.")
@LAST
@signed_in
def list_events(me: Person, types: tuple[str, ...], since: datetime | None, first: int, last: int | None) -> None:
    """List what happened, newest first, as webhooks say it.

    \b
    Examples:
      yima events list --type order.confirmed
      yima events list --since 2026-11-01 --json
    """
    asked = {"types": list(types), "since": in_utc(since), "newestFirst": True}
    page = me.run("webhook-events", **asked, **part_of(first, last))
    me.show([event_shown(edge["node"], me.as_json) for edge in page["edges"]])


@events.command("resend")
@click.argument("endpoint_id")
@click.argument("event_ids", nargs=-1)
@SINCE
@signed_in
def resend(me: Person, endpoint_id: str, event_ids: tuple[str, ...], since: datetime | None) -> None:
    """Send events again to an endpoint: those named, or all of its types since a moment. They keep their ids.

    \b
    Examples:
      yima events resend whe_019ab… evt_019ab…
      yima events resend whe_019ab… --since 2026-11-01
    """
    me.show(me.run("replay-deliveries", id=endpoint_id, events=list(event_ids), since=in_utc(since), key=fresh_key()))


def in_utc(at: datetime | None) -> str | None:
    return at.replace(tzinfo=UTC).isoformat() if at else None


def event_shown(event: dict[str, Any], as_json: bool) -> dict[str, Any]:
    """An event for people without its body, which is long."""
    return event if as_json else {name: value for name, value in event.items() if name != "body"}
