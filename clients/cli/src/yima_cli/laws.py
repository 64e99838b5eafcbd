"""Commands about legal bases other than consent: what the law lets whom see of everybody."""

import click

from yima_cli.choices import code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

STATUSES = ("entered", "in-force", "expired", "ended")


@click.group(cls=Group)
def laws() -> None:
    """What the law lets whom see of everybody, without consent."""


@laws.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those; else all of them.")
@signed_in
def list_laws(me: Person, status: str | None) -> None:
    """List legal bases, newest first. Everybody may.

    \b
    Example:
      yima laws list --status in-force
    """
    me.show(me.every("legal-bases", status=code_of(status)))


@laws.command("enter")
@click.argument("partner_id")
@click.option("--statute", required=True, help="Its name, and which article.")
@click.option("--why", required=True, help="What it is for, in plain words; residents read it.")
@click.option("--type", "types", multiple=True, required=True, help="A kind of information; may be repeated.")
@click.option("--sensitive", "categories", multiple=True, help="What it covers of what is apart, e.g. hiv.")
@click.option("--purpose", default="PUBHLTH", show_default=True, help="HL7's PurposeOfUse.")
@click.option("--days", "valid_days", default=365, show_default=True, help="For so long from its signature on.")
@signed_in
def enter(
    me: Person,
    partner_id: str,
    statute: str,
    why: str,
    types: tuple[str, ...],
    categories: tuple[str, ...],
    purpose: str,
    valid_days: int,
) -> None:
    """Enter what the law lets a partner see, as an operator. It permits nothing until a regulator has signed it.

    \b
    Example:
      yima laws enter par_019ab… --statute "Law on infectious diseases, article 30" --why "reports" --type laboratory
    """
    basis = {
        "partnerId": partner_id,
        "statute": statute,
        "why": why,
        "informationTypes": list(types),
        "sensitiveCategories": list(categories) or None,
        "purpose": purpose.upper(),
        "validDays": valid_days,
    }
    me.show(me.run("enter-legal-basis", key=fresh_key(), **basis))


@laws.command("sign")
@click.argument("basis_id")
@signed_in
def sign(me: Person, basis_id: str) -> None:
    """Sign a legal basis as it stands, as a regulator: it is in force from now on.

    \b
    Example:
      yima laws sign lgb_019ab…
    """
    me.show(me.run("sign-legal-basis", legalBasisId=basis_id, key=fresh_key()))


@laws.command("end")
@click.argument("basis_id")
@click.option("--reason", required=True, help="Why; everybody reads it.")
@signed_in
def end(me: Person, basis_id: str, reason: str) -> None:
    """End a legal basis: nothing is permitted by it any more.

    \b
    Example:
      yima laws end lgb_019ab… --reason "the epidemic is over"
    """
    me.show(me.run("end-legal-basis", legalBasisId=basis_id, reason=reason, key=fresh_key()))
