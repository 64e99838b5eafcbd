"""Commands about a partner's sites."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yima_cli.partner import read_manifests
from yima_cli.person import FILE, Person, anybody, signed_in
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
@click.argument("partner_id")
@anybody
def list_sites(me: Person, partner_id: str) -> None:
    """List a partner's sites, with their addresses and when they are open.

    \b
    Example:
      yima sites list par_019ab…
    """
    me.show(me.run("sites", partnerId=partner_id))
