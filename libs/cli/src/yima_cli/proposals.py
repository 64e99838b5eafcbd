"""Commands about what takes two people: proposed by one, approved or rejected by another."""

from collections.abc import Awaitable
from typing import Any

import click
from google.protobuf.message import Message
from yima.common.v1.types_pb2 import PageRequest
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1.client import SettlementClient

from yima_cli.bank import ask, settlement_options, show
from yima_cli.client import fresh_key


@click.group("proposals")
def proposals_group() -> None:
    """What one operator may not do alone."""


@proposals_group.command("list")
@click.option("--all", "every", is_flag=True, help="Those that were decided, too.")
@settlement_options
def proposals(every: bool, **how: Any) -> None:
    """What waits for another person, newest first."""
    status = pb.PROPOSAL_STATUS_UNSPECIFIED if every else pb.PROPOSAL_STATUS_PROPOSED
    request = pb.ListProposalsRequest(status=status, page=PageRequest(first=100))
    show(ask(lambda client, token: client.list_proposals(request, token), **how))


@proposals_group.command("approve")
@click.argument("proposal")
@settlement_options
def approve(proposal: str, **how: Any) -> None:
    """Approve what another person proposed: it is done at once.

    \b
    yima proposals approve 019ab... --login regulator@city.example.org
    """
    show(ask(lambda client, token: decide(client, token, proposal, True), **how))


@proposals_group.command("reject")
@click.argument("proposal")
@settlement_options
def reject(proposal: str, **how: Any) -> None:
    """Reject a proposal: nothing is done."""
    show(ask(lambda client, token: decide(client, token, proposal, False), **how))


def decide(client: SettlementClient, token: str, proposal: str, approved: bool) -> Awaitable[Message]:
    request = pb.DecideProposalRequest(proposal_id=proposal, approved=approved)
    return client.decide_proposal(request, token, fresh_key())
