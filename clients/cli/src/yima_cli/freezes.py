"""Commands about what a regulator freezes."""

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

CAPABILITIES = {"publish": "PUBLISH", "sell": "SELL", "read": "READ_DATA", "be-paid": "BE_PAID"}


@click.group(cls=Group)
def freeze() -> None:
    """What a regulator freezes: partners, offerings, practitioners, accounts."""


@freeze.command("impose")
@click.argument("target_id")
@click.option("--case", "case_number", required=True, help="The case's number.")
@click.option("--reason", required=True, help="Why; the partner reads it.")
@click.option(
    "--what", multiple=True, type=click.Choice(list(CAPABILITIES)), help="Of a partner, only this; all where not said."
)
@signed_in
def impose(me: Person, target_id: str, case_number: str, reason: str, what: tuple[str, ...]) -> None:
    """Freeze a partner, an offering, a practitioner or an account, as a regulator.

    \b
    Examples:
      yima freeze impose par_019ab… --case WJW-2026-0117 --reason "records were sold"
      yima freeze impose par_019ab… --case WJW-2026-0118 --reason "false invoices" --what be-paid
      yima freeze impose pra_019ab… --case WJW-2026-0119 --reason "licence in doubt"
    """
    capabilities = [CAPABILITIES[name] for name in what] or None
    me.show(
        me.run(
            "impose-freeze",
            targetId=target_id,
            caseNumber=case_number,
            reason=reason,
            capabilities=capabilities,
            key=fresh_key(),
        )
    )


@freeze.command("lift")
@click.argument("freeze_id")
@click.option("--reason", required=True, help="Why; the partner reads it.")
@signed_in
def lift(me: Person, freeze_id: str, reason: str) -> None:
    """Lift a freeze, as a regulator.

    \b
    Example:
      yima freeze lift frz_019ab… --reason "the inspection found nothing"
    """
    me.show(me.run("lift-freeze", freezeId=freeze_id, reason=reason, key=fresh_key()))


@freeze.command("list")
@click.option("--of", "target_id", help="Only of this partner, offering, practitioner or account.")
@click.option("--case", "case_number", help="Only under this case.")
@click.option("--in-force", is_flag=True, help="Only those that were not lifted.")
@signed_in
def list_freezes(me: Person, target_id: str | None, case_number: str | None, in_force: bool) -> None:
    """List freezes, newest first. A partner sees its own, and those of its offerings and people.

    \b
    Example:
      yima freeze list --in-force
    """
    me.show(me.every("freezes", targetId=target_id, caseNumber=case_number, inForce=in_force))
