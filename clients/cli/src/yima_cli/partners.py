"""Commands about partners for those who screen and supervise them."""

import click

from yima_cli.choices import PARTNER_KINDS, PARTNER_STATUSES, code_of
from yima_cli.person import Person, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def partners() -> None:
    """Institutions that have applied, and how they stand."""


@partners.command("list")
@click.option("--status", type=click.Choice(PARTNER_STATUSES), help="Only those that stand so.")
@click.option("--kind", type=click.Choice(PARTNER_KINDS), help="Only of this kind.")
@click.option("--district", help="Only in this district, by its code.")
@click.option("--name", help="Only with this in a name of theirs, in any language and spelling.")
@signed_in
def list_partners(me: Person, status: str | None, kind: str | None, district: str | None, name: str | None) -> None:
    """List partners, newest first, with what is doubtful about them.

    \b
    Examples:
      yima partners list --status screening
      yima partners list --name "clear spring" --json
    """
    me.show(me.every("partners", status=code_of(status), kind=code_of(kind), district=district, name=name))


@partners.command("show")
@click.argument("partner_id")
@signed_in
def show_partner(me: Person, partner_id: str) -> None:
    """Show an application as its screener reads it: evidence, contact, steps, and who looks alike.

    \b
    Example:
      yima partners show par_019ab…
    """
    me.show(me.run("application", id=partner_id))
