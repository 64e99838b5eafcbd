"""Commands of practitioners: scan, see visits, prove, read."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
from yima_client.errors import Refused

from yima_cli.orders import with_next_steps_in_words
from yima_cli.parts import LAST, part_of
from yima_cli.person import Person, fresh_key, signed_in

if TYPE_CHECKING:
    from yima_client.caller import Caller


@click.command()
@click.argument("text")
@click.option("--scanned-at", help="When you scanned it, where there was no network; within three days.")
@click.option("--place", default="", help="Where, as the resident will read it.")
@click.option("--card", help="The number on their identity card, of a printed code; else it is asked for.")
@signed_in
def scan(me: Person, text: str, scanned_at: str | None, place: str, card: str | None) -> None:
    """Redeem a resident's health code, and see who they are. TEXT is what the code says, and begins with YM1:. It also
    shows the orders in which you have to do something for them, and the receipt to prove it with. A code of another
    city is redeemed there: you see who shows it, and nothing of their record. A printed code begins with YP1: and wants
    the number on the identity card of who stands there.

    \b
    Examples:
      yima scan "YM1:…" --place "Outpatients, room 3"
      yima scan "YP1:…" --card 370102195505050012
    """
    if text.startswith("YP1:") and not card:
        card = click.prompt("The number on their identity card", hide_input=True)

    async def work(caller: "Caller") -> Any:
        how = {"scannedAt": scanned_at, "place": place, "app": "yima"}
        try:
            if card:
                scanned = await caller.run(
                    "redeem-printed-code", text=text, identityNumber=card, place=place, app="yima"
                )
            else:
                scanned = await caller.run("redeem-health-code", text=text, **how)
        except Refused as refused:
            if refused.code != "code-of-another-city":
                raise
            return await caller.run("redeem-foreign-code", text=text, **how)
        waiting = await caller.every("orders", residentId=scanned["residentId"], waitsFor="PARTNER")
        return scanned | {"orders": waiting if me.as_json else [with_next_steps_in_words(order) for order in waiting]}

    me.show(me.ask(work))


@click.command("foreign-scans")
@click.option("--partner", "partner_id", help="Of this partner's practitioners, for operators and regulators.")
@signed_in
def foreign_scans(me: Person, partner_id: str | None) -> None:
    """See scans of other cities' codes. The latest comes first, each with the other city's receipt. Whose code it was
    only that city knows; its resident reads it there.

    \b
    Example:
      yima foreign-scans --json
    """
    me.show(me.every("foreign-scans", partnerId=partner_id))


@click.command()
@click.option("--resident", "resident_id", help="Only this resident's.")
@click.option("--first", default=20, show_default=True, type=click.IntRange(1, 100), help="At most so many.")
@LAST
@signed_in
def visits(me: Person, resident_id: str | None, first: int, last: int | None) -> None:
    """See what scans offered, and what residents answered. It says whose record you may read, and until when.

    \b
    Example:
      yima visits --resident res_019ab…
    """
    me.show(me.run("visits", residentId=resident_id, **part_of(first, last))["nodes"])


@click.command()
@click.argument("order_id")
@click.option("--receipt", required=True, help="Of the scan, as `yima scan` printed it.")
@click.option("--line", "line_id", help="The order's line; needed where it has several.")
@click.option("--item", help="The package's item that was given, by its code.")
@signed_in
def prove(me: Person, order_id: str, receipt: str, line_id: str | None, item: str | None) -> None:
    """Prove that a service of an order was given. The proof is the resident's code, scanned before.

    \b
    Example:
      yima prove ord_019ab… --receipt eyJhbGci…
    """
    proof = {"orderId": order_id, "scanReceipt": receipt, "lineId": line_id, "item": item}
    me.show(me.run("prove-service", **proof, key=fresh_key()))


@click.command()
@click.argument("order_id")
@signed_in
def fulfil(me: Person, order_id: str) -> None:
    """Say that all of an order was given. Its money is split then.

    \b
    Example:
      yima fulfil ord_019ab…
    """
    me.show(me.run("fulfil-order", orderId=order_id, key=fresh_key()))


# What people are asked about; all of it where no type is named.
INFORMATION_TYPES = (
    *("activity", "child-health", "encounters", "imaging"),
    *("laboratory", "maternal", "medications", "vital-signs"),
)


@click.command()
@click.argument("resident_id", default="")
@click.option("--type", "information_types", multiple=True, help="Of information; several may be. Else all.")
@click.option("--kind", "resource_types", multiple=True, help="Of resource, such as Condition. Else all.")
@click.option("--code", "codes", multiple=True, help="With this code in it, such as LOINC's 8480-6. Else all.")
@click.option("--since", help="Only what is of this moment or later.")
@click.option("--until", help="Only what is of before this moment.")
@click.option("--purpose", default="TREAT", show_default=True, help="What it is read for, as the consent says.")
@click.option("--first", default=20, show_default=True, type=click.IntRange(1, 100), help="At most so many.")
@LAST
@signed_in
def records(me: Person, /, resident_id: str, information_types: tuple[str, ...], purpose: str, **more: Any) -> None:
    """Read what a consent permits of a resident's record. It comes newest first; without an id, your own is read, all
    of it. The resident sees that it was read, and by whom.

    \b
    Examples:
      yima records
      yima records res_019ab… --type vital-signs --type laboratory
      yima records res_019ab… --code 8480-6 --since 2026-01-01T00:00:00+08:00
    """
    query = {
        "informationTypes": information_types or INFORMATION_TYPES,
        "purpose": purpose.upper(),
        **part_of(more["first"], more["last"]),
        "resourceTypes": more["resource_types"] or None,
        "codes": more["codes"] or None,
        "since": more["since"],
        "until": more["until"],
    }
    page = me.ask(lambda caller: read_of(caller, "records", resident_id, query))
    me.show(page if me.as_json else [entry(node) for node in page["nodes"]])


@click.command("record-versions")
@click.argument("record_id")
@click.argument("resident_id", default="")
@click.option("--purpose", default="TREAT", show_default=True, help="What it is read for, as the consent says.")
@signed_in
def record_versions(me: Person, record_id: str, resident_id: str, purpose: str) -> None:
    """Read what a resource of a record said before, and says now. Without a resident's id, it is one of your own
    record.

    \b
    Example:
      yima record-versions rec_019ab… res_019ab…
    """
    query = {
        "recordId": record_id,
        "informationTypes": INFORMATION_TYPES,
        "purpose": purpose.upper(),
    }
    answer = me.ask(lambda caller: read_of(caller, "record-versions", resident_id, query))
    me.show(answer if me.as_json else [version_entry(version) for version in answer["versions"]])


def version_entry(version: Mapping[str, Any]) -> Mapping[str, Any]:
    """A version of a resource, in a line."""
    sent = {name: version[name] for name in ("version", "ingestedAt", "replacedAt")}
    return {**sent, **entry(version["record"])}


async def read_of(caller: "Caller", operation: str, resident_id: str, query: Mapping[str, Any]) -> Any:
    """Read a resident's record; without an id the caller's own. Whoever is none has to say whose they mean."""
    if not resident_id:
        resident = (await caller.run("me"))["resident"]
        if resident is None:
            raise Refused(operation, "invalid", "say whose record to read; you are no resident", "residentId")
        resident_id = resident["id"]
    return await caller.run(operation, residentId=resident_id, **query)


def entry(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """A resource of a record, in a line of a timeline."""
    summary, values = node["summary"], [value_of(value) for value in node["summary"]["values"]]
    return {
        "id": node["id"],
        "at": node["effectiveAt"],
        "what": summary["title"],
        "result": ", ".join(filter(None, [*values, summary["details"]])),
        "status": node["status"],
        "institution": node["institution"],
    }


def value_of(value: Mapping[str, Any]) -> str:
    """A measured value with its unit, and the range it lies outside of."""
    words = f"{value['value']} {value['unit'] or ''}".strip()
    bounds = f"{value['low'] or ''}–{value['high'] or ''}"
    return f"{words} (outside {bounds})" if value["outside"] else words
