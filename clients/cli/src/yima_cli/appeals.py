"""Commands of a partner that appeals, and of those who decide it."""

import click

from yima_cli.person import PARTNER, Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def appeals() -> None:
    """Appeal against a rejection or a suspension; decide such an appeal."""


@appeals.command("show")
@PARTNER
@signed_in
def show(me: Person, partner_id: str | None) -> None:
    """Show a partner's appeals, and until when it may appeal against its newest step.

    Without an id it is your own institution.

    \b
    Examples:
      yima appeals show
      yima appeals show par_019ab…
    """
    me.show(me.ask_about(partner_id, lambda caller, partner: caller.run("appeals-of", id=partner)))


@appeals.command("open")
@click.option("--reason", required=True, help="Why the step is wrong. Those who decide read it.")
@click.option("--document", "document_ids", multiple=True, help="A document you handed in that shows it; up to ten.")
@signed_in
def open_appeal(me: Person, reason: str, document_ids: tuple[str, ...]) -> None:
    """Appeal against your institution's rejection or suspension, once, while its days run.

    \b
    Example:
      yima appeals open --reason "the licence was valid, as the extract shows" --document doc_019ab…
    """
    me.show(me.run("open-appeal", reason=reason, documentIds=list(document_ids) or None, key=fresh_key()))


@appeals.command("list")
@click.option("--waiting", is_flag=True, help="Only those that wait for a decision.")
@signed_in
def list_appeals(me: Person, waiting: bool) -> None:
    """List appeals, newest first, as an operator or a regulator.

    \b
    Example:
      yima appeals list --waiting
    """
    me.show(me.every("appeals", waiting=waiting))


@appeals.command("grant")
@click.argument("appeal_id")
@click.option("--reason", required=True, help="Why. The partner reads it.")
@signed_in
def grant(me: Person, appeal_id: str, reason: str) -> None:
    """Give your voice for undoing the step, as an operator or a regulator who did not take it.

    \b
    Example:
      yima appeals grant apl_019ab… --reason "the licence was valid"
    """
    me.show(me.run("decide-appeal", appealId=appeal_id, granted=True, reason=reason, key=fresh_key()))


@appeals.command("dismiss")
@click.argument("appeal_id")
@click.option("--reason", required=True, help="Why. The partner reads it.")
@signed_in
def dismiss(me: Person, appeal_id: str, reason: str) -> None:
    """Give your voice for leaving the step as it is.

    \b
    Example:
      yima appeals dismiss apl_019ab… --reason "the extract is of another institution"
    """
    me.show(me.run("decide-appeal", appealId=appeal_id, granted=False, reason=reason, key=fresh_key()))
