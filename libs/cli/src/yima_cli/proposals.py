"""Commands about what takes two people: proposed by one, approved or rejected by another."""

from typing import Any

import click

from yima_cli.client import Caller, fresh_key
from yima_cli.terminal import ask, show_result, signed_in_options


@click.group("proposals")
def proposals_group() -> None:
    """What one operator may not do alone."""


@proposals_group.command("list")
@click.option("--all", "every", is_flag=True, help="Those that were decided, too.")
@signed_in_options
def proposals(every: bool, **who: str) -> None:
    """What waits for another person, newest first."""
    show_result(ask(lambda caller: caller.every("proposals", status=None if every else "PROPOSED"), **who))


@proposals_group.command("approve")
@click.argument("proposal")
@signed_in_options
def approve(proposal: str, **who: str) -> None:
    """Approve what another person proposed: it is done at once.

    \b
    yima proposals approve ppl_019ab… --login regulator@yima.example.org
    """
    show_result(ask(lambda caller: decide(caller, proposal, True), **who))


@proposals_group.command("reject")
@click.argument("proposal")
@signed_in_options
def reject(proposal: str, **who: str) -> None:
    """Reject a proposal: nothing is done."""
    show_result(ask(lambda caller: decide(caller, proposal, False), **who))


async def decide(caller: Caller, proposal: str, approved: bool) -> Any:
    return await caller.run("decide-proposal", proposalId=proposal, approved=approved, key=fresh_key())
