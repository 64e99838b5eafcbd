"""Commands about error reports: what residents say is wrong in their records, and what institutions answer."""

import click

from yima_cli.choices import code_of
from yima_cli.person import Person, fresh_key, signed_in
from yima_cli.practice import read_of
from yima_cli.registry import Group

STATUSES = ("open", "corrected", "confirmed", "withdrawn")


@click.group("error-reports", cls=Group)
def error_reports() -> None:
    """Errors in records: report one, list, answer, take back."""


@error_reports.command("report")
@click.argument("record_id")
@click.argument("description")
@click.option("--resident", "resident_id", default="", help="For whom you act; without it, yourself.")
@signed_in
def report(me: Person, record_id: str, description: str, resident_id: str) -> None:
    """Say what is wrong in a resource of your record. Its institution answers within 30 days.

    \b
    Example:
      yima error-reports report rec_019ab… "I was not measured that day"
    """
    query = {"recordId": record_id, "description": description, "key": fresh_key()}
    me.show(me.ask(lambda caller: read_of(caller, "report-error", resident_id, query)))


@error_reports.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those; else all of them.")
@click.option("--resident", "resident_id", help="For whom you act; without it, your own.")
@signed_in
def list_error_reports(me: Person, status: str | None, resident_id: str | None) -> None:
    """List reports, newest first: in your own record, or about what your institution sent.

    \b
    Example:
      yima error-reports list --status open
    """
    me.show(me.every("error-reports", status=code_of(status), residentId=resident_id))


@error_reports.command("answer")
@click.argument("error_report_id")
@click.argument("answer")
@click.option("--corrected/--right", required=True, help="Was another version sent since, or is it right as it is?")
@signed_in
def answer_report(me: Person, error_report_id: str, answer: str, corrected: bool) -> None:
    """Answer a report about what your institution sent. Send the corrected version first.

    \b
    Example:
      yima error-reports answer erp_019ab… "The samples were mixed up; yours was 5.1." --corrected
    """
    query = {"errorReportId": error_report_id, "corrected": corrected, "answer": answer, "key": fresh_key()}
    me.show(me.run("answer-error-report", **query))


@error_reports.command("withdraw")
@click.argument("error_report_id")
@signed_in
def withdraw(me: Person, error_report_id: str) -> None:
    """Take a report back while it is open.

    \b
    Example:
      yima error-reports withdraw erp_019ab…
    """
    me.show(me.run("withdraw-error-report", errorReportId=error_report_id, key=fresh_key()))
