"""Commands of a partner that leaves the city, and of the operator who ends its certificates."""

import click

from yima_cli.person import PARTNER, Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def leaving() -> None:
    """Leave the city in order: sale, orders, money, data, certificates."""


@leaving.command("show")
@PARTNER
@signed_in
def show(me: Person, partner_id: str | None) -> None:
    """Show which steps of leaving were taken, by whom and when. Without an id it is your own institution.

    \b
    Examples:
      yima leaving show
      yima leaving show par_019ab…
    """
    me.show(me.ask_about(partner_id, lambda caller, partner: caller.run("leaving", id=partner)))


@leaving.command("begin")
@click.option("--reason", required=True, help="Why. The operator reads it.")
@signed_in
def begin(me: Person, reason: str) -> None:
    """Begin to leave: nothing new is sold from now on, and what was not accepted is cancelled.

    \b
    Example:
      yima leaving begin --reason "we close at the end of the year"
    """
    me.show(me.run("begin-offboarding", reason=reason, key=fresh_key()))


@leaving.command("next")
@PARTNER
@signed_in
def take_next(me: Person, partner_id: str | None) -> None:
    """Take the next step. What is left before it is said. An operator takes the last, which is final.

    \b
    Examples:
      yima leaving next
      yima leaving next par_019ab…
    """
    key = fresh_key()
    me.show(
        me.ask_about(partner_id, lambda caller, partner: caller.run("advance-offboarding", partnerId=partner, key=key))
    )


@leaving.command("stop")
@PARTNER
@click.option("--reason", required=True, help="Why. Partner and operator read it.")
@signed_in
def stop(me: Person, partner_id: str | None, reason: str) -> None:
    """Stay after all, any time before the certificates end.

    \b
    Examples:
      yima leaving stop --reason "somebody takes us over"
      yima leaving stop par_019ab… --reason "they stay, as they wrote"
    """
    variables = {"reason": reason, "key": fresh_key()}
    me.show(
        me.ask_about(partner_id, lambda caller, partner: caller.run("stop-offboarding", partnerId=partner, **variables))
    )
