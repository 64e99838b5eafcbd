"""Commands of settlement's back office: payouts by file, reconciliation, statements."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from yima_cli.client import Caller, fresh_key
from yima_cli.terminal import OUTPUT, Failure, ask, save, show_result, signed_in_options

PROPOSE = click.option(
    "--propose", default="", help="Propose it to another person instead, and why: for what one may not do alone."
)


async def proposed(caller: Caller, reason: str, act: dict[str, Any]) -> Any:
    return await caller.run("propose", act=act, reason=reason, key=fresh_key())


@click.group("payouts")
def payouts_group() -> None:
    """Payouts by the operator's bank."""


@payouts_group.command("files")
@signed_in_options
def list_files(**who: str) -> None:
    """List the files of payouts made for the bank, newest first."""
    show_result(ask(lambda caller: caller.every("bank-files"), **who))


@payouts_group.command("file")
@click.argument("file_id")
@OUTPUT
@signed_in_options
def export_file(file_id: str, output: Path | None, **who: str) -> None:
    """Export a file (ISO 20022, pain.001) to give to the bank; its payouts are submitted from then on.

    \b
    Example:
      yima payouts file bnk_019ab… -o payouts.xml --login operator@yima.example.org
    """
    exported = ask(lambda caller: caller.run("export-bank-file", fileId=file_id), **who)
    save(base64.b64decode(exported["content"]), output)


@payouts_group.command("terms")
@click.argument("partner_id")
@click.option("--rail", type=click.Choice(["provider", "bank"]), required=True)
@click.option("--schedule", type=click.Choice(["daily", "weekly", "monthly"]), default="daily", show_default=True)
@click.option("--day", default=0, help="Of the week, 1 (Monday) to 7, or of the month, 1 to 28.")
@click.option("--minimum", default=0, help="Less is not paid, in minor units.")
@click.option("--hold-days", default=0)
@click.option("--reserve", default=0, help="Kept back of each payout, in basis points.")
@click.option("--reserve-days", default=0)
@click.option("--frozen", default="", help="Why nothing is paid now.")
@PROPOSE
@signed_in_options
def set_terms(
    partner_id: str, rail: str, schedule: str, day: int, minimum: int, hold_days: int, reserve: int, reserve_days: int,
    frozen: str, propose: str, **who: str,
) -> None:  # fmt: skip
    """Say how and when a partner is paid, all of it at once. Looser terms than now take two people: `--propose`.

    \b
    Example:
      yima payouts terms par_019ab… --rail bank --schedule weekly --day 5 --login operator@yima.example.org
    """
    terms = {
        "holdDays": hold_days,
        "minimumMinor": minimum,
        "reserveBasisPoints": reserve,
        "reserveDays": reserve_days,
        "frozen": frozen,
        "rail": rail.upper(),
        "schedule": schedule.upper(),
        "scheduleDay": day,
    }
    wanted = {"partnerId": partner_id, "terms": terms}
    if propose:
        show_result(ask(lambda caller: proposed(caller, propose, {"setPayoutTerms": wanted}), **who))
    else:
        show_result(ask(lambda caller: caller.run("set-payout-terms", **wanted), **who))


@click.group("reconcile")
def reconcile_group() -> None:
    """Hold the ledger against the bank's statements and the provider's report."""


@reconcile_group.command("statement")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed_in_options
def take_in_statement(path: Path, **who: str) -> None:
    """Take in a file of the bank's statements (ISO 20022, camt.053): all of it, or nothing.

    \b
    Example:
      yima reconcile statement 2026-11-24.xml --login operator@yima.example.org
    """
    content = base64.b64encode(path.read_bytes()).decode()
    taken = ask(lambda caller: caller.run("ingest-bank-statements", content=content), **who)
    show_result(taken["statements"])


@reconcile_group.command("run")
@signed_in_options
def run_reconciliation(**who: str) -> None:
    """Read the provider's report, match, and show the breaks that are open. Ends with 1 where there are any."""

    async def work(caller: Caller) -> dict[str, Any]:
        await caller.run("read-provider-report")
        done = await caller.run("reconcile", key=fresh_key())
        return {"reconciliation": done, "openBreaks": await caller.every("breaks", status="OPEN")}

    done = ask(work, **who)
    show_result(done)
    if done["openBreaks"]:
        raise Failure("there are open breaks")


@reconcile_group.command("check")
@click.argument("reconciliation_id")
@signed_in_options
def check_reconciliation(reconciliation_id: str, **who: str) -> None:
    """Do a reconciliation again from what it knew; ends with 1 where it does not come to the same."""
    check = ask(lambda caller: caller.run("reconciliation-check", reconciliationId=reconciliation_id), **who)
    show_result(check)
    if not check["holds"]:
        raise Failure("it does not come to the same")


@reconcile_group.command("breaks")
@click.option("--status", type=click.Choice(["open", "resolved"]), help="Else any.")
@signed_in_options
def list_breaks(status: str | None, **who: str) -> None:
    """List breaks, oldest first, with their age and owner."""
    show_result(ask(lambda caller: caller.every("breaks", status=status.upper() if status else None), **who))


@reconcile_group.command("assign")
@click.argument("break_id")
@click.option("--to", "owner", default=None, help="An operator's id; else yourself.")
@signed_in_options
def assign_break(break_id: str, owner: str | None, **who: str) -> None:
    """Say who looks after a break."""
    show_result(ask(lambda caller: caller.run("assign-break", breakId=break_id, ownerId=owner), **who))


