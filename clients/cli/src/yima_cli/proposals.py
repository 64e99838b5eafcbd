"""Commands about what takes two people: proposed by one, approved or rejected by another."""

from typing import Any

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group

PROPOSE = click.option(
    "--propose", default="", metavar="REASON", help="Propose it to another person instead, and why: it takes two."
)


def propose(me: Person, reason: str, operation: str, /, **variables: Any) -> None:
    """Propose an operation, e.g. "set-payout-terms", to another person."""
    head, *rest = operation.split("-")
    act = {head + "".join(word.title() for word in rest): variables}
    me.show(me.run("propose", act=act, reason=reason, key=fresh_key()))


def propose_or_run(me: Person, reason: str, operation: str, /, **variables: Any) -> None:
    """Propose an operation where there is a reason for it, else do it at once."""
    if reason:
        propose(me, reason, operation, **variables)
    else:
        me.show(me.run(operation, **variables))


@click.group(cls=Group)
def proposals() -> None:
    """What takes two people: list, approve, reject."""


@proposals.command("list")
@click.option("--all", "every", is_flag=True, help="Those that were decided, too.")
@signed_in
def list_proposals(me: Person, every: bool) -> None:
    """List what waits for another person, newest first.

    \b
    Example:
      yima proposals list
    """
    me.show(me.every("proposals", status=None if every else "PROPOSED"))


@proposals.command("approve")
@click.argument("proposal_id")
@signed_in
def approve(me: Person, proposal_id: str) -> None:
    """Approve what another person proposed: it is done at once.

    \b
    Example:
      yima proposals approve ppl_019ab…
    """
    me.show(me.run("decide-proposal", proposalId=proposal_id, approved=True, key=fresh_key()))


@proposals.command("reject")
@click.argument("proposal_id")
@signed_in
def reject(me: Person, proposal_id: str) -> None:
    """Reject a proposal: nothing is done.

    \b
    Example:
      yima proposals reject ppl_019ab…
    """
    me.show(me.run("decide-proposal", proposalId=proposal_id, approved=False, key=fresh_key()))
