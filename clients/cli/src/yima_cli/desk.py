"""Commands of a front desk."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from yima_cli.choices import CALENDAR_KINDS, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.caller import Caller


@click.command("who-comes")
@click.argument("order_id")
@click.option("--purpose", default="TREAT", show_default=True, help="As the order's consent says it.")
@signed_in
def who_comes(me: Person, order_id: str, purpose: str) -> None:
    """Show who comes for an order: name, age, telephone.

    Its consent has to cover `contact`, from its confirmation to its end; the resident sees that you looked. `yima
    orders today` has a day's orders.

    \b
    Example:
      yima who-comes ord_019ab…
    """
    me.show(me.run("order-contact", orderId=order_id, purpose=purpose))


@click.group(cls=Group)
def desk() -> None:
    """What a front desk does for who stands there: order for them by a scan."""


@desk.command("order")
@click.argument("offering_id")
@click.option("--receipt", required=True, help="Of the scan, as `yima scan` printed it.")
@click.option("--quantity", default=1, show_default=True, help="How many.")
@click.option("--slot", "slot_id", help="The slot to book, where it is booked.")
@click.option("--dry-run", is_flag=True, help="Show what to tell them that it comes to, and place nothing.")
@signed_in
def order_at_desk(
    me: Person, offering_id: str, receipt: str, quantity: int, slot_id: str | None, dry_run: bool
) -> None:
    """Order one of your institution's offerings for the resident whose code was just scanned.

    It waits for their own word, for a day: they agree to it or pay it, or somebody does who acts for them.

    \b
    Examples:
      yima desk order off_019ab… --receipt eyJ… --dry-run
      yima desk order off_019ab… --receipt eyJ…
    """
    order = {
        "scanReceipt": receipt,
        "lines": [{"offeringId": offering_id, "quantity": quantity, "slotId": slot_id}],
    }

    async def work(caller: "Caller") -> Any:
        from yima_client.caller import agreed

        if dry_run:
            return await caller.run("place-desk-order", input=order | {"validateOnly": True}, key=fresh_key())
        terms = await agreed(caller, order, preview="place-desk-order")
        return await caller.run("place-desk-order", input=terms, key=fresh_key())

    me.show(me.ask(work))


@desk.command("send-code")
@click.argument("order_id")
@signed_in
def send_code(me: Person, order_id: str) -> None:
    """Send who you ordered for a text message that says what it is and costs, with a code.

    For who has no telephone that signs in: they read it, and tell you the code if they want it. It goes to the number
    that they confirmed. You see neither.

    \b
    Example:
      yima desk send-code ord_019ab…
    """
    me.show(me.run("send-desk-order-code", orderId=order_id, key=fresh_key()))


@desk.command("agree")
@click.argument("order_id")
@click.option("--code", required=True, help="Six digits, as they told you.")
@signed_in
def agree_by_code(me: Person, order_id: str, code: str) -> None:
    """Give the word of who you ordered for, by the code that they told you.

    It neither pays nor consents.

    \b
    Example:
      yima desk agree ord_019ab… --code 123456
    """
    me.show(me.run("agree-to-desk-order-by-code", orderId=order_id, code=code, key=fresh_key()))


REASON = click.option("--reason", required=True, help="Why; whoever has booked a time reads it.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what it would take back, and withdraw nothing.")


@click.command("close-day")
@click.argument("site_id")
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
@REASON
@DRY_RUN
@signed_in
def close_day(me: Person, site_id: str, day: datetime, reason: str, dry_run: bool) -> None:
    """Close a day at a site, and see what that takes back.

    Every coming time there is withdrawn. Who has paid is offered the next free one, and may decline it for nothing; who
    has not is cancelled.

    \b
    Examples:
      yima close-day sit_019ab… 2026-12-24 --reason "no water" --dry-run
      yima close-day sit_019ab… 2026-12-24 --reason "no water"
    """
    text = day.date().isoformat()
    if dry_run:
        me.show(me.run("booked-days", fromDay=text, untilDay=text, siteId=site_id))
        return
    me.show(me.run("close-day", siteId=site_id, day=text, reason=reason, key=fresh_key()))


@click.command("absent")
@click.argument("order_id")
@click.option("--dry-run", is_flag=True, help="Show what it would cost, and state nothing.")
@signed_in
def absent(me: Person, order_id: str, dry_run: bool) -> None:
    """State that nobody came to a session, and see what it costs.

    The order is cancelled for the fee of the last moment before its start. The resident may object; no money moves
    before that time is over.

    \b
    Examples:
      yima absent ord_019ab… --dry-run
      yima absent ord_019ab…
    """
    me.show(me.run("state-absence", orderId=order_id, validateOnly=dry_run, key=fresh_key()))


@click.group(cls=Group)
def calendars() -> None:
    """Calendars of who serves, rooms and devices: put them, list them, end them."""


@calendars.command("put")
@click.argument("code")
@click.option("--kind", type=click.Choice(CALENDAR_KINDS), required=True, help="What it is of; it stays that.")
@click.option("--name", required=True, help="For your own people.")
@click.option("--practitioner", "practitioner_id", help="Whose it is, where it is a practitioner's.")
@signed_in
def put_calendar(me: Person, code: str, kind: str, name: str, practitioner_id: str | None) -> None:
    """Put a calendar, or rename it. Slots name calendars by their codes, and no two slots take one at one time.

    \b
    Examples:
      yima calendars put room-2 --kind room --name "Room 2, first floor"
      yima calendars put dr-chen --kind practitioner --name "Dr Chen" --practitioner pra_019ab…
    """
    me.show(
        me.run(
            "put-calendar",
            code=code,
            kind=code_of(kind),
            name=name,
            practitionerId=practitioner_id,
            key=fresh_key(),
        )
    )


@calendars.command("end")
@click.argument("code")
@click.option(
    "--from", "from_day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day without slots."
)
@REASON
@DRY_RUN
@signed_in
def end_calendar(me: Person, code: str, from_day: datetime, reason: str, dry_run: bool) -> None:
    """End a calendar, e.g. of somebody who leaves: its times from a day on are withdrawn, and it gets no others.

    \b
    Examples:
      yima calendars end dr-chen --from 2027-01-01 --reason "leaves us" --dry-run
      yima calendars end dr-chen --from 2027-01-01 --reason "leaves us"
    """
    text = from_day.date().isoformat()
    if dry_run:
        me.show(me.run("booked-days", fromDay=text, calendarCode=code))
        return
    me.show(me.run("end-calendar", code=code, fromDay=text, reason=reason, key=fresh_key()))


@calendars.command("list")
@signed_in
def list_calendars(me: Person) -> None:
    """List your institution's calendars, and from when on they have no slots.

    \b
    Example:
      yima calendars list
    """
    me.show(me.run("calendars"))