@reconcile_group.command("match")
@click.argument("break_ids", nargs=-1, required=True)
@signed_in_options
def match_breaks(break_ids: tuple[str, ...], **who: str) -> None:
    """Say that several items tell of the same money; both sides must come to the same."""
    show_result(ask(lambda caller: caller.run("match-breaks", breakIds=break_ids, key=fresh_key()), **who))


@reconcile_group.command("adjust")
@click.argument("break_id")
@click.option("--against", "account", required=True, help='The other account, e.g. "platform:bank-fees", "suspense".')
@click.option("--reason", required=True)
@signed_in_options
def propose_adjustment(break_id: str, account: str, reason: str, **who: str) -> None:
    """Propose the entry that settles a break. Another person approves it."""
    wanted = {"breakId": break_id, "account": account, "reason": reason}
    show_result(ask(lambda caller: caller.run("propose-adjustment", **wanted, key=fresh_key()), **who))


@reconcile_group.command("decide")
@click.argument("adjustment_id")
@click.option("--approve/--reject", "approved", required=True)
@signed_in_options
def decide_adjustment(adjustment_id: str, approved: bool, **who: str) -> None:
    """Approve or reject an adjustment that another person proposed."""
    wanted = {"adjustmentId": adjustment_id, "approved": approved}
    show_result(ask(lambda caller: caller.run("decide-adjustment", **wanted, key=fresh_key()), **who))


@click.group("statements")
def statements_group() -> None:
    """Statements as they were issued: issue, fetch, confirm, dispute, explain."""


@statements_group.command("issue")
@click.argument("partner_id")
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="In UTC; else now.")
@signed_in_options
def issue_statement(partner_id: str, until: datetime | None, **who: str) -> None:
    """Issue a partner's statement, from where the one before ended."""
    end = (until.replace(tzinfo=UTC) if until else datetime.now(UTC)).isoformat()
    wanted = {"partnerId": partner_id, "periodEnd": end}
    show_result(ask(lambda caller: caller.run("issue-statement", **wanted, key=fresh_key()), **who))


@statements_group.command("list")
@click.option("--partner", "partner_id", default=None, help="Whose; else one's own, or for an operator everybody's.")
@signed_in_options
def list_statements(partner_id: str | None, **who: str) -> None:
    """List issued statements, newest first, with where they stand."""
    show_result(ask(lambda caller: caller.every("issued-statements", partnerId=partner_id), **who))


@statements_group.command("get")
@click.argument("statement_id")
@click.option("--format", "form", type=click.Choice(["json", "csv", "pdf"]), default="pdf", show_default=True)
@OUTPUT
@signed_in_options
def get_statement(statement_id: str, form: str, output: Path | None, **who: str) -> None:
    """Fetch a statement as JSON, CSV or signed PDF.

    \b
    Example:
      yima statements get stm_019ab… -o november.pdf --login staff@clinic.example.org
    """
    wanted = {"statementId": statement_id, "format": form.upper()}
    document = ask(lambda caller: caller.run("statement-document", **wanted), **who)
    save(base64.b64decode(document["content"]), output)


@statements_group.command("confirm")
@click.argument("statement_id")
@signed_in_options
def confirm_statement(statement_id: str, **who: str) -> None:
    """Agree with a statement of one's own."""
    show_result(ask(lambda caller: caller.run("confirm-statement", statementId=statement_id), **who))


@statements_group.command("dispute")
@click.argument("statement_id")
@click.option("--reason", required=True)
@click.option("--line", "positions", type=int, multiple=True, help="A line's position; several may be. Else all of it.")
@signed_in_options
def dispute_statement(statement_id: str, reason: str, positions: tuple[int, ...], **who: str) -> None:
    """Disagree with a statement of one's own, before its deadline."""
    wanted = {"statementId": statement_id, "reason": reason, "positions": [str(position) for position in positions]}
    show_result(ask(lambda caller: caller.run("dispute-statement", **wanted), **who))


@statements_group.command("resolve")
@click.argument("statement_id")
@click.option("--resolution", required=True, help="What the partner is answered.")
@signed_in_options
def resolve_statement(statement_id: str, resolution: str, **who: str) -> None:
    """Answer a disputed statement."""
    wanted = {"statementId": statement_id, "resolution": resolution}
    show_result(ask(lambda caller: caller.run("resolve-statement", **wanted), **who))


@statements_group.command("why")
@click.argument("statement_id")
@click.argument("position", type=int)
@signed_in_options
def explain_line(statement_id: str, position: int, **who: str) -> None:
    """Say where a line comes from: its entry, the split and its plan, the order lines and their proofs."""
    wanted = {"statementId": statement_id, "position": str(position)}
    show_result(ask(lambda caller: caller.run("statement-line", **wanted), **who))


@statements_group.command("check")
@click.argument("statement_id")
@signed_in_options
def check_statement(statement_id: str, **who: str) -> None:
    """Compute a statement again from the ledger; ends with 1 where it is not the same, byte for byte."""
    check = ask(lambda caller: caller.run("statement-check", statementId=statement_id), **who)
    show_result(check)
    if not check["holds"]:
        raise Failure("the ledger gives another statement")


@statements_group.command("certificate")
@signed_in_options
def get_certificate(**who: str) -> None:
    """Print the certificate that signed statements are verified with, in PEM."""
    click.echo(ask(lambda caller: caller.run("statement-certificate"), **who), nl=False)
