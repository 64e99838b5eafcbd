"""Commands about private offers: of a partner that makes them, of a buyer that takes one, of who supervises."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from yima_cli.choices import PRIVATE_OFFER_STATUSES, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.caller import Caller


@click.group("private-offers", cls=Group)
def private_offers() -> None:
    """Offer something to one buyer at a lower price; take such an offer by its code; see those there are."""


@private_offers.command("make")
@click.argument("offering_id")
@click.option("--price", required=True, help="What one costs its buyer: below the published price, e.g. 80.00.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day it is good for.")
@click.option("--receipt", help="Of a scan just now, as `yima scan` printed it: it is theirs, and has no code.")
@signed_in
def make_private_offer(me: Person, offering_id: str, price: str, until: datetime, receipt: str | None) -> None:
    """Offer one of your offerings to one buyer. Its code is shown this once: give it to them.

    Whoever takes it first is its buyer; it is ordered by once. It is over with its day, when you withdraw it, and when
    the offering changes.

    \b
    Examples:
      yima private-offers make off_019ab… --price 80.00 --until 2026-12-24
      yima private-offers make off_019ab… --price 80.00 --until 2026-12-24 --receipt eyJ…
    """

    async def work(caller: "Caller") -> Any:
        currency = (await caller.run("city"))["currency"]
        offer = {
            "offeringId": offering_id,
            "price": {"amount": price, "currency": currency},
            "untilDay": until.date().isoformat(),
            "scanReceipt": receipt,
        }
        return await caller.run("make-private-offer", input=offer, key=fresh_key())

    me.show(me.ask(work))


@private_offers.command("take")
@click.argument("code")
@click.option("--resident", "resident_id", help="A dependant whose it is to be; else yours.")
@signed_in
def take_private_offer(me: Person, code: str, resident_id: str | None) -> None:
    """Take a private offer by its code, and see what it is. Order by it with `yima orders place --private-offer`.

    \b
    Example:
      yima private-offers take ypo_…
    """
    me.show(me.run("take-private-offer", code=code, residentId=resident_id, key=fresh_key()))


@private_offers.command("list")
@click.option("--status", type=click.Choice(PRIVATE_OFFER_STATUSES), help="Only those; else all of them.")
@click.option("--partner", "partner_id", help="Only of this partner.")
@click.option("--offering", "offering_id", help="Only of this offering.")
@signed_in
def list_private_offers(me: Person, status: str | None, partner_id: str | None, offering_id: str | None) -> None:
    """List private offers, newest first: those you took, those your institution made, all for who supervises.

    \b
    Examples:
      yima private-offers list
      yima private-offers list --partner par_019ab… --status open
    """
    criteria = {"status": code_of(status), "partnerId": partner_id, "offeringId": offering_id}

    async def work(caller: "Caller") -> Any:
        return await caller.every("private-offers", **criteria)

    me.show(me.ask(work))


@private_offers.command("show")
@click.argument("private_offer_id")
@signed_in
def show_private_offer(me: Person, private_offer_id: str) -> None:
    """Show a private offer: what it costs, what everybody else pays, where it stands.

    \b
    Example:
      yima private-offers show pvo_019ab…
    """
    me.show(me.run("private-offer", id=private_offer_id))


@private_offers.command("withdraw")
@click.argument("private_offer_id")
@signed_in
def withdraw_private_offer(me: Person, private_offer_id: str) -> None:
    """Withdraw a private offer that nobody has ordered by.

    \b
    Example:
      yima private-offers withdraw pvo_019ab…
    """
    me.show(me.run("withdraw-private-offer", id=private_offer_id, key=fresh_key()))
