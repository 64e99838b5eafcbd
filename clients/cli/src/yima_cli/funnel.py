"""Commands about the way from an application to the first offering on sale."""

import click

from yima_cli.choices import PARTNER_KINDS, code_of
from yima_cli.person import PARTNER, Person, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def funnel() -> None:
    """From the application to the first offering on sale: days in each step, who waits for whom."""


@funnel.command("show")
@PARTNER
@signed_in
def show(me: Person, partner_id: str | None) -> None:
    """Show how far a partner has come, and who is to act. Without an id it is your own institution.

    \b
    Examples:
      yima funnel show
      yima funnel show par_019ab… --json
    """
    me.show(me.ask_about(partner_id, lambda caller, partner: caller.run("partner-funnel", partnerId=partner)))


@funnel.command("city")
@click.option("--kind", type=click.Choice(PARTNER_KINDS), help="Only partners of this kind.")
@click.option("--district", help="Only partners in this district, by its code.")
@signed_in
def city(me: Person, kind: str | None, district: str | None) -> None:
    """Show what each step takes in the median, and who is under way, longest first. For operators and regulators.

    \b
    Example:
      yima funnel city --kind laboratory
    """
    me.show(me.run("city-funnel", kind=code_of(kind), district=district))
