"""Commands of settlement's back office: payouts by file, reconciliation, statements. They call settlement itself."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import httpx2
import orjson
from chassis import problems, wire
from chassis.api import policy
from chassis.problems import Problem
from chassis.refusals import Refusal, Unavailable
from chassis.wire import timestamp
from devstack.stack import BASE_PORT, SERVICES
from google.protobuf import json_format
from google.protobuf.message import Message
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import bank_pb2
from yima.settlement.v1 import reconciliation_pb2 as recon
from yima.settlement.v1 import statement_pb2 as stated
from yima.settlement.v1.client import SettlementClient

from yima_cli.client import CALL_SECONDS, Refused, connect, fresh_key

SETTLEMENT_URL = f"http://127.0.0.1:{BASE_PORT + 1 + SERVICES.index('settlement')}"

type Work = Callable[[SettlementClient, str], Awaitable[Any]]


class Settlement(SettlementClient):
    """Settlement as a terminal calls it: over httpx2, whose connections end with the command.

    The processes' own client works on threads of its own, and a command that ends at once could end amid them.
    """

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._outside = http
        self._routes = {method.name: policy(method)[:2] for method in self.service.methods}

    async def call[A: Message](self, method: str, request: Message, answer: type[A], token: str, key: str) -> A:
        verb, template = self._routes[method]
        path, named = wire.fill_path(template, request)
        headers = {"accept": wire.PROTOBUF, "authorization": f"Bearer {token}", "content-type": wire.PROTOBUF}
        if key:
            headers["idempotency-key"] = key
        query, body = (wire.to_query(request, named), b"") if verb == "GET" else ("", request.SerializeToString())
        try:
            told = await self._outside.request(verb, f"{path}?{query}", content=body, headers=headers)
        except httpx2.HTTPError as error:
            raise Unavailable(f"settlement cannot be reached: {error}") from None
        if told.status_code != 200:
            raise problems.parse(told.status_code, told.content)
        return answer.FromString(told.content)


PROPOSE = click.option(
    "--propose", default="", help="Propose it to another person instead, and why: for what one may not do alone."
)


async def proposed(client: SettlementClient, token: str, reason: str, act: pb.ProposedAct) -> Message:
    return await client.propose(pb.ProposeRequest(act=act, reason=reason), token, fresh_key())


def settlement_options(function: Any) -> Any:
    """Options of the commands that call settlement as somebody."""
    for option in (
        click.option("--password", envvar="YIMA_PASSWORD", prompt=True, hide_input=True, help="Or YIMA_PASSWORD."),
        click.option("--login", envvar="YIMA_LOGIN", required=True, help="Or YIMA_LOGIN."),
        click.option(
            "--url", envvar="YIMA_URL", default=f"http://127.0.0.1:{BASE_PORT}/graphql", show_default=True,
            help="The gateway, to sign in. Or YIMA_URL.",
        ),
        click.option(
            "--settlement", envvar="YIMA_SETTLEMENT_URL", default=SETTLEMENT_URL, show_default=True,
            help="Settlement. Or YIMA_SETTLEMENT_URL.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


def ask(work: Work, settlement: str, url: str, login: str, password: str) -> Any:
    """Sign in, do `work` with settlement's client and the token; a refusal is told in one sentence."""

    async def run() -> Any:
        async with connect(url) as nobody:
            token = (await nobody.run("sign-in", login=login, password=password))["accessToken"]
        async with httpx2.AsyncClient(base_url=settlement, timeout=CALL_SECONDS, trust_env=False) as http:
            return await work(Settlement(http), token)

    try:
        return asyncio.run(run())
    except Problem as problem:
        raise click.ClickException(f"{problem.title} {problem} [{problem.code}]") from None
    except (Refused, Refusal, httpx2.HTTPError) as refused:
        raise click.ClickException(str(refused) or type(refused).__name__) from None


def show(message: Message) -> None:
    told = json_format.MessageToDict(message)
    click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))


def save(content: bytes, output: Path | None) -> None:
    """To a file, or to standard output as it is."""
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)
        click.echo(f"{output}: {len(content)} bytes")


OUTPUT = click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else stdout.")


@click.group("payouts")
def payouts_group() -> None:
    """Payouts by the operator's bank."""


@payouts_group.command("files")
@settlement_options
def list_files(**who: str) -> None:
    """List the files of payouts made for the bank, newest first."""
    show(ask(lambda client, token: client.list_bank_files(bank_pb2.ListBankFilesRequest(), token), **who))


