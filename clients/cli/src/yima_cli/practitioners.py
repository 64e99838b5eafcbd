"""Commands about who practises at a partner."""

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def practitioners() -> None:
    """Who practises at a partner, and whether their licences are checked: list, register, end."""


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


@practitioners.command("register")
@click.option("--name", required=True, help="Their name.")
@click.option("--title", required=True, help="What they are, e.g. attending physician.")
@click.option("--licence", required=True, help="The number of their licence.")
@click.option("--their-login", required=True, help="Their e-mail address, to sign in with.")
@click.option(
    "--their-password", envvar="YIMA_PRACTITIONER_PASSWORD", prompt="Their password", hide_input=True,
    confirmation_prompt=True, help="Their first password; or YIMA_PRACTITIONER_PASSWORD.",
)  # fmt: skip
@signed_in
def register(me: Person, name: str, title: str, licence: str, their_login: str, their_password: str) -> None:
    """Register somebody who practises at your institution. The register of licences is asked about them.

    \b
    Example:
      yima practitioners register --name "Li Na" --title Physician --licence 110… --their-login li@clinic.example.org
    """
    them = {"login": their_login, "password": their_password, "name": name, "title": title}
    me.show(me.run("register-practitioner", **them, licenceNumber=licence, key=fresh_key()))


@practitioners.command("end")
@click.argument("practitioner_id")
@click.option("--reason", default="", help="Why, for who looks at it later.")
@signed_in
def end(me: Person, practitioner_id: str, reason: str) -> None:
    """Say that somebody does not practise at your institution any more. They scan and prove nothing from now on.

    \b
    Example:
      yima practitioners end pra_019ab… --reason "retired"
    """
    me.show(me.run("end-practitioner-registration", practitionerId=practitioner_id, reason=reason, key=fresh_key()))
