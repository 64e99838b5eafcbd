"""Commands about a partner's API keys."""

from datetime import UTC, datetime
from typing import TextIO

import click

from yima_cli.choices import API_KEY_SCOPES, code_of
from yima_cli.person import Person, signed_in
from yima_cli.registry import Group


@click.group(cls=Group)
def keys() -> None:
    """API keys of your systems."""


@keys.command("create")
@click.argument("label")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(API_KEY_SCOPES),
    help="What it may do; several may be. [default: offerings and orders]",
)
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="In UTC. [default: in a year]")
@click.option("--public-keys", type=click.File(), help="A JSON Web Key Set: the system signs in with its own keys.")
@signed_in
def create(
    me: Person, label: str, scopes: tuple[str, ...], expires: datetime | None, public_keys: TextIO | None
) -> None:
    """Make an API key for one of your systems. Its secret is shown now, and never again. With public keys there is
    none: the system signs what it asks for a token with, as SMART on FHIR has it. The key's id is its client id.

    \b
    Examples:
      yima keys create "booking system" --scope orders
      yima keys create "laboratory" --scope records --public-keys jwks.json
    """
    codes = [code_of(scope) for scope in scopes] or None
    until = expires.replace(tzinfo=UTC).isoformat() if expires else None
    key_set = public_keys.read() if public_keys else None
    me.show(me.run("create-api-key", label=label, scopes=codes, expiresAt=until, keySet=key_set))


@keys.command("register-app")
@click.argument("label")
@click.option("--name", "names", multiple=True, required=True, metavar="LANGUAGE=NAME", help="One in each language.")
@click.option("--redirect", "redirects", multiple=True, required=True, help="Where a browser goes back to.")
@click.option("--scope", required=True, help="The most that it asks for, as SMART on FHIR writes it.")
@signed_in
def register_app(me: Person, label: str, names: tuple[str, ...], redirects: tuple[str, ...], scope: str) -> None:
    """Register an app that residents use (SMART App Launch). It has no secret: the key's id is its client id.

    \b
    Example:
      yima keys register-app "diary" --name zh-CN=健康日记 --name en="Health diary" --name ar="يوميات الصحة" \\
        --redirect https://diary.example.org/back --scope "patient/Observation.rs"
    """
    texts = dict(each.partition("=")[::2] for each in names)
    app = {"name": texts, "redirectUris": list(redirects), "scope": scope}
    me.show(me.run("register-app", label=label, app=app))


@keys.command("list")
@signed_in
def list_keys(me: Person) -> None:
    """List the API keys of your partner: what each may do, when it was last used, until when it is in force.

    \b
    Example:
      yima keys list
    """
    me.show(me.run("api-keys"))


@keys.command("rotate")
@click.argument("key_id")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="How long the old one goes on, in UTC. [default: a day]"
)
@click.option("--public-keys", type=click.File(), help="Its system's new ones, where it has some: a JSON Web Key Set.")
@signed_in
def rotate(me: Person, key_id: str, until: datetime | None, public_keys: TextIO | None) -> None:
    """Make a new API key like one there is, which goes on for a while. Its secret is shown now, and never again.

    \b
    Example:
      yima keys rotate key_019ab…
    """
    old_until = until.replace(tzinfo=UTC).isoformat() if until else None
    key_set = public_keys.read() if public_keys else None
    me.show(me.run("rotate-api-key", id=key_id, oldUntil=old_until, keySet=key_set))


@keys.command("revoke")
@click.argument("key_id")
@signed_in
def revoke(me: Person, key_id: str) -> None:
    """Revoke an API key: whoever has signed in with it is signed out.

    \b
    Example:
      yima keys revoke key_019ab…
    """
    me.show(me.run("revoke-api-key", id=key_id))
