"""Commands of a partner that leaves the city, and of the operator who ends its certificates."""

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def leaving() -> None:
    """Leave the city in order: sale, orders, money, data, certificates."""


@leaving.command("show")
@click.argument("partner_id")
@signed_in
def show(me: Person, partner_id: str) -> None:
    """Show which steps of leaving were taken, by whom and when.

    \b
    Example:
      yima leaving show par_019ab…
    """
    me.show(me.run("leaving", id=partner_id))


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
@click.argument("partner_id")
@signed_in
def take_next(me: Person, partner_id: str) -> None:
    """Take the next step. What is left before it is said. An operator takes the last, which is final.

    \b
    Example:
      yima leaving next par_019ab…
    """
    me.show(me.run("advance-offboarding", partnerId=partner_id, key=fresh_key()))


@leaving.command("stop")
@click.argument("partner_id")
@click.option("--reason", required=True, help="Why. Partner and operator read it.")
@signed_in
def stop(me: Person, partner_id: str, reason: str) -> None:
    """Stay after all, any time before the certificates end.

    \b
    Example:
      yima leaving stop par_019ab… --reason "somebody takes us over"
    """
    me.show(me.run("stop-offboarding", partnerId=partner_id, reason=reason, key=fresh_key()))
