"""Commands about orders as a resident sees them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from yima_cli.choices import ORDER_PARTIES, ORDER_STATUSES, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group
from yima_cli.tables import cell

if TYPE_CHECKING:
    from yima_client.caller import Caller

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=Group)
def orders() -> None:
    """Place, pay, follow and cancel orders."""


@orders.command("list")
@click.option("--status", type=click.Choice(ORDER_STATUSES), help="Only those; else all of them.")
@click.option("--resident", "resident_id", help="Only of this resident, or where they are served.")
@click.option("--partner", "partner_id", help="Only of this partner.")
@click.option("--offering", "offering_id", help="Only with a line of this offering.")
@click.option("--waits-for", type=click.Choice(ORDER_PARTIES), help="Only where they have to do something.")
@click.option("--day", type=DAY, help="Only with a session that begins on this day of the city's calendar.")
@click.option("--placed-on", type=DAY, help="Only what was placed on this day of the city's calendar.")
@signed_in
def list_orders(
    me: Person,
    status: str | None,
    resident_id: str | None,
    partner_id: str | None,
    offering_id: str | None,
    waits_for: str | None,
    day: datetime | None,
    placed_on: datetime | None,
) -> None:
    """List orders, newest first: a resident's or partner's own, everybody's for operator and regulator.

    \b
    Examples:
      yima orders list
      yima orders list --day 2026-12-01 --waits-for partner
      yima orders list --status placed --json
    """
    criteria = {
        "status": code_of(status),
        "residentId": resident_id,
        "partnerId": partner_id,
        "offeringId": offering_id,
    }

    async def work(caller: "Caller") -> Any:
        zone = (await caller.run("city"))["timeZone"] if day or placed_on else ""
        times = {name: whole_day(at, zone) for name, at in (("sessions", day), ("placed", placed_on)) if at}
        return await caller.every("orders", **criteria, **times, waitsFor=code_of(waits_for))

    me.show([order if me.as_json else with_next_steps_in_words(order) for order in me.ask(work)])


def whole_day(day: datetime, zone: str) -> dict[str, str]:
    """A day of the city's calendar as the moments it lasts from and to."""
    start = day.replace(tzinfo=ZoneInfo(zone))
    return {"start": start.isoformat(), "end": (start + timedelta(days=1)).isoformat()}


def with_next_steps_in_words(order: dict[str, Any]) -> dict[str, Any]:
    """An order for a table: when its sessions are, and who has to do what next."""
    row = {name: value for name, value in order.items() if name not in ("waitingFor", "deadline", "lines")}
    row["services"] = [line["title"] for line in order["lines"]]
    row["sessions"] = [cell(booking["interval"]["start"]) for line in order["lines"] for booking in line["bookings"]]
    row["nextSteps"] = in_words(order["nextSteps"])
    return row


def in_words(steps: list[dict[str, Any]]) -> str:
    """Who has to do what next, and until when."""
    return "; ".join(
        f"{step['party'].lower()}: {step['action'].lower().replace('_', ' ')}"
        + (f" until {cell(step['until'])}" if step["until"] else "")
        for step in steps
    )


@orders.command("today")
@click.option("--day", type=DAY, help="Another day of the city's calendar.")
@click.option("--site", "site_id", help="Only at this site.")
@click.option("--practitioner", "practitioner_id", help="Only those that this practitioner serves.")
@click.option("--waiting", is_flag=True, help="Only where you have to do something.")
@signed_in
def today(me: Person, day: datetime | None, site_id: str | None, practitioner_id: str | None, waiting: bool) -> None:
    """List who comes today at a partner, by time: where, to whom, and what waits. Names are said by `yima who-comes`.

    \b
    Examples:
      yima orders today
      yima orders today --waiting --practitioner pra_019ab…
      yima orders today --day 2026-12-01 --site sit_019ab… --json
    """
    criteria = {
        "day": day.date().isoformat() if day else None,
        "siteId": site_id,
        "practitionerId": practitioner_id,
        "waitsForPartner": waiting,
    }

    async def work(caller: "Caller") -> Any:
        return await caller.every("day-sessions", **criteria)

    me.show([session if me.as_json else at_the_desk(session) for session in me.ask(work)])


def at_the_desk(session: dict[str, Any]) -> dict[str, Any]:
    """A session of a day for a table."""
    return {
        "time": cell(session["interval"]["start"]),
        "service": session["title"],
        "status": session["status"],
        "waits": in_words(session["nextSteps"]),
        "site": session["site"]["name"] if session["site"] else None,
        "calendars": session["calendars"],
        "agreed": bool(session["agreedAt"]),
        "orderId": session["orderId"],
        "bookingId": session["bookingId"],
    }


