"""Commands about emergencies: records opened without the resident's word, and what others found of it."""

import click

from yima_cli.choices import code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

STATUSES = ("to-review", "overdue", "reviewed", "audited")


@click.group(cls=Group)
def emergencies() -> None:
    """Records opened in emergencies: break the glass, list, review."""


@emergencies.command("open")
@click.argument("resident_id")
@click.option("--reason", required=True, help="What the emergency is; the resident reads it.")
@signed_in
def break_glass(me: Person, resident_id: str, reason: str) -> None:
    """Open a resident's record to yourself, for hours, without their word. They are told at once, and it is reviewed.

    \b
    Example:
      yima emergencies open res_019ab… --reason "unconscious after a fall, no companion"
    """
    me.show(me.run("break-glass", residentId=resident_id, reason=reason, key=fresh_key()))


@emergencies.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those; else all of them.")
@click.option("--resident", "resident_id", help="One resident's.")
@click.option("--partner", "partner_id", help="One institution's, for the regulator.")
@signed_in
def list_emergencies(me: Person, status: str | None, resident_id: str | None, partner_id: str | None) -> None:
    """List emergencies, newest first: your own record's, your institution's, or everybody's for the regulator.

    \b
    Example:
      yima emergencies list --status overdue
    """
    me.show(me.every("emergencies", status=code_of(status), residentId=resident_id, partnerId=partner_id))


@emergencies.command("review")
@click.argument("emergency_id")
@click.option("--justified/--not-justified", required=True, help="Was it an emergency? What was none is shut at once.")
@click.option("--note", required=True, help="What you found; the resident and the regulator read it.")
@signed_in
def review(me: Person, emergency_id: str, justified: bool, note: str) -> None:
    """Say, once, what you found: for your institution, or as the regulator.

    \b
    Example:
      yima emergencies review emg_019ab… --justified --note "the ambulance's report agrees"
    """
    me.show(me.run("review-emergency", emergencyId=emergency_id, justified=justified, note=note, key=fresh_key()))