@payouts_group.command("file")
@click.argument("file_id")
@OUTPUT
@settlement_options
def export_file(file_id: str, output: Path | None, **who: str) -> None:
    """Export a file (ISO 20022, pain.001) to give to the bank; its payouts are submitted from then on.

    \b
    Example:
      yima payouts file 019ab... -o payouts.xml --login operator@city.example.org
    """
    request = bank_pb2.ExportBankFileRequest(file_id=file_id)
    save(ask(lambda client, token: client.export_bank_file(request, token), **who).content, output)


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
@settlement_options
def set_terms(
    partner_id: str, rail: str, schedule: str, day: int, minimum: int, hold_days: int, reserve: int, reserve_days: int,
    frozen: str, propose: str, **who: str,
) -> None:  # fmt: skip
    """Say how and when a partner is paid, all of it at once. Looser terms than now take two people: `--propose`.

    \b
    Example:
      yima payouts terms 019ab... --rail bank --schedule weekly --day 5 --login operator@city.example.org
    """
    terms = pb.PayoutTerms(
        hold_days=hold_days,
        minimum_minor=minimum,
        reserve_basis_points=reserve,
        reserve_days=reserve_days,
        frozen=frozen,
        rail=f"PAYOUT_RAIL_{rail.upper()}",
        schedule=f"PAYOUT_SCHEDULE_{schedule.upper()}",
        schedule_day=day,
    )
    request = pb.SetPayoutTermsRequest(partner_id=partner_id, terms=terms)
    if propose:
        act = pb.ProposedAct(set_payout_terms=request)
        show(ask(lambda client, token: proposed(client, token, propose, act), **who))
    else:
        show(ask(lambda client, token: client.set_payout_terms(request, token), **who))


@click.group("reconcile")
def reconcile_group() -> None:
    """Hold the ledger against the bank's statements and the provider's report."""


@reconcile_group.command("statement")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@settlement_options
def take_in_statement(path: Path, **who: str) -> None:
    """Take in a file of the bank's statements (ISO 20022, camt.053): all of it, or nothing.

    \b
    Example:
      yima reconcile statement 2026-11-24.xml --login operator@city.example.org
    """
    request = recon.IngestBankStatementsRequest(content=path.read_bytes())
    show(ask(lambda client, token: client.ingest_bank_statements(request, token), **who))


@reconcile_group.command("run")
@settlement_options
def run_reconciliation(**who: str) -> None:
    """Read the provider's report, match, and show the breaks that are open. Ends with 1 where there are any."""

    async def work(client: SettlementClient, token: str) -> recon.BreakPage:
        await client.read_provider_report(recon.ReadProviderReportRequest(), token)
        show(await client.reconcile(recon.ReconcileRequest(), token, fresh_key()))
        return await client.list_breaks(recon.ListBreaksRequest(status="BREAK_STATUS_OPEN"), token)

    found = ask(work, **who)
    show(found)
    if found.breaks:
        raise click.ClickException("there are open breaks")


@reconcile_group.command("check")
@click.argument("reconciliation_id")
@settlement_options
def check_reconciliation(reconciliation_id: str, **who: str) -> None:
    """Do a reconciliation again from what it knew; ends with 1 where it does not come to the same."""
    request = recon.CheckReconciliationRequest(reconciliation_id=reconciliation_id)
    found = ask(lambda client, token: client.check_reconciliation(request, token), **who)
    show(found)
    if not found.holds:
        raise click.ClickException("it does not come to the same")


@reconcile_group.command("breaks")
@click.option("--status", type=click.Choice(["open", "resolved"]), help="Else any.")
@click.option("--after", default="", help="The last cursor of the page before.")
@settlement_options
def list_breaks(status: str | None, after: str, **who: str) -> None:
    """List breaks, oldest first, with their age and owner."""
    request = recon.ListBreaksRequest(status=f"BREAK_STATUS_{status.upper()}" if status else None)
    request.page.after = after
    show(ask(lambda client, token: client.list_breaks(request, token), **who))


@reconcile_group.command("assign")
@click.argument("break_id")
@click.option("--to", "owner", default="", help="An operator's id; else yourself.")
@settlement_options
def assign_break(break_id: str, owner: str, **who: str) -> None:
    """Say who looks after a break."""
    request = recon.AssignBreakRequest(break_id=break_id, owner=owner)
    show(ask(lambda client, token: client.assign_break(request, token), **who))


@reconcile_group.command("match")
@click.argument("break_ids", nargs=-1, required=True)
@settlement_options
def match_breaks(break_ids: tuple[str, ...], **who: str) -> None:
    """Say that several items tell of the same money; both sides must come to the same."""
    request = recon.MatchBreaksRequest(break_ids=break_ids)
    show(ask(lambda client, token: client.match_breaks(request, token, fresh_key()), **who))


@reconcile_group.command("adjust")
@click.argument("break_id")
@click.option("--against", "account", required=True, help='The other account, e.g. "platform:bank-fees", "suspense".')
@click.option("--reason", required=True)
@settlement_options
def propose_adjustment(break_id: str, account: str, reason: str, **who: str) -> None:
    """Propose the entry that settles a break. Another person approves it."""
    request = recon.ProposeAdjustmentRequest(break_id=break_id, account=account, reason=reason)
    show(ask(lambda client, token: client.propose_adjustment(request, token, fresh_key()), **who))


