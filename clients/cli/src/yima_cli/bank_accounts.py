"""Commands about the account that a partner's payouts go to."""

import click

from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.registry import Group


@click.group("bank-account", cls=Group)
def bank_account() -> None:
    """Where payouts go: propose another account, confirm a colleague's, stop a change."""


@bank_account.command("list")
@click.option("--partner", "partner_id", help="Only this partner's, for operators and regulators.")
@click.option("--open", "is_open", is_flag=True, help="Only those that are not over.")
@signed_in
def list_changes(me: Person, partner_id: str | None, is_open: bool) -> None:
    """List changes of bank accounts, newest first.

    \b
    Examples:
      yima bank-account list
      yima bank-account list --open --json
    """
    me.show(me.every("bank-account-changes", partnerId=partner_id, open=is_open))


@bank_account.command("propose")
@click.option("--holder", required=True, help="Whose account it is.")
@click.option("--number", required=True, help="IBAN or national number, without blanks.")
@click.option("--bank-code", required=True, help="BIC or national code of the bank.")
@signed_in
def propose(me: Person, holder: str, number: str, bank_code: str) -> None:
    """Propose another account for payouts. A colleague confirms it; until it is in force the old one is paid.

    \b
    Example:
      yima bank-account propose --holder "Clear Spring" --number 6200000000000026 --bank-code 102451000019
    """
    account = {"holder": holder, "number": number, "bankCode": bank_code}
    me.show(me.run("propose-bank-account", account=account, key=fresh_key()))


@bank_account.command("confirm")
@click.argument("change_id")
@signed_in
def confirm(me: Person, change_id: str) -> None:
    """Confirm an account that a colleague proposed. Compare its end with the bank's own paper first.

    \b
    Example:
      yima bank-account confirm bac_019ab…
    """
    me.show(me.run("confirm-bank-account", bankAccountChangeId=change_id, key=fresh_key()))


@bank_account.command("stop")
@click.argument("change_id")
@click.option("--reason", required=True, help="Why. The partner reads it.")
@signed_in
def stop(me: Person, change_id: str, reason: str) -> None:
    """Stop a change that is not in force, as the partner's staff or as an operator.

    \b
    Example:
      yima bank-account stop bac_019ab… --reason "nobody here proposed it"
    """
    me.show(me.run("stop-bank-account-change", bankAccountChangeId=change_id, reason=reason, key=fresh_key()))
