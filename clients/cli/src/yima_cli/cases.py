"""Commands about money that only a person can settle: list it, take it, ask the provider again, settle it."""

from datetime import UTC, datetime
from typing import Any

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.proposals import PROPOSE
from yima_cli.proposals import propose as proposed
from yima_cli.registry import Group


@click.group(cls=Group)
def cases() -> None:
    """Money that did not move as it should: list, take, settle."""


@cases.command("list")
@click.option("--all", "every", is_flag=True, help="Those that are resolved, too.")
@signed_in
def list_cases(me: Person, every: bool) -> None:
    """List cases, the oldest first: what is wrong, whose it is, for how many hours, and what to do next.

    \b
    Example:
      yima cases list
    """
    me.show([with_age(case) for case in me.every("money-cases", resolvedToo=every)])


@cases.command("take")
@click.argument("case_id")
@click.option("--owner", default=None, help="The account that looks after it; without one, yours.")
@signed_in
def take(me: Person, case_id: str, owner: str | None) -> None:
    """Look after a case.

    \b
    Example:
      yima cases take mcs_019ab…
    """
    me.show(me.run("assign-money-case", caseId=case_id, ownerId=owner))


@cases.command("retry")
@click.argument("case_id")
@signed_in
def retry(me: Person, case_id: str) -> None:
    """Ask the provider again now for what it refused.

    \b
    Example:
      yima cases retry mcs_019ab…
    """
    me.show(me.run("retry-money-case", caseId=case_id, key=fresh_key()))


@cases.command("settle")
@click.argument("case_id")
@click.argument("resolution")
@click.option("--bank-reference", default="", help="Of the transfer that gave the resident's money back.")
@click.option("--write-off", is_flag=True, help="Nobody will pay for what was served.")
@PROPOSE
@signed_in
def settle(me: Person, case_id: str, resolution: str, bank_reference: str, write_off: bool, propose: str) -> None:
    """Settle a case another way, and say how. What takes two people is proposed: `--propose`.

    \b
    Examples:
      yima cases settle mcs_019ab… "paid by our bank" --bank-reference T-17
      yima cases settle mcs_019ab… "nobody will pay" --write-off --propose "the card was stolen"
    """
    act = {"caseId": case_id, "resolution": resolution, "bankReference": bank_reference, "writeOff": write_off}
    if propose:
        proposed(me, propose, "settle-money-case", **act)
    else:
        me.show(me.run("settle-money-case", **act, key=fresh_key()))


def with_age(case: dict[str, Any]) -> dict[str, Any]:
    """A case with the hours since it was opened."""
    opened = datetime.fromisoformat(case["openedAt"])
    return case | {"hours": round((datetime.now(UTC) - opened).total_seconds() / 3600, 1)}