@reconcile_group.command("decide")
@click.argument("adjustment_id")
@click.option("--approve/--reject", "approved", required=True)
@settlement_options
def decide_adjustment(adjustment_id: str, approved: bool, **who: str) -> None:
    """Approve or reject an adjustment that another person proposed."""
    request = recon.DecideAdjustmentRequest(adjustment_id=adjustment_id, approved=approved)
    show(ask(lambda client, token: client.decide_adjustment(request, token, fresh_key()), **who))


@click.group("statements")
def statements_group() -> None:
    """Statements as they were issued: issue, fetch, confirm, dispute, explain."""


@statements_group.command("issue")
@click.argument("partner_id")
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="In UTC; else now.")
@settlement_options
def issue_statement(partner_id: str, until: datetime | None, **who: str) -> None:
    """Issue a partner's statement, from where the one before ended."""
    end = until.replace(tzinfo=UTC) if until else datetime.now(UTC)
    request = stated.IssueStatementRequest(partner_id=partner_id, period_end=timestamp(end))
    show(ask(lambda client, token: client.issue_statement(request, token, fresh_key()), **who))


@statements_group.command("list")
@click.option("--partner", "partner_id", default="", help="Whose; else one's own, or for an operator everybody's.")
@click.option("--after", default="", help="The last cursor of the page before.")
@settlement_options
def list_statements(partner_id: str, after: str, **who: str) -> None:
    """List issued statements, newest first, with where they stand."""
    request = stated.ListIssuedStatementsRequest(partner_id=partner_id)
    request.page.after = after
    show(ask(lambda client, token: client.list_issued_statements(request, token), **who))


@statements_group.command("get")
@click.argument("statement_id")
@click.option("--format", "form", type=click.Choice(["json", "csv", "pdf"]), default="pdf", show_default=True)
@OUTPUT
@settlement_options
def get_statement(statement_id: str, form: str, output: Path | None, **who: str) -> None:
    """Fetch a statement as JSON, CSV or signed PDF.

    \b
    Example:
      yima statements get 019ab... -o november.pdf --login staff@clinic.example.org
    """
    request = stated.GetStatementDocumentRequest(statement_id=statement_id, format=f"DOCUMENT_FORMAT_{form.upper()}")
    save(ask(lambda client, token: client.get_statement_document(request, token), **who).content, output)


@statements_group.command("confirm")
@click.argument("statement_id")
@settlement_options
def confirm_statement(statement_id: str, **who: str) -> None:
    """Agree with a statement of one's own."""
    request = stated.ConfirmStatementRequest(statement_id=statement_id)
    show(ask(lambda client, token: client.confirm_statement(request, token), **who))


@statements_group.command("dispute")
@click.argument("statement_id")
@click.option("--reason", required=True)
@click.option("--line", "positions", type=int, multiple=True, help="A line's position; several may be. Else all of it.")
@settlement_options
def dispute_statement(statement_id: str, reason: str, positions: tuple[int, ...], **who: str) -> None:
    """Disagree with a statement of one's own, before its deadline."""
    request = stated.DisputeStatementRequest(statement_id=statement_id, reason=reason, positions=positions)
    show(ask(lambda client, token: client.dispute_statement(request, token), **who))


@statements_group.command("resolve")
@click.argument("statement_id")
@click.option("--resolution", required=True, help="What the partner is answered.")
@settlement_options
def resolve_statement(statement_id: str, resolution: str, **who: str) -> None:
    """Answer a disputed statement."""
    request = stated.ResolveStatementRequest(statement_id=statement_id, resolution=resolution)
    show(ask(lambda client, token: client.resolve_statement(request, token), **who))


@statements_group.command("why")
@click.argument("statement_id")
@click.argument("position", type=int)
@settlement_options
def explain_line(statement_id: str, position: int, **who: str) -> None:
    """Say where a line comes from: its entry, the split and its plan, the order lines and their proofs."""
    request = stated.ExplainStatementLineRequest(statement_id=statement_id, position=position)
    show(ask(lambda client, token: client.explain_statement_line(request, token), **who))


@statements_group.command("check")
@click.argument("statement_id")
@settlement_options
def check_statement(statement_id: str, **who: str) -> None:
    """Compute a statement again from the ledger; ends with 1 where it is not the same, byte for byte."""
    request = stated.CheckStatementRequest(statement_id=statement_id)
    found = ask(lambda client, token: client.check_statement(request, token), **who)
    show(found)
    if not found.holds:
        raise click.ClickException("the ledger gives another statement")


@statements_group.command("certificate")
@settlement_options
def get_certificate(**who: str) -> None:
    """Print the certificate that signed statements are verified with, in PEM."""
    request = stated.GetDocumentCertificateRequest()
    click.echo(ask(lambda client, token: client.get_document_certificate(request, token), **who).pem, nl=False)
