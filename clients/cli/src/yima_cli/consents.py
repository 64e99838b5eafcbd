"""Commands about a resident's consents, and the code they show."""

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def consents() -> None:
    """Who may see your health data, and for what."""


@consents.command("requests")
@click.option("--order", "order_id", help="Only those of this order.")
@signed_in
def list_requests(me: Person, order_id: str | None) -> None:
    """List what you are asked to consent to.

    \b
    Example:
      yima consents requests --order ord_019ab…
    """
    me.show(me.run("consent-requests", orderId=order_id)["nodes"])


@consents.command("grant")
@click.argument("request_id")
@signed_in
def grant(me: Person, request_id: str) -> None:
    """Consent to a request, to what it lists and nothing else; prints the receipt.

    \b
    Example:
      yima consents grant crq_019ab…
    """
    me.show(me.run("grant-consent", consentRequestId=request_id, key=fresh_key()))


@consents.command("list")
@click.option("--order", "order_id", help="Only those of this order.")
@click.option("--resident", "resident_id", help="Whose: for a guardian, a partner, a regulator.")
@signed_in
def list_consents(me: Person, order_id: str | None, resident_id: str | None) -> None:
    """List consents, newest first, with where they stand.

    \b
    Example:
      yima consents list
    """
    me.show(me.every("consents", orderId=order_id, residentId=resident_id))


@consents.command("revoke")
@click.argument("consent_id")
@click.option("--reason", required=True, help="Why; the partner reads it.")
@signed_in
def revoke(me: Person, consent_id: str, reason: str) -> None:
    """Take a consent back: nothing more is read under it.

    \b
    Example:
      yima consents revoke con_019ab… --reason "I changed doctors"
    """
    me.show(me.run("revoke-consent", consentId=consent_id, reason=reason, key=fresh_key()))


@click.command("health-code")
@click.option("--resident", "resident_id", help="Of a dependant of yours; else your own.")
@signed_in
def health_code(me: Person, resident_id: str | None) -> None:
    """Show your health code, good for one minute.

    \b
    Example:
      yima health-code
    """
    me.show(me.run("issue-health-code", residentId=resident_id))
