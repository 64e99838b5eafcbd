"""Commands about where somebody is signed in."""

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def sessions() -> None:
    """Where you are signed in: list, end."""


@sessions.command("list")
@signed_in
def list_sessions(me: Person) -> None:
    """Show where you are signed in, the sign-in last made first.

    \b
    Example:
      yima sessions list
    """
    me.show(me.run("sessions"))


@sessions.command("end")
@click.argument("session_id")
@signed_in
def end(me: Person, session_id: str) -> None:
    """End one of them, e.g. of a telephone that was lost.

    \b
    Example:
      yima sessions end ses_019ab…
    """
    me.show(me.run("end-session", sessionId=session_id, key=fresh_key()))
