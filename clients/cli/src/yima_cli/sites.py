"""Commands about a partner's sites."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yima_cli.faults import read_manifests
from yima_cli.person import FILE, PARTNER, Person, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.caller import Caller


@click.group(cls=Group)
def sites() -> None:
    """Where a partner serves people: put its sites, list them."""


@sites.command("put")
@FILE
@signed_in
def put(me: Person, path: Path) -> None:
    """Put the sites of a manifest file, or replace what is said of them. Offerings name them by their codes.

    \b
    Example:
      yima sites put -f sites.yaml
    """
    manifests = read_manifests(path, "Site")

    async def work(caller: "Caller") -> list[Any]:
        return [await caller.run("put-site", **manifest) for manifest in manifests]

    me.show(me.ask(work))


@sites.command("list")
@PARTNER
@signed_in
def list_sites(me: Person, partner_id: str | None) -> None:
    """List a partner's sites, with their addresses and when they are open.

    Without an id it is your own institution, as whom you are signed in.

    \b
    Examples:
      yima sites list
      yima sites list par_019ab…
    """
    me = replace(me, nobody=bool(partner_id))
    me.show(me.ask_about(partner_id, lambda caller, partner: caller.run("sites", partnerId=partner)))
