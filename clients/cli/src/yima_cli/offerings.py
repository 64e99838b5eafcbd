"""Commands that find offerings."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from yima_cli.choices import OFFERING_KINDS, OFFERING_SORTS, POPULATIONS, code_of
from yima_cli.person import Person, anybody, fresh_key, signed_in
from yima_cli.registry import Group

POINT = re.compile(r"\s*(-?[0-9]{1,2}(?:\.[0-9]+)?)\s*,\s*(-?[0-9]{1,3}(?:\.[0-9]+)?)\s*")


class Point(click.ParamType[Any]):
    """A point as maps show it: latitude and longitude in degrees."""

    name = "LATITUDE,LONGITUDE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        written = POINT.fullmatch(value)
        if written is None:
            self.fail("must be latitude and longitude in degrees, like 36.6615,117.0162", param, ctx)
        return {"latitude": float(written[1]), "longitude": float(written[2])}


NEAR = click.option("--near", type=Point(), help="From where; to sort by distance.")
WITHIN = click.option("--within", type=click.IntRange(1), help="At most so many metres from there.")


@click.group(cls=Group)
def offerings() -> None:
    """What is on sale: search it, count it, complete a search."""


@offerings.command("search")
@click.argument("words", required=False, default="")
@click.option("--sort", type=click.Choice(OFFERING_SORTS), help="By relevance where there are words, else newest.")
@NEAR
@WITHIN
@click.option("--category", "categories", multiple=True, help="Of this category or below it; repeat it.")
@click.option("--district", "districts", multiple=True, help="Offered in this district; repeat it.")
@click.option("--population", "populations", multiple=True, type=click.Choice(POPULATIONS), help="Meant for them.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(OFFERING_KINDS), help="Delivered so.")
@click.option("--price-max", help="Costs at most so much, in the city's currency.")
@click.option("--rating-min", type=click.FloatRange(1, 5), help="Its partner is rated at least so.")
@click.option("--free-within", type=click.IntRange(1), metavar="DAYS", help="Has a free slot within so many days.")
@click.option("--first", type=click.IntRange(1, 100), default=20, show_default=True, help="How many to show.")
@anybody
def search(
    me: Person,
    words: str,
    sort: str | None,
    near: dict[str, float] | None,
    within: int | None,
    categories: tuple[str, ...],
    districts: tuple[str, ...],
    populations: tuple[str, ...],
    kinds: tuple[str, ...],
    price_max: str | None,
    rating_min: float | None,
    free_within: int | None,
    first: int,
) -> None:
    """Find offerings by words of any of the city's languages, mistyped too, and say of each why it is there.

    \b
    Examples:
      yima offerings search "blood pressure" --near 36.6615,117.0162 --sort distance
      yima offerings search --sort next-free-slot --free-within 7 --district lixia
    """
    narrowed: dict[str, Any] = {
        "categories": list(categories),
        "districts": list(districts),
        "populations": [code_of(population) for population in populations],
        "kinds": [code_of(kind) for kind in kinds],
        "priceMax": price_max,
        "ratingMin": rating_min,
        "freeBefore": (datetime.now(UTC) + timedelta(days=free_within)).isoformat() if free_within else None,
    }
    page = me.run(
        "search-offerings",
        query=words,
        filter=narrowed,
        sort=code_of(sort),
        near=near_of(near, within),
        first=first,
    )
    nodes = [edge["node"] for edge in page["edges"]]
    me.show(nodes if me.as_json else [row_of(node) for node in nodes])


@offerings.command("count")
@click.argument("words", required=False, default="")
@NEAR
@WITHIN
@anybody
def count(me: Person, words: str, near: dict[str, float] | None, within: int | None) -> None:
    """Count what a search finds: by category, district, price, rating, and what is free this week.

    \b
    Example:
      yima offerings count 高血压
    """
    week = (datetime.now(UTC) + timedelta(days=7)).isoformat()
    me.show(me.run("offering-facets", query=words, near=near_of(near, within), freeBefore=week))


@offerings.command("suggest")
@click.argument("text")
@anybody
def suggest(me: Person, text: str) -> None:
    """Complete a search from the letters typed so far.

    \b
    Example:
      yima offerings suggest "blood pr"
    """
    me.show([suggestion["text"] for suggestion in me.run("search-suggestions", text=text)])


def near_of(position: dict[str, float] | None, within: int | None) -> dict[str, Any] | None:
    if position is None:
        if within is not None:
            raise click.UsageError("--within needs --near")
        return None
    return {"position": position, "withinMetres": within}


def row_of(node: dict[str, Any]) -> dict[str, Any]:
    """An offering in a line: what it is, and what the search went by."""
    why = node["explain"]
    partner, site = node["partner"] or {}, why["site"] or {}
    return {
        "id": node["id"],
        "title": node["title"],
        "partner": partner.get("name"),
        "price": node["price"]["amount"],
        "metres": why["distanceMetres"],
        "site": site.get("name"),
        "next free": why["nextFreeAt"],
        "rating": why["rating"],
        "searched": ", ".join(
            f"{each['word']} → {' or '.join(each['searched']) or 'left out'}" for each in why["corrections"]
        ),
    }


@offerings.command("widen-pilot")
@click.argument("offering")
@click.option(
    "--district", "districts", multiple=True, help="To this district, too; repeat it. [default: to everybody]"
)
@click.option("--until", type=click.DateTime(), default=None, help="When it ends, UTC. [default: when you end it]")
@click.option("--reason", required=True, help="Why.")
@signed_in
def widen_pilot(me: Person, offering: str, districts: tuple[str, ...], until: datetime | None, reason: str) -> None:
    """Widen a pilot, as an operator: to more districts, to a later end, or to everybody whom it serves.

    \b
    Examples:
      yima offerings widen-pilot off_019ab… --district lixia --district shizhong --reason "it goes well"
      yima offerings widen-pilot off_019ab… --reason "it went well"
    """
    ends_at = until.replace(tzinfo=UTC).isoformat() if until else None
    me.show(me.run("widen-pilot", offeringId=offering, districts=list(districts), endsAt=ends_at, reason=reason))


@offerings.command("end-pilot")
@click.argument("offering")
@click.option("--reason", required=True, help="Why; its partner reads it.")
@signed_in
def end_pilot(me: Person, offering: str, reason: str) -> None:
    """End a pilot now, as an operator. What was ordered stays ordered.

    \b
    Example:
      yima offerings end-pilot off_019ab… --reason "nobody comes"
    """
    me.show(me.run("end-pilot", offeringId=offering, reason=reason))


REVISION = click.option("--revision", required=True, type=int, help="The one that you looked at.")


@offerings.command("approve")
@click.argument("offering")
@REVISION
@click.option("--pilot", "districts", multiple=True, help="As a pilot in this district first; repeat it.")
@signed_in
def approve(me: Person, offering: str, revision: int, districts: tuple[str, ...]) -> None:
    """Put a reviewed offering on sale, as an operator. As a pilot it is ordered by who lives in these districts.

    \b
    Examples:
      yima offerings approve off_019ab… --revision 1
      yima offerings approve off_019ab… --revision 1 --pilot lixia
    """
    pilot = {"districts": list(districts)} if districts else None
    decided = {"offeringId": offering, "revision": revision, "pilot": pilot}
    me.show(me.run("decide-review", **decided, approved=True, reasons=[], key=fresh_key()))


@offerings.command("reject")
@click.argument("offering")
@REVISION
@click.option("--reason", "reasons", multiple=True, required=True, help="What is to be mended; repeat it.")
@signed_in
def reject(me: Person, offering: str, revision: int, reasons: tuple[str, ...]) -> None:
    """Send an offering back to its partner, as an operator.

    \b
    Example:
      yima offerings reject off_019ab… --revision 1 --reason "say what the price is for"
    """
    decided = {"offeringId": offering, "revision": revision, "reasons": list(reasons)}
    me.show(me.run("decide-review", **decided, approved=False, key=fresh_key()))
