"""Commands about the way from an application to the first offering on sale."""

import click

from yima_cli.person import Person, signed_in
from yima_cli.registry import Group

KINDS = (
    "HOSPITAL", "CLINIC", "COMMUNITY_HEALTH_CENTRE", "LABORATORY", "DEVICE_MAKER", "INSURER", "AI_COMPANY",
    "HEALTH_MANAGEMENT",
)  # fmt: skip


@click.group(cls=Group)
def funnel() -> None:
    """From the application to the first offering on sale: days in each step, who waits for whom."""


@funnel.command("show")
@click.argument("partner_id")
@signed_in
def show(me: Person, partner_id: str) -> None:
    """Show how far a partner has come, and who is to act.

    \b
    Example:
      yima funnel show par_019ab…
    """
    me.show(me.run("partner-funnel", partnerId=partner_id))


@funnel.command("city")
@click.option("--kind", type=click.Choice(KINDS), help="Only partners of this kind.")
@click.option("--district", help="Only partners in this district, by its code.")
@signed_in
def city(me: Person, kind: str | None, district: str | None) -> None:
    """Show what each step takes in the median, and who is under way, longest first. For operators and regulators.

    \b
    Example:
      yima funnel city --kind LABORATORY
    """
    me.show(me.run("city-funnel", kind=kind, district=district))
