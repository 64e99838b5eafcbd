"""Commands about colleagues' accounts: operators', regulators', partners' staff's."""

from datetime import datetime

import click

from yima_cli.choices import ACCOUNT_STATUSES, DUTIES, ROLES_WITH_DUTIES, code_of
from yima_cli.person import Person, anybody, fresh_key, signed_in
from yima_cli.registry import Group

DUTY = click.option(
    "--duty", "duties", multiple=True, required=True, type=click.Choice(DUTIES), help="One it has; several may be."
)
REASON = click.option("--reason", default="", help="Why, for who looks at it later.")


@click.group(cls=Group)
def accounts() -> None:
    """Colleagues' accounts: invite, confirm, change duties, suspend, remove."""


@accounts.command("list")
@click.option("--role", type=click.Choice(ROLES_WITH_DUTIES), help="[default: your own]")
@click.option("--status", type=click.Choice(ACCOUNT_STATUSES), help="[default: any]")
@signed_in
def list_accounts(me: Person, role: str | None, status: str | None) -> None:
    """List your colleagues' accounts, newest first, those that have left too.

    \b
    Examples:
      yima accounts list
      yima accounts list --role operator --status unconfirmed
    """
    me.show(me.every("accounts", role=code_of(role), status=code_of(status)))


@accounts.command("invite")
@click.argument("note")
@DUTY
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="In your own time. [default: in a week]")
@signed_in
def invite(me: Person, note: str, duties: tuple[str, ...], expires: datetime | None) -> None:
    """Invite a colleague, and note for whom it is. The token is shown now, and never again.

    \b
    Example:
      yima accounts invite "Zhao Min, bookkeeping" --duty finance
    """
    codes = [code_of(duty) for duty in duties]
    until = expires.astimezone().isoformat() if expires else None
    me.show(me.run("invite-account", note=note, duties=codes, expiresAt=until, key=fresh_key()))


@accounts.command("invitations")
@signed_in
def invitations(me: Person) -> None:
    """List invitations, newest first: who accepted, and which are open.

    \b
    Example:
      yima accounts invitations
    """
    me.show(me.every("invitations"))


@accounts.command("revoke")
@click.argument("invitation_id")
@signed_in
def revoke(me: Person, invitation_id: str) -> None:
    """Take back an invitation that nobody has accepted.

    \b
    Example:
      yima accounts revoke ivt_019ab…
    """
    me.show(me.run("revoke-invitation", invitationId=invitation_id))


@accounts.command("accept")
@click.option("--token", envvar="YIMA_INVITATION", prompt=True, hide_input=True, help="As it was sent to you.")
@click.option("--login", envvar="YIMA_LOGIN", prompt=True, help="To sign in with, an e-mail address; or YIMA_LOGIN.")
@click.option("--name", prompt=True, help="Your name.")
@click.option(
    "--password",
    envvar="YIMA_PASSWORD",
    prompt=True,
    hide_input=True,
    confirmation_prompt=True,
    help="Or YIMA_PASSWORD.",
)
@click.option(
    "--number", envvar="YIMA_IDENTITY_NUMBER", default="",
    help="An operator's or a regulator's identity number; better by YIMA_IDENTITY_NUMBER, which no history keeps.",
)  # fmt: skip
@anybody
def accept(me: Person, token: str, login: str, name: str, password: str, number: str) -> None:
    """Accept an invitation: choose your login, name and password. Operators and regulators say who they are, too.

    \b
    Examples:
      yima accounts accept --login li@clinic.example.org --name "Li Na"
      YIMA_IDENTITY_NUMBER=… yima accounts accept --login zhao@city.example.org --name "Zhao Min"
    """
    me.show(me.run("accept-invitation", token=token, login=login, name=name, password=password, identityNumber=number))


@accounts.command("prove")
@click.option(
    "--number", envvar="YIMA_IDENTITY_NUMBER", prompt="Identity number", hide_input=True,
    help="As on the identity card; or YIMA_IDENTITY_NUMBER.",
)  # fmt: skip
@click.option("--name", default="", help="Your name, where the account has another. [default: as it is]")
@signed_in
def prove(me: Person, number: str, name: str) -> None:
    """Prove whose your account is, of an operator or a regulator. Its duties are in effect when you sign in again.

    \b
    Example:
      yima accounts prove --name "Zhao Min"
    """
    me.show(me.run("prove-account", identityNumber=number, name=name))


@accounts.command("confirm")
@click.argument("account_id")
@signed_in
def confirm(me: Person, account_id: str) -> None:
    """Confirm an operator or regulator whom another person invited, once you know who they are.

    \b
    Example:
      yima accounts confirm acc_019ab…
    """
    me.show(me.run("confirm-account", accountId=account_id))


@accounts.command("duties")
@click.argument("account_id")
@DUTY
@REASON
@signed_in
def set_duties(me: Person, account_id: str, duties: tuple[str, ...], reason: str) -> None:
    """Say which duties a colleague has from now on: these, and no others.

    \b
    Example:
      yima accounts duties acc_019ab… --duty support --duty finance
    """
    codes = [code_of(duty) for duty in duties]
    me.show(me.run("set-duties", accountId=account_id, duties=codes, reason=reason))


@accounts.command("suspend")
@click.argument("account_id")
@click.option("--reason", required=True, help="Why, for who looks at it later.")
@signed_in
def suspend(me: Person, account_id: str, reason: str) -> None:
    """Suspend a colleague's account: their sessions end at once.

    \b
    Example:
      yima accounts suspend acc_019ab… --reason "telephone lost"
    """
    me.show(me.run("suspend-account", accountId=account_id, reason=reason))


@accounts.command("reinstate")
@click.argument("account_id")
@REASON
@signed_in
def reinstate(me: Person, account_id: str, reason: str) -> None:
    """Let the person of a suspended account sign in again.

    \b
    Example:
      yima accounts reinstate acc_019ab…
    """
    me.show(me.run("reinstate-account", accountId=account_id, reason=reason))


@accounts.command("remove")
@click.argument("account_id")
@REASON
@signed_in
def remove(me: Person, account_id: str, reason: str) -> None:
    """Remove the account of a colleague who has left. What they did stays theirs.

    \b
    Example:
      yima accounts remove acc_019ab… --reason "left at the end of June"
    """
    me.show(me.run("remove-account", accountId=account_id, reason=reason))


@accounts.command("leave")
@REASON
@click.confirmation_option(prompt="Nobody signs in with your account any more. Leave?")
@signed_in
def leave(me: Person, reason: str) -> None:
    """Leave: end your own account.

    \b
    Example:
      yima accounts leave --reason "another post"
    """
    me.show(me.run("leave", reason=reason))
