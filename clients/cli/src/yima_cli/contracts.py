"""Commands of operators who offer contracts and of partners who sign them."""

import click

from yima_cli.person import PARTNER, Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def contracts() -> None:
    """Versions of a partner's contract: offer one, sign it, see which is in force."""


@contracts.command("show")
@PARTNER
@signed_in
def show(me: Person, partner_id: str | None) -> None:
    """Show all versions of a partner's contract, newest first, and from when on each is in force.

    Without an id it is your own institution.

    \b
    Examples:
      yima contracts show
      yima contracts show par_019ab…
    """
    answer = me.ask_about(partner_id, lambda caller, partner: caller.run("contracts", id=partner))
    me.show(answer["contracts"])


def share(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[dict[str, object]]:
    """`platform=500` as a share of five per cent."""
    shares: list[dict[str, object]] = []
    for value in values:
        party, _, points = value.rpartition("=")
        if not party or not points.isdecimal():
            raise click.BadParameter(f"{value!r} must look like platform=500: a party, and hundredths of a percent")
        shares.append({"party": party, "basisPoints": int(points)})
    return shares


@contracts.command("offer")
@click.argument("partner_id")
@click.option("--from", "effective_on", help="From which day on, such as 2027-01-01. Left out: from its signature.")
@click.option(
    "--share", "shares", multiple=True, callback=share, metavar="PARTY=POINTS",
    help="A part of each payment, in hundredths of a percent. Left out: the shares of the city's tariff.",
)  # fmt: skip
@signed_in
def offer(me: Person, partner_id: str, effective_on: str | None, shares: list[dict[str, object]]) -> None:
    """Offer a version, as an operator. Orders placed before it is in force keep their terms.

    \b
    Example:
      yima contracts offer par_019ab… --from 2027-01-01 --share platform=500 --share fund:public-health=100
    """
    terms = {"effectiveOn": effective_on, "shares": shares or None}
    me.show(me.run("offer-contract", partnerId=partner_id, **terms, key=fresh_key()))


@contracts.command("sign")
@click.argument("contract_id")
@signed_in
def sign(me: Person, contract_id: str) -> None:
    """Sign the version on offer, as an owner of the partner. It asks for your second factor.

    \b
    Example:
      yima contracts sign ctr_019ab…
    """
    me.show(me.run("sign-contract", contractId=contract_id, key=fresh_key()))
