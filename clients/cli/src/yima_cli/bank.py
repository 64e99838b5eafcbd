"""Commands of settlement's back office: payouts by file, reconciliation."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from yima_cli.choices import BREAK_STATUSES, PAYOUT_RAILS, PAYOUT_SCHEDULES, code_of
from yima_cli.failures import Failure
from yima_cli.person import OUTPUT, Person, fresh_key, signed_in
from yima_cli.proposals import PROPOSE, propose_or_run
from yima_cli.registry import Group

if TYPE_CHECKING:
    from yima_client.caller import Caller


@click.group(cls=Group)
def payouts() -> None:
    """How partners are paid, and files for the bank."""


@payouts.command("files")
@signed_in
def list_files(me: Person) -> None:
    """List the files of payouts made for the bank, newest first.

    \b
    Example:
      yima payouts files
    """
    me.show(me.every("bank-files"))


@payouts.command("file")
@click.argument("file_id")
@OUTPUT
@signed_in
def export_file(me: Person, file_id: str, output: Path | None) -> None:
    """Export a file (ISO 20022, pain.001) to give to the bank; its payouts are submitted from then on.

    \b
    Example:
      yima payouts file bnk_019ab… -o payouts.xml
    """
    exported = me.run("export-bank-file", fileId=file_id)
    me.save(base64.b64decode(exported["content"]), output)


@payouts.command("terms")
@click.argument("partner_id")
@click.option("--rail", type=click.Choice(PAYOUT_RAILS), required=True, help="Which way money is sent.")
@click.option("--schedule", type=click.Choice(PAYOUT_SCHEDULES), default="daily", show_default=True, help="How often.")
@click.option("--day", default=0, help="Of the week, 1 (Monday) to 7, or of the month, 1 to 28.")
@click.option("--minimum", default=0, help="Less is not paid, in minor units.")
@click.option("--hold-days", default=0, help="From the capture until it is due.")
@click.option("--reserve", default=0, help="Kept back of each payout, in basis points.")
@click.option("--reserve-days", default=0, help="Until the reserve is released.")
@click.option("--frozen", default="", help="Why nothing is paid now.")
@PROPOSE
@signed_in
def set_terms(
    me: Person, partner_id: str, rail: str, schedule: str, day: int, minimum: int, hold_days: int, reserve: int,
    reserve_days: int, frozen: str, propose: str,
) -> None:  # fmt: skip
    """Say how and when a partner is paid, all of it at once. Looser terms than now take two people: `--propose`.

    \b
    Examples:
      yima payouts terms par_019ab… --rail bank --schedule weekly --day 5
      yima payouts terms par_019ab… --rail bank --propose "known for years"
    """
    terms = {
        "holdDays": hold_days,
        "minimumMinor": minimum,
        "reserveBasisPoints": reserve,
        "reserveDays": reserve_days,
        "frozen": frozen,
        "rail": code_of(rail),
        "schedule": code_of(schedule),
        "scheduleDay": day,
    }
    propose_or_run(me, propose, "set-payout-terms", partnerId=partner_id, terms=terms)


COUNTS = ("matched", "breaksOpened", "breaksResolved")


@click.group(cls=Group)
def reconcile() -> None:
    """Compare the ledger with the bank and the provider."""


@reconcile.command("statement")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed_in
def ingest_statement(me: Person, path: Path) -> None:
    """Take in a file of the bank's statements (ISO 20022, camt.053): all of it, or nothing.

    \b
    Example:
      yima reconcile statement 2026-11-24.xml
    """
    content = base64.b64encode(path.read_bytes()).decode()
    me.show(me.run("ingest-bank-statements", content=content)["statements"])


@reconcile.command("run")
@signed_in
def run_reconciliation(me: Person) -> None:
    """Read the provider's report, match, and show the breaks that are open. Ends with 1 where there are any.

    \b
    Example:
      yima reconcile run
    """

    async def work(caller: "Caller") -> dict[str, Any]:
        while not (await caller.run("read-provider-report"))["complete"]:
            pass
        done = await caller.run("reconcile", key=fresh_key())
        while not done["complete"]:  # a run is bounded: the next goes on where it ended
            more = await caller.run("reconcile", key=fresh_key())
            done = more | {count: done[count] + more[count] for count in COUNTS}
        return {"reconciliation": done, "openBreaks": await caller.every("breaks", status="OPEN")}

    done = me.ask(work)
    me.show(done)
    if done["openBreaks"]:
        raise Failure("there are open breaks; `yima reconcile match` or `adjust` settles one")


@reconcile.command("check")
@click.argument("reconciliation_id")
@signed_in
def check_reconciliation(me: Person, reconciliation_id: str) -> None:
    """Do a reconciliation again from what it knew; ends with 1 where it does not come to the same.

    \b
    Example:
      yima reconcile check rec_019ab…
    """
    check = me.run("reconciliation-check", reconciliationId=reconciliation_id)
    me.show(check)
    if not check["holds"]:
        raise Failure("it does not come to the same; the runbook ReconciliationOverdue says what to look at")


@reconcile.command("breaks")
@click.option("--status", type=click.Choice(BREAK_STATUSES), help="Only those; else all of them.")
@signed_in
def list_breaks(me: Person, status: str | None) -> None:
    """List breaks, oldest first, with their age and owner.

    \b
    Example:
      yima reconcile breaks --status open
    """
    me.show(me.every("breaks", status=code_of(status)))


@reconcile.command("assign")
@click.argument("break_id")
@click.option("--to", "owner", default=None, help="An operator's id; else yourself.")
@signed_in
def assign_break(me: Person, break_id: str, owner: str | None) -> None:
    """Say who looks after a break.

    \b
    Example:
      yima reconcile assign brk_019ab…
    """
    me.show(me.run("assign-break", breakId=break_id, ownerId=owner))


@reconcile.command("match")
@click.argument("break_ids", nargs=-1, required=True)
@signed_in
def match_breaks(me: Person, break_ids: tuple[str, ...]) -> None:
    """Say that several items are of the same money; both sides must come to the same.

    \b
    Example:
      yima reconcile match brk_019ab… brk_019ac…
    """
    me.show(me.run("match-breaks", breakIds=break_ids, key=fresh_key()))


@reconcile.command("adjust")
@click.argument("break_id")
@click.option("--against", "account", required=True, help='The other account, e.g. "platform:bank-fees", "suspense".')
@click.option("--reason", required=True, help="Why; who approves it reads it.")
@signed_in
def propose_adjustment(me: Person, break_id: str, account: str, reason: str) -> None:
    """Propose the entry that settles a break. Another person approves it.

    \b
    Example:
      yima reconcile adjust brk_019ab… --against platform:bank-fees --reason "the bank's fee of November"
    """
    me.show(me.run("propose-adjustment", breakId=break_id, account=account, reason=reason, key=fresh_key()))


@reconcile.command("decide")
@click.argument("adjustment_id")
@click.option("--approve/--reject", "approved", required=True, help="What you decide.")
@signed_in
def decide_adjustment(me: Person, adjustment_id: str, approved: bool) -> None:
    """Approve or reject an adjustment that another person proposed.

    \b
    Example:
      yima reconcile decide adj_019ab… --approve
    """
    me.show(me.run("decide-adjustment", adjustmentId=adjustment_id, approved=approved, key=fresh_key()))
