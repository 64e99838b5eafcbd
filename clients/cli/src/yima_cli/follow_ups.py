"""Commands about what is to be done next for a resident."""

from datetime import datetime

import click

from yima_cli.choices import FOLLOW_UP_ACTIONS, FOLLOW_UP_OUTCOMES, FOLLOW_UP_REASONS, code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("follow-ups", cls=Group)
def follow_ups() -> None:
    """What is to be done next: note it, list what is due, close it; residents list their own, decline."""


@follow_ups.command("list")
@click.option("--resident", "resident_id", help="Somebody for whom you act; without it, you.")
@click.option("--open", "open_only", is_flag=True, help="Only what is not done or declined.")
@signed_in
def list_follow_ups(me: Person, resident_id: str | None, open_only: bool) -> None:
    """List what practitioners said is to be done next for you, newest first. Book it with `yima orders place`.

    \b
    Example:
      yima follow-ups list --open
    """
    me.show(me.every("follow-ups", residentId=resident_id, openOnly=open_only))


@follow_ups.command("decline")
@click.argument("follow_up_id")
@signed_in
def decline(me: Person, follow_up_id: str) -> None:
    """Say that you do not want it. What is booked is cancelled with its order.

    \b
    Example:
      yima follow-ups decline fup_019ab…
    """
    me.show(me.run("decline-follow-up", followUpId=follow_up_id, key=fresh_key()))


@follow_ups.command("due")
@click.option("--until", type=DAY, help="Only what is due by this day.")
@signed_in
def due(me: Person, until: datetime | None) -> None:
    """List, as a practitioner, what you noted and is open, the earliest first: of who still lets you look.

    \b
    Example:
      yima follow-ups due --until 2026-12-31
    """
    me.show(me.every("due-follow-ups", dueUntil=until and until.date().isoformat()))


@follow_ups.command("note")
@click.argument("resident_id")
@click.option("--action", required=True, type=click.Choice(FOLLOW_UP_ACTIONS), help="What is to be done.")
@click.option("--reason", required=True, type=click.Choice(FOLLOW_UP_REASONS), help="Why.")
@click.option("--due", "due_on", required=True, type=DAY, help="By which day.")
@click.option("--category", help="Refer them to a category of the city's.")
@click.option("--offering", "offering_id", help="Refer them to this offering.")
@click.option("--note", help="In your own words, for the resident.")
@signed_in
def note(
    me: Person,
    resident_id: str,
    action: str,
    reason: str,
    due_on: datetime,
    category: str | None,
    offering_id: str | None,
    note: str | None,
) -> None:
    """Note, as a practitioner, what is to be done next for a resident who lets you look at their visits.

    \b
    Example:
      yima follow-ups note res_019ab… --action visit --reason check --due 2027-02-01
    """
    me.show(
        me.run(
            "note-follow-up",
            residentId=resident_id,
            action=code_of(action),
            reason=code_of(reason),
            dueOn=due_on.date().isoformat(),
            category=category,
            offeringId=offering_id,
            note=note,
            key=fresh_key(),
        )
    )


@follow_ups.command("close")
@click.argument("follow_up_id")
@click.argument("resident_id")
@click.option("--outcome", required=True, type=click.Choice(FOLLOW_UP_OUTCOMES), help="What was done.")
@click.option("--note", help="In your own words.")
@signed_in
def close(me: Person, follow_up_id: str, resident_id: str, outcome: str, note: str | None) -> None:
    """Say, as a practitioner, what was done.

    \b
    Example:
      yima follow-ups close fup_019ab… res_019ab… --outcome done-here
    """
    me.show(
        me.run(
            "close-follow-up",
            followUpId=follow_up_id,
            residentId=resident_id,
            outcome=code_of(outcome),
            note=note,
            key=fresh_key(),
        )
    )