@orders.command("show")
@click.argument("order_id")
@signed_in
def show_order(me: Person, order_id: str) -> None:
    """Show an order: where it stands, what it waits for, its payment.

    \b
    Example:
      yima orders show ord_019ab…
    """
    me.show(me.run("order", id=order_id))


@orders.command("place")
@click.argument("offering_id")
@click.option("--quantity", default=1, show_default=True, help="How many; of a price per unit, how many at most.")
@click.option("--slot", "slot_id", help="The slot to book, where it is booked.")
@click.option("--consent", is_flag=True, help="Consent to what the offering asks of your health data.")
@click.option("--private-offer", "private_offer_id", help="A private offer of it that you took, at whose price.")
@click.option("--resident", "resident_id", help="A dependant whom it is for; else you.")
@click.option("--dry-run", is_flag=True, help="Show what it would come to, and place nothing.")
@signed_in
def place_order(
    me: Person,
    offering_id: str,
    quantity: int,
    slot_id: str | None,
    consent: bool,
    private_offer_id: str | None,
    resident_id: str | None,
    dry_run: bool,
) -> None:
    """Order an offering, at the price and the terms that hold now.

    \b
    Examples:
      yima orders place off_019ab… --dry-run
      yima orders place off_019ab… --quantity 2
      yima orders place off_019ab… --private-offer pvo_019ab…
    """
    line = {
        "offeringId": offering_id,
        "quantity": quantity,
        "slotId": slot_id,
        "privateOfferId": private_offer_id,
    }
    order = {"lines": [line], "residentId": resident_id, "consentGiven": consent}

    async def work(caller: "Caller") -> Any:
        from yima_client.caller import agreed, placed

        if dry_run:
            return await caller.run("preview-order", input=order | {"validateOnly": True}, key=fresh_key())
        return await placed(caller, await agreed(caller, order))

    me.show(me.ask(work))


@orders.command("pay")
@click.argument("order_id")
@click.option(
    "--method", required=True, help='What to pay with, as the payment provider names it; "sandbox:ok" in trials.'
)
@signed_in
def pay_order(me: Person, order_id: str, method: str) -> None:
    """Pay an order.

    \b
    Example:
      yima orders pay ord_019ab… --method sandbox:ok
    """
    me.show(me.run("pay-order", orderId=order_id, paymentMethod=method, key=fresh_key()))


@orders.command("agree")
@click.argument("order_id")
@click.option("--consent", is_flag=True, help="Consent to what it asks of the resident's health data, too.")
@signed_in
def agree_to_order(me: Person, order_id: str, consent: bool) -> None:
    """Agree to an order that a desk placed for you, or for who you act for. Look at it before; paying says the same.

    \b
    Example:
      yima orders agree ord_019ab…
    """

    async def work(caller: "Caller") -> Any:
        lines = (await caller.run("order", id=order_id))["lines"] if consent else []
        hashes = [line["consentHash"] for line in lines if line["consentNeeded"]]
        return await caller.run("agree-to-desk-order", orderId=order_id, consentHashes=hashes, key=fresh_key())

    me.show(me.ask(work))


@orders.command("disown")
@click.argument("order_id")
@click.option("--text", required=True, help="What there is to say; the institution and the operator read it.")
@signed_in
def disown_order(me: Person, order_id: str, text: str) -> None:
    """Say that an order a desk placed for you was not you. It is cancelled, and the institution has to answer for it.

    \b
    Example:
      yima orders disown ord_019ab… --text "I was at home that day"
    """
    me.show(me.run("disown-desk-order", orderId=order_id, text=text, key=fresh_key()))


@orders.command("stop")
@click.argument("order_id")
@signed_in
def stop_order(me: Person, order_id: str) -> None:
    """Let no further period follow an order that is paid by the period. What you paid runs to its end.

    \b
    Example:
      yima orders stop ord_019ab…
    """
    me.show(me.run("stop-series", orderId=order_id))


@orders.command("cancel")
@click.argument("order_id")
@click.option("--reason", required=True, help="Why; the partner reads it.")
@click.option("--dry-run", is_flag=True, help="Show what it would cost, and cancel nothing.")
@signed_in
def cancel_order(me: Person, order_id: str, reason: str, dry_run: bool) -> None:
    """Cancel an order; what is due then is said before, by --dry-run.

    \b
    Examples:
      yima orders cancel ord_019ab… --reason "I am away" --dry-run
      yima orders cancel ord_019ab… --reason "I am away"
    """
    me.show(me.run("cancel-order", orderId=order_id, reason=reason, key=fresh_key(), validateOnly=dry_run))
