"""Commands about statements as they were issued."""

import base64
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from yima_cli.choices import DOCUMENT_FORMATS, code_of
from yima_cli.failures import Failure
from yima_cli.person import OUTPUT, Person, fresh_key, signed_in
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.caller import Caller


@click.group(cls=Group)
def statements() -> None:
    """Statements as issued: fetch, confirm, dispute."""


@statements.command("issue")
@click.argument("partner_id")
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="In the city's time; else now.")
@signed_in
def issue_statement(me: Person, partner_id: str, until: datetime | None) -> None:
    """Issue a partner's statement, from where the one before ended. For operators.

    \b
    Example:
      yima statements issue par_019ab… --until 2026-11-01
    """

    async def work(caller: "Caller") -> Any:
        zone = ZoneInfo((await caller.run("city"))["timeZone"])
        end = until.replace(tzinfo=zone) if until else caller.now()
        return await caller.run("issue-statement", partnerId=partner_id, periodEnd=end.isoformat(), key=fresh_key())

    me.show(me.ask(work))


@statements.command("list")
@click.option("--partner", "partner_id", default=None, help="Whose; else one's own, or for an operator everybody's.")
@signed_in
def list_statements(me: Person, partner_id: str | None) -> None:
    """List issued statements, newest first, with where they stand.

    \b
    Example:
      yima statements list
    """
    me.show(me.every("issued-statements", partnerId=partner_id))


@statements.command("get")
@click.argument("statement_id")
@click.option(
    "--format", "form", type=click.Choice(DOCUMENT_FORMATS), default="pdf", show_default=True, help="Of the file."
)
@click.option("--pdf", "form", flag_value="pdf", help="The same as --format pdf.")
@click.option("--csv", "form", flag_value="csv", help="The same as --format csv.")
@OUTPUT
@signed_in
def get_statement(me: Person, statement_id: str, form: str, output: Path | None) -> None:
    """Fetch a statement as JSON, CSV or signed PDF.

    \b
    Examples:
      yima statements get stm_019ab… -o november.pdf
      yima statements get stm_019ab… --csv | column -s, -t
    """
    document = me.run("statement-document", statementId=statement_id, format=code_of(form))
    me.save(base64.b64decode(document["content"]), output)


@statements.command("confirm")
@click.argument("statement_id")
@signed_in
def confirm_statement(me: Person, statement_id: str) -> None:
    """Agree with a statement of one's own.

    \b
    Example:
      yima statements confirm stm_019ab…
    """
    me.show(me.run("confirm-statement", statementId=statement_id))


@statements.command("dispute")
@click.argument("statement_id")
@click.option("--reason", required=True, help="What is wrong; the operator reads it.")
@click.option("--line", "positions", type=int, multiple=True, help="A line's position; several may be. Else all of it.")
@signed_in
def dispute_statement(me: Person, statement_id: str, reason: str, positions: tuple[int, ...]) -> None:
    """Disagree with a statement of one's own, before its deadline.

    \b
    Example:
      yima statements dispute stm_019ab… --line 3 --reason "this visit was cancelled"
    """
    lines = [str(position) for position in positions]
    me.show(me.run("dispute-statement", statementId=statement_id, reason=reason, positions=lines))


@statements.command("resolve")
@click.argument("statement_id")
@click.option("--resolution", required=True, help="What the partner is answered.")
@signed_in
def resolve_statement(me: Person, statement_id: str, resolution: str) -> None:
    """Answer a disputed statement. For operators.

    \b
    Example:
      yima statements resolve stm_019ab… --resolution "line 3 was refunded on 3 November"
    """
    me.show(me.run("resolve-statement", statementId=statement_id, resolution=resolution))


@statements.command("why")
@click.argument("statement_id")
@click.argument("position", type=int)
@signed_in
def explain_line(me: Person, statement_id: str, position: int) -> None:
    """Say where a line comes from: its entry, the split and its plan, the order lines and their proofs.

    \b
    Example:
      yima statements why stm_019ab… 3
    """
    me.show(me.run("statement-line", statementId=statement_id, position=str(position)))


@statements.command("check")
@click.argument("statement_id")
@signed_in
def check_statement(me: Person, statement_id: str) -> None:
    """Compute a statement again from the ledger; ends with 1 where it is not the same, byte for byte.

    \b
    Example:
      yima statements check stm_019ab…
    """
    check = me.run("statement-check", statementId=statement_id)
    me.show(check)
    if not check["holds"]:
        raise Failure("the ledger gives another statement; dispute it with `yima statements dispute`")


@statements.command("certificate")
@signed_in
def get_certificate(me: Person) -> None:
    """Print the certificate that signed statements are verified with, in PEM.

    \b
    Example:
      yima statements certificate > yima.pem
    """
    certificate = me.run("statement-certificate")
    if me.as_json:
        me.show({"certificate": certificate})
    else:
        click.echo(certificate, nl=False)
