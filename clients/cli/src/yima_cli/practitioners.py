"""Commands about who practises at a partner."""

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def practitioners() -> None:
    """Who practises at a partner, and whether their licences are checked."""


@practitioners.command("list")
@click.option("--partner", "partner_id", help="Of this partner, for operators and regulators; else your own.")
@click.option("--ended", is_flag=True, help="Those who have left as well.")
@signed_in
def list_practitioners(me: Person, partner_id: str | None, ended: bool) -> None:
    """List practitioners, the latest first, with what the register of licences says of each.

    \b
    Examples:
      yima practitioners list
      yima practitioners list --partner par_019ab… --ended
    """
    me.show(me.every("practitioners", partnerId=partner_id, endedToo=ended))


@practitioners.command("check")
@click.argument("practitioner_id")
@signed_in
def check(me: Person, practitioner_id: str) -> None:
    """Have the register of licences asked about one now, e.g. where something was put right there.

    \b
    Example:
      yima practitioners check pra_019ab…
    """
    me.show(me.run("check-licence", practitionerId=practitioner_id, key=fresh_key()))
