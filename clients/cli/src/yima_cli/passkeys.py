"""Commands about passkeys. They are added in a browser: a terminal has no authenticator."""

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def passkeys() -> None:
    """Your passkeys: list, name, remove."""


@passkeys.command("list")
@signed_in
def list_passkeys(me: Person) -> None:
    """Show your passkeys, the oldest first.

    \b
    Example:
      yima passkeys list
    """
    me.show(me.run("passkeys"))


@passkeys.command("rename")
@click.argument("passkey_id")
@click.argument("name")
@signed_in
def rename(me: Person, passkey_id: str, name: str) -> None:
    """Call a passkey something else.

    \b
    Example:
      yima passkeys rename psk_019ab… "work phone"
    """
    me.show(me.run("rename-passkey", passkeyId=passkey_id, name=name, key=fresh_key()))


@passkeys.command("remove")
@click.argument("passkey_id")
@signed_in
def remove(me: Person, passkey_id: str) -> None:
    """Remove a passkey: nobody signs in with it any more.

    \b
    Example:
      yima passkeys remove psk_019ab…
    """
    me.show(me.run("remove-passkey", passkeyId=passkey_id, key=fresh_key()))
